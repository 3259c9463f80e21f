"""The guards before routes, and the sign-in pages, through a real application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, WebSocket
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

import portal.sign_in
from app import problems
from kit.outbound import Guard
from kit.secretbox import SecretBox
from kit.settings import Settings
from portal.security import local_path
from tenants.endpoints import (
    Access,
    StaffAccess,
    guarded_routes,
    permitted,
    permitted_staff,
    public,
    signed_in,
)
from tenants.errors import NotFromOurPage
from tenants.idp.client import Idps
from tenants.idp.fetch import GuardedTransport
from tenants.service.door import Door
from tenants.service.entrance import Entrance
from tenants.service.keys import KeyRequest, create_key
from tenants.service.new_password import set_password
from tenants.service.sessions import csrf_token, open_session
from tests.support.house import KEY, House
from tests.tenants.test_sessions import user_id
from tests.tenants.world import two_clients

ORIGIN = "http://testserver"
PASSWORD = "correct horse battery"


def build(house: House) -> FastAPI:
    app, inner = FastAPI(), APIRouter(prefix="/inner")

    @app.get("/live")
    async def live(access: Annotated[Access, Depends(permitted("live.read"))]) -> dict[str, Any]:
        return {"tenant": str(access.tenant_id), "role": access.role, "masked": access.grant.masked}

    @app.get("/settings")
    async def settings(access: Annotated[Access, Depends(permitted("settings.read"))]) -> str:
        return str(access.role)

    @app.get("/orders")
    async def orders(access: Annotated[Access, Depends(permitted("work_order.read"))]) -> str:
        return str(access.principal.connection)

    @app.post("/orders")
    async def order(
        _: Annotated[Access, Depends(permitted("work_order.change"))], title: Annotated[str, Form()]
    ) -> str:
        return title

    @inner.get("/desk")
    async def desk(access: Annotated[StaffAccess, Depends(permitted_staff("call.handle"))]) -> str:
        return f"{access.seat} {access.agent_id}"

    @inner.websocket("/feed")
    async def feed(socket: WebSocket, access: Annotated[Access, Depends(permitted("live.read"))]) -> None:
        await socket.accept()
        await socket.send_text(str(access.tenant_id))
        await socket.close()

    @app.get("/open", dependencies=[Depends(public("a test"))])
    async def open_() -> str:
        return "open"

    app.include_router(inner)
    app.include_router(portal.sign_in.router)
    problems.install(app)
    app.state.control, app.state.plane = house.control, house.app
    app.state.box, app.state.idps = SecretBox(bytes(32)), Idps(GuardedTransport(Guard()))
    app.state.settings = Settings(public_url="https://centre.example", secure_cookies=False)
    app.state.entrance = Entrance(house.control, house.app, SecretBox(KEY), Door())
    return app


@pytest.fixture
async def client(house: House) -> AsyncIterator[AsyncClient]:
    await two_clients(house)
    async with AsyncClient(transport=ASGITransport(build(house)), base_url=ORIGIN) as made:
        yield made


async def enter_as(client: AsyncClient, house: House, email: str, tenant: UUID | None = None) -> str:
    from kit import clock  # noqa: PLC0415 - the guards read the real clock

    token = await open_session(house.control, await user_id(house, email), clock.now(), tenant_id=tenant)
    client.cookies.set("gf", token)
    return csrf_token(token)


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_route_answers_who_may_and_refuses_who_may_not(client: AsyncClient, house: House) -> None:
    assert code_of(await client.get("/live")) == (401, "not_signed_in")
    assert (await client.get("/open")).json() == "open"
    await enter_as(client, house, "viewer@alpha.example")
    assert (await client.get("/live")).json()["role"] == "client_viewer"
    await enter_as(client, house, "li@harbour.example")
    assert code_of(await client.get("/settings")) == (403, "forbidden")
    client.cookies.set("gf", "not-a-token")
    assert code_of(await client.get("/live")) == (401, "not_signed_in")


async def test_who_has_several_clients_chooses_one(client: AsyncClient, house: House) -> None:
    await enter_as(client, house, "sup@harbour.example")
    assert code_of(await client.get("/live")) == (409, "no_client")
    csrf = await enter_as(client, house, "sup@harbour.example")
    page = {"Origin": ORIGIN}
    answer = await client.post("/client", data={"code": "beta", "csrf_token": csrf}, headers=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    client.cookies.set("gf", answer.cookies["gf"])
    beta = (await client.get("/live")).json()
    assert (beta["role"], beta["masked"]) == ("supervisor", True)
    csrf = csrf_token(answer.cookies["gf"])
    foreign = await client.post("/client", data={"code": "installation", "csrf_token": csrf}, headers=page)
    random = await client.post("/client", data={"code": "nobody", "csrf_token": csrf}, headers=page)
    assert code_of(foreign) == code_of(random) == (404, "not_found")


async def test_a_suspended_client_is_closed_for_itself_only(client: AsyncClient, house: House) -> None:
    async with house.control.plain() as session:
        await session.execute(text("UPDATE control.tenant SET state = 'suspended' WHERE code = 'alpha'"))
    await enter_as(client, house, "wang@alpha.example")
    assert code_of(await client.get("/live")) == (423, "tenant_suspended")
    await enter_as(client, house, "boss@beta.example")
    assert (await client.get("/live")).status_code == 200


async def test_the_desk_is_for_people_at_a_seat(client: AsyncClient, house: House) -> None:
    await enter_as(client, house, "bo@harbour.example")
    assert (await client.get("/inner/desk")).json().startswith("8002 ")
    for other in ("sup@harbour.example", "wang@alpha.example"):
        await enter_as(client, house, other)
        assert code_of(await client.get("/inner/desk")) == (403, "not_an_agent")


async def test_a_key_opens_what_its_scopes_say_in_its_own_tenant(client: AsyncClient, house: House) -> None:
    from kit import clock  # noqa: PLC0415 - as above

    async with house.control.plain() as session:
        alpha = (await session.execute(text("SELECT id FROM control.tenant WHERE code = 'alpha'"))).scalar_one()
    wanted = KeyRequest(UUID(str(alpha)), "oms", frozenset({"work_order.read"}))
    bearer = {"Authorization": f"Bearer {await create_key(house.control, wanted, clock.now())}"}
    assert (await client.get("/orders", headers=bearer)).json() == "oms"
    assert code_of(await client.get("/live", headers=bearer)) == (403, "forbidden")  # not in its scopes
    assert code_of(await client.get("/settings", headers=bearer)) == (403, "forbidden")  # not for systems at all
    assert code_of(await client.get("/inner/desk", headers=bearer)) == (403, "not_an_agent")
    for wrong in ("Bearer gf_live_x", "Basic YTpi", "Bearer"):
        assert code_of(await client.get("/orders", headers={"Authorization": wrong})) == (401, "not_signed_in")
    await enter_as(client, house, "wang@alpha.example")
    assert code_of(await client.get("/orders", headers=bearer)) == (401, "not_signed_in")  # two answers to "who"


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({"Origin": ORIGIN}, "right", 200),
        ({"Origin": "https://centre.example"}, "right", 200),
        ({"Sec-Fetch-Site": "same-origin"}, "right", 200),
        ({"Origin": ORIGIN}, "header", 200),
        ({"Origin": ORIGIN}, "none", 403),
        ({"Origin": ORIGIN}, "wrong", 403),
        ({"Origin": ORIGIN}, "another session's", 403),
        ({}, "right", 403),
        ({"Origin": "null"}, "right", 403),
        ({"Origin": "https://evil.example"}, "right", 403),
        ({"Origin": "http://testserver.evil.example"}, "right", 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, "right", 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"}, "right", 403),
    ],
)
async def test_an_unsafe_request_must_come_from_our_page(
    client: AsyncClient, house: House, headers: dict[str, str], token: str, status: int
) -> None:
    other = await enter_as(client, house, "sup@harbour.example")
    right = await enter_as(client, house, "wang@alpha.example")
    form = {"title": "x"}
    sent = dict(headers)
    if token == "header":
        sent["X-CSRF-Token"] = right
    elif token != "none":
        form["csrf_token"] = {"right": right, "wrong": "0" * 64, "another session's": other}[token]
    answer = await client.post("/orders", data=form, headers=sent)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == NotFromOurPage.code


async def test_a_socket_is_refused_before_it_is_accepted(client: AsyncClient, house: House) -> None:
    await enter_as(client, house, "wang@alpha.example")
    cookie = {"gf": client.cookies["gf"]}
    for origin, cookies in ((ORIGIN, {}), ("http://evil.example", cookie), ("null", cookie), (None, cookie)):
        assert not await connects(house, origin, cookies), origin
    assert await connects(house, ORIGIN, cookie)
    assert await connects(house, "https://centre.example", cookie)


async def connects(house: House, origin: str | None, cookies: dict[str, str]) -> bool:
    """Speak the ASGI protocol as a server would; return whether the socket was accepted."""
    headers = [(b"host", b"testserver")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if cookies:
        headers.append((b"cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()).encode()))
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "path": "/inner/feed", "raw_path": b"/inner/feed",
        "query_string": b"", "root_path": "", "headers": headers, "subprotocols": [], "scheme": "ws",
        "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await build(house)(scope, receive, send)
    assert sent[0]["type"] in {"websocket.accept", "websocket.close"}
    return bool(sent[0]["type"] == "websocket.accept")


def test_every_guard_can_be_found_on_its_route_again() -> None:
    app, inner = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()

    @inner.websocket("/feed", dependencies=[Depends(permitted("live.read"))])
    async def feed(socket: WebSocket) -> None:
        await socket.accept()

    @inner.get("/hidden", include_in_schema=False, dependencies=[Depends(public("a test"))])
    async def hidden() -> None:
        pass

    @app.get("/forgotten")
    async def forgotten() -> None:
        pass

    app.include_router(inner, prefix="/inner")
    found = {path: [(g.permission, g.reason) for g in guards] for path, guards in guarded_routes(app)}
    assert found == {
        "/inner/feed": [("live.read", "")],
        "/inner/hidden": [(None, "a test")],
        "/forgotten": [],
    }


def test_a_guard_that_says_nothing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="there is no permission"):
        permitted("live.raed")  # type: ignore[arg-type] # a typing error on purpose
    for guard in (public, signed_in):
        with pytest.raises(ValueError, match="say why"):
            guard("")


# ------------------------------------------------------------------------------------------------------ sign-in pages


async def test_signing_in_and_out(client: AsyncClient, house: House) -> None:
    await set_password(house.control, "wang@alpha.example", PASSWORD)
    assert 'name="password"' in (await client.get("/sign-in?next=/live")).text
    form = {"email": "wang@alpha.example", "password": PASSWORD, "next": "/live"}
    assert code_of(await client.post("/sign-in", data=form)) == (403, "not_from_our_page")  # login CSRF
    page = {"Origin": ORIGIN}
    wrong = await client.post("/sign-in", data={**form, "password": "wrong"}, headers=page)
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
    assert 'role="alert"' in wrong.text

    answer = await client.post("/sign-in", data=form, headers=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/live")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    assert (await client.get("/live")).status_code == 200
    assert (await client.get("/sign-in?next=//evil.example")).headers["location"] == "/"

    token = client.cookies["gf"]
    assert (await client.post("/sign-out", headers=page)).status_code == 403
    out = await client.post("/sign-out", data={"csrf_token": csrf_token(token)}, headers=page)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    client.cookies.set("gf", token)
    assert code_of(await client.get("/live")) == (401, "not_signed_in")


async def test_too_many_failures_say_when_to_come_back(client: AsyncClient, house: House) -> None:
    form = {"email": "wang@alpha.example", "password": "wrong"}
    answers = [await client.post("/sign-in", data=form, headers={"Origin": ORIGIN}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/live", "/live"),
        ("/interactions?queue=care", "/interactions?queue=care"),
        ("", "/"),
        ("live", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_a_form_sends_one_to_a_page_of_ours_only(wanted: str, path: str) -> None:
    assert local_path(wanted) == path
