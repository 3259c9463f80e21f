"""A recording heard by a link: made under the policy, opened, cut, counted, ended; strangers; seconds heard."""

from __future__ import annotations

import io
import wave
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import numpy as np
import pytest

from app.flows import check_flow
from interactions.sharing import service as sharing
from kit import clock
from kit.signing import DocumentSigner
from kit.soundpart import Part
from tenants.service.blueprints import Order, apply_blueprint
from tests.portal import telling
from tests.support.house import KEYS
from tests.support.site import EXAMPLES, Site

SIGNER = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
SAMPLES = np.arange(8000, dtype="<i2")
"""A second at 8 kHz of which each sample says where it is."""
WHOLE = {"audience": "anyone", "hours": 24, "openings": 2}


def ramp(channels: int = 1, times: int = 1) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setparams((channels, 2, 8000, 0, "NONE", ""))
        out.writeframes(np.repeat(SAMPLES, channels).tobytes() * times)
    return made.getvalue()


async def policy(site: Site, **section: Any) -> None:
    text = "".join(f"\n  {name}: {str(value).lower()}" for name, value in section.items())
    source = (EXAMPLES / "galaxy.yaml").read_text(encoding="utf-8") + f"\nsharing:{text}\n"
    await apply_blueprint(
        site.house.control, site.house.app, source, Order(by="tests", at=clock.now(), check_flow=check_flow)
    )


async def recorded(site: Site) -> tuple[telling.Place, UUID, UUID]:
    """Return where, which call, and which recording: a second of sound that says at each sample where it is."""
    at, kept = await telling.place(site), uuid4()
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=kept))
    (site.settings.recordings_folder / telling.key_of(at, kept)).write_bytes(ramp())
    return at, call, kept


def stranger(site: Site) -> aiohttp.ClientSession:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": site.url, "Accept": "text/html"}
    return aiohttp.ClientSession(site.url, headers=headers, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def status(who: aiohttp.ClientSession, path: str, method: str = "GET", **more: Any) -> int:
    async with who.request(method, path, allow_redirects=False, **more) as answer:
        await answer.read()
        return answer.status


async def made(who: aiohttp.ClientSession, call: UUID, **wanted: Any) -> dict[str, Any]:
    async with who.post(f"/v1/interactions/{call}/links", json={**WHOLE, **wanted}) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status == 201, found
    return {**found, "path": found["address"].removeprefix(str(who._base_url).rstrip("/"))}


async def hears_its_part(at: telling.Place, call: UUID, link: dict[str, Any], friend: aiohttp.ClientSession) -> None:
    """Look at the cover, miss the passcode once, open it, and hear samples 2000 to 6000 and not one more."""
    async with friend.get(link["path"]) as answer:
        cover = await answer.text()
        assert (answer.status, answer.headers["X-Robots-Tag"], answer.headers["Referrer-Policy"]) == (
            200, "noindex, nofollow", "no-referrer",
        )  # fmt: skip
        assert answer.headers["Cache-Control"] == "no-store"
    assert telling.CONTACT not in cover
    assert await status(friend, f"{link['path']}/recording") == 404, "not opened"
    assert await status(friend, link["path"], "POST", data={"passcode": "aaaaa-aaaaa"}) == 403
    assert await status(friend, link["path"], "POST", data={"passcode": link["passcode"].upper()}) == 303
    async with friend.get(link["path"]) as answer:
        page = await answer.text()
    assert telling.CONTACT in page
    assert at.queue_name in page
    for hidden in ("called back", at.aliases[1], str(call), "/interactions"):
        assert hidden not in page, hidden
    async with friend.get(f"{link['path']}/recording") as answer:
        sound = await answer.read()
        assert (answer.status, answer.content_type) == (200, "audio/wav")
    with wave.open(io.BytesIO(sound)) as heard:
        assert np.frombuffer(heard.readframes(9000), "<i2").tolist() == SAMPLES[2000:6000].tolist()
    async with friend.get(f"{link['path']}/recording", headers={"Range": "bytes=40-4099"}) as answer:
        assert (answer.status, await answer.read()) == (206, sound[40:4100])
    async with friend.get(f"{link['path']}/recording", headers={"Range": f"bytes={len(sound)}-"}) as answer:
        assert answer.status == 416


async def test_a_stranger_hears_the_part_and_nothing_else(site: Site) -> None:
    at, call, kept = await recorded(site)
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    assert await status(manager, f"/v1/interactions/{call}/links", "POST", json=WHOLE) == 403, "off is the default"
    await policy(site, who="anyone", longest_h=48, openings=2)
    for wrong in (
        {"hours": 49}, {"openings": 3}, {"from_ms": 900, "until_ms": 900}, {"from_ms": 1000},
        {"recording": str(uuid4())}, {"audience": "everybody"}, {"from_ms": -1}, {"colour": "red"},
    ):  # fmt: skip
        assert await status(manager, f"/v1/interactions/{call}/links", "POST", json={**WHOLE, **wrong}) in {400, 404}
    link = await made(manager, call, from_ms=250, until_ms=750)
    async with stranger(site) as friend, stranger(site) as thief:
        await hears_its_part(at, call, link, friend)
        for spans in ([[0, 300]], [[100, 400]], [[100, 400]], [[0, 99_000]], [[400, 200]]):
            assert await status(friend, f"{link['path']}/heard", "POST", json={"spans": spans}) == 204
        assert await status(thief, f"{link['path']}/recording") == 404, "the cookie is another browser's"
        assert await status(thief, f"{link['path']}/heard", "POST", json={"spans": [[0, 9]]}) == 404
        other = await made(manager, call)
        friend.cookie_jar.update_cookies({m.key: m.value for m in friend.cookie_jar})
        assert await status(friend, f"{other['path']}/recording") == 404, "each link is opened by itself"
        assert await status(thief, link["path"].replace("/r/", "/shared/")) in {303, 401}, "and by its own door"
        assert await status(thief, link["path"], "POST", data={"passcode": link["passcode"]}) == 303
        async with stranger(site) as third:
            assert await status(third, link["path"]) == 410, "opened twice, as often as it may"
        assert await status(friend, f"{link['path']}/recording") == 200, "who has opened it hears on"
        facts = await telling.facts_of(site, at.tenant, call, "RecordingHeard")
        assert [fact["heard_ms"] for fact in facts] == [300, 400, 500], "merged, twice is once, never beyond the part"
        assert [fact["lasts_ms"] for fact in facts] == [500] * 3
        text = await read(manager, f"/interactions/{call}?lang=en")
        heard_by = text.partition('id="heard"')[2].partition("</section>")[0]
        assert "by a link of 王经理" in heard_by
        assert "00:00 of 00:00" in heard_by or "00:01" in heard_by
        assert await status(manager, f"/v1/interactions/{call}/links/{link['id']}", "DELETE") == 204
        assert await status(friend, f"{link['path']}/recording") == 410
        assert await status(friend, link["path"]) == 410
        listed = await (await manager.get(f"/v1/interactions/{call}/links")).json()
        assert [row["state"] for row in listed["data"]] == ["lives", "ended"]
        assert not {"secret_hash", "passcode_hash", "key"} & set(listed["data"][0])
        await policy(site, who="people")
        assert await status(friend, other["path"]) == 410, "the policy closes what it does not allow any more"
    kinds = [
        "RecordingShared",
        "RecordingLinkRefused",
        "RecordingLinkOpened",
        "RecordingPlayed",
        "RecordingLinkRevoked",
    ]
    assert [len(await telling.facts_of(site, at.tenant, call, kind)) for kind in kinds] == [2, 1, 2, 2, 1]
    async with site.house.app.transaction(at.tenant) as scope:
        rows = await scope.fetch(
            "SELECT secret_hash, passcode_hash FROM gf.recording_link WHERE tenant_id = $1", at.tenant
        )
    assert all(len(row["secret_hash"]) == 32 and row["passcode_hash"].startswith("$argon2id$") for row in rows)
    assert kept


async def read(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == 200, text[-1500:]
        return text


async def refused_to(other: aiohttp.ClientSession, call: UUID) -> None:
    for method, path in (
        ("POST", f"/v1/interactions/{call}/links"), ("GET", f"/v1/interactions/{call}/links"),
        ("GET", f"/interactions/{call}/links"), ("POST", f"/interactions/{call}/heard"),
    ):  # fmt: skip
        body = {"spans": []} if path.endswith("heard") else {**WHOLE, "audience": "people"}
        assert await status(other, path, method, json=body) == 404, path


async def opens_it(viewer: aiohttp.ClientSession, path: str) -> tuple[dict[str, str], str]:
    """Open a link as one of the client's people and hear all of it; return the headers of that, and the cookie."""
    assert await status(viewer, f"{path}/recording") == 404
    async with viewer.post(path, allow_redirects=False) as answer:
        assert answer.status == 303
        cookie = answer.cookies["gf_r"].value
    session = viewer.headers["Cookie"]
    opened = {"Cookie": f"{session}; gf_r={cookie}"}
    assert "called back" in await (await viewer.get(path, headers=opened)).text(), "the note, as the policy says"
    assert await status(viewer, f"{path}/recording", headers=opened) == 200
    assert await status(viewer, f"{path}/heard", "POST", json={"spans": [[0, 1000]]}, headers=opened) == 204
    return opened, cookie


async def test_a_link_for_the_clients_people_opens_for_nobody_else(site: Site) -> None:
    at, call, kept = await recorded(site)
    await policy(site, who="people", openings=9, with_note="true")
    people = await site.people("galaxy")
    manager = await site.person(people["client_manager"], "galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    staff = await site.person("sup@harbour.example", "galaxy")
    assert await status(manager, f"/v1/interactions/{call}/links", "POST", json=WHOLE) == 403, "not for anyone"
    assert await status(staff, f"/v1/interactions/{call}/links", "POST", json={**WHOLE, "audience": "people"}) == 403
    await refused_to(other, call)
    form = {"recording": str(kept), "audience": "people", "hours": "24", "openings": "2", "from": "0:00", "until": ""}
    assert await status(manager, f"/interactions/{call}/links", "POST", data={**form, "from": "half past"}) == 422
    async with manager.post(f"/interactions/{call}/links", data=form, params={"lang": "en"}) as answer:
        page = await answer.text()
        assert answer.status == 200, page[-900:]
    path = page.partition("data-address>")[2].partition("<")[0].removeprefix(site.url)
    assert path.startswith("/shared/")
    for who in (other, staff):
        assert await status(who, path) == 404
    opened, cookie = await opens_it(viewer, path)
    theirs = {"Cookie": f"{manager.headers['Cookie']}; gf_r={cookie}"}
    assert await status(manager, f"{path}/recording", headers=theirs) == 404, "a person's own opening"
    assert await status(manager, f"/interactions/{call}/recording") == 200
    for spans in ([[0, 400]], [[600, 5000]], [[300, 400]]):
        assert await status(manager, f"/interactions/{call}/heard", "POST", json={"spans": spans}) == 204
    text = await read(manager, f"/interactions/{call}?lang=en")
    heard_by = text.partition('id="heard"')[2].partition("</section>")[0]
    assert heard_by.count("00:01 of 00:01") == 1
    assert "00:00 of 00:01" in heard_by
    assert "by a link of 王经理" in heard_by
    bad: tuple[Any, ...] = ("x", [[0]], [[-1, 5]], [[0, 5]] * 401)
    for wrong in bad:
        assert await status(manager, f"/interactions/{call}/heard", "POST", json={"spans": wrong}) == 400
    assert "王经理" in await read(manager, "/settings/sharing/links?lang=en")
    (row,) = (await (await manager.get(f"/v1/interactions/{call}/links")).json())["data"]
    assert await status(other, f"/v1/interactions/{call}/links/{row['id']}", "DELETE") == 404
    async with site.house.app.transaction(at.tenant) as scope:
        await scope.fetch("UPDATE gf.recording SET deleted_at = now() WHERE tenant_id = $1", at.tenant)
    assert await status(viewer, path, headers=opened) == 410, "the recording is not kept any longer"


async def test_passcodes_are_tried_so_often_only_and_forged_addresses_lead_nowhere(site: Site) -> None:
    at, call, _ = await recorded(site)
    await policy(site, who="anyone")
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    link = await made(manager, call, openings=5)
    token = link["path"].removeprefix("/r/")
    place = sharing.read_token(SIGNER, token)
    async with stranger(site) as thief:
        tried = [await status(thief, link["path"], "POST", data={"passcode": f"guess-{n}"}) for n in range(6)]
        assert tried == [403] * 5 + [429]
        assert await status(thief, link["path"], "POST", data={"passcode": link["passcode"]}) == 429, (
            "nor the right one"
        )
        harbour = site.tenants["harbour-light"]
        for forged in (
            "x", token[:-2], token + "AA",
            sharing.token(SIGNER, sharing.Pass(harbour, place.link_id, place.secret)),
            sharing.token(SIGNER, sharing.Pass(at.tenant, uuid4(), place.secret)),
            sharing.token(SIGNER, sharing.Pass(at.tenant, place.link_id, bytes(32))),
            sharing.token(DocumentSigner(bytes(32)), place),
        ):  # fmt: skip
            assert await status(thief, f"/r/{forged}") == 404
            assert await status(thief, f"/r/{forged}/recording") == 404


async def test_comments_are_of_those_who_watch_over_the_conversation(site: Site) -> None:
    at, call, kept = await recorded(site)
    people, pool = await site.people("galaxy"), await site.house.control.pool()
    manager, viewer = [await site.person(people[role], "galaxy") for role in ("client_manager", "client_viewer")]
    staff, other = [
        await site.person("sup@harbour.example", "galaxy"),
        await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light"),
    ]
    path, place = f"/interactions/{call}/comments", {"recording": str(kept), "at_ms": "500"}
    said = {"text": "Refund <b>promised</b> 退款 +8613800001234", **place}
    for wrong in ({"text": " "}, {"text": "x" * 2001}, {"at_ms": "1001"}, {"at_ms": "x"}, {"recording": str(uuid4())}):
        assert await status(manager, path, "POST", data={**said, **wrong}) == 400, wrong
    assert await status(other, path, "POST", data=said) == 404
    assert await status(manager, path, "POST", data=said) == 303
    assert await status(staff, path, "POST", data={"text": "Well handled"}) == 303
    for reader, number in ((manager, "+8613800001234"), (viewer, "+8613800001234"), (staff, "****1234")):
        page = await read(reader, f"/interactions/{call}?lang=en")
        assert page.count("Refund &lt;b&gt;promised&lt;/b&gt;") >= 3, "in its panel, on the ladder, as a mark"
        assert number in page
        assert ("+8613800001234" in page) == (reader is not staff)
        assert 'data-kind="comment" data-seek="500"' in page
    (_, email) = (await site.agents())[1]
    agent = await site.person(email)
    await pool.execute('UPDATE control.session SET tenant_id = $1 WHERE user_id = (SELECT id FROM control."user"'
                       " WHERE email = $2)", at.tenant, email)  # fmt: skip
    async with agent.get(f"/interactions/{call}", headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert "promised" not in text
        assert "CommentWritten" not in text
        assert answer.status == 200, text[-300:]
    for word, found in (("PROMISED 退款", 1), ("handled", 1), ("promised handled", 1), ("absent", 0)):
        page = await read(viewer, f"/interactions?comment={word}")
        assert (str(call) in page) == bool(found), word
    machine = await site.machine("galaxy")
    assert await status(machine, "/v1/interactions?comment=promised") == 400, "no system reads comments"
    async with site.house.app.transaction(at.tenant) as scope:
        rows = await scope.fetch(
            "SELECT id, text FROM gf.interaction_comment WHERE tenant_id = $1 ORDER BY id", at.tenant
        )
    assert all("promised" not in row["text"] and row["text"].startswith("gf1") for row in rows)
    mine = f"{path}/{rows[0]['id']}/remove"
    assert [await status(who, mine, "POST") for who in (viewer, staff, other, manager, manager)] == [
        404, 404, 404, 303, 404,
    ]  # fmt: skip
    assert "promised" not in await read(manager, f"/interactions/{call}?lang=en")
    assert str(call) not in await read(viewer, "/interactions?comment=promised")
    assert str(call) in await read(viewer, "/interactions?comment=handled")


@pytest.mark.parametrize(("channels", "kind"), [(1, "WAV"), (2, "FLAC")])
def test_a_part_is_the_samples_between_its_places_at_any_range(channels: int, kind: str) -> None:
    import soundfile  # noqa: PLC0415 - beside its use

    long = np.tile(SAMPLES, 40)
    stored = io.BytesIO()
    soundfile.write(stored, np.stack([long] * channels, axis=1), 8000, "PCM_16", format=kind)
    content = stored.getvalue()
    part = Part(len(content), lambda start, end: content[start:end], 12_345, 30_001)
    whole = b"".join(part.read(0, part.size))
    assert len(whole) == part.size
    expected = np.repeat(long[12_345 * 8 : 30_001 * 8], channels).astype("<i2").tobytes()
    assert whole[44:] == expected
    for start, end in (
        (0, 10),
        (40, 50),
        (44, 45),
        (100_001, 200_003),
        (part.size - 3, part.size),
        (part.size, part.size),
    ):
        assert b"".join(part.read(start, end)) == whole[start:end], (start, end)
