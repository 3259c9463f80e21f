"""What a search found, taken along by a person and by a system of the client, and by nobody else."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from exits.searched import service
from exits.searched.tasks import SearchBuilder
from exits.tasks import Tenant
from kit.objects import Folder
from kit.signing import DocumentSigner
from tests.portal import telling
from tests.portal.test_data import managers
from tests.support.house import KEYS
from tests.support.site import Site

PAGE, API = "/interactions/exports", "/v1/interactions/exports"
WHY = "the works council asked for it"
MORE = """
INSERT INTO gf.interaction SELECT made.* FROM (SELECT * FROM gf.interaction WHERE tenant_id = $1 LIMIT 1) i,
  generate_series(1, $2) n, LATERAL jsonb_populate_record(NULL::gf.interaction, to_jsonb(i) || jsonb_build_object(
  'id', uuidv7(n * interval '0'), 'note', NULL, 'contact_number', NULL)) made
"""


async def read(who: aiohttp.ClientSession, path: str, status: int = 200) -> str:
    async with who.get(path, headers={"Accept": "text/html"}) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def send(who: aiohttp.ClientSession, path: str, **form: str | list[str]) -> tuple[int, str]:
    data = aiohttp.FormData([(k, each) for k, v in form.items() for each in ([v] if isinstance(v, str) else v)])
    async with who.post(path, data=data, allow_redirects=False, headers={"Accept": "text/html"}) as answer:
        return answer.status, await answer.text()


async def build(site: Site) -> None:
    signer, data = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"])), site.settings.data_folder
    made = SearchBuilder(site.house.worker, signer, data, Folder(site.settings.recordings_folder))
    await made.visit(Tenant(site.tenants["galaxy"], "galaxy", "Galaxy"))


async def fetched(who: aiohttp.ClientSession, path: str) -> zipfile.ZipFile:
    async with who.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "application/zip"), await answer.text()
        return zipfile.ZipFile(BytesIO(await answer.read()))


async def nobody_else(site: Site, export: str) -> None:
    """Neither who may not take lists along, nor another client's manager, gets anything of an export."""
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    for path in (PAGE, f"{PAGE}/new", f"{PAGE}/{export}/file"):
        await read(viewer, path, 403)
    await read(other, f"{PAGE}/{export}/file", 404)
    assert (await send(other, f"{PAGE}/{export}/cancel"))[0] == 404
    assert export not in await read(other, PAGE)


async def test_a_person_takes_along_what_the_page_shows(site: Site) -> None:
    at = await telling.place(site)
    one = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await telling.tell(site, at.tenant, telling.abandoned(at))
    first, second = await managers(site)
    search = f"agent={at.agents[1]}&from=today&columns=started,contact,note,id"
    assert f"{PAGE}/new?{search.replace('&', '&amp;')}" in await read(first, f"/interactions?{search}")
    form = await read(first, f"{PAGE}/new?{search}&lang=en")
    assert "1 interaction<" in form
    assert at.aliases[1] in form
    once = re.findall(r'name="once" value="([^"]+)"', form)[0]
    sent: dict[str, str | list[str]] = {"query": search, "once": once, "wants": ["csv", "recordings", "facts"]}
    mistakes: tuple[dict[str, str | list[str]], ...] = (
        {"reason": "x"}, {"wants": [], "reason": WHY}, {"once": "1", "reason": WHY}, {"wants": ["all"], "reason": WHY},
        {"query": "q=9999", "reason": WHY}, {"query": "colour=red", "reason": WHY},
    )  # fmt: skip
    for wrong in mistakes:
        status, text = await send(first, PAGE, **{**sent, **wrong})
        assert (status, 'role="alert"' in text) == (422, True), (wrong, status)
    for _ in range(2):
        assert (await send(first, PAGE, **sent, reason=WHY))[0] == 303
    await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    text = await read(first, f"{PAGE}?lang=en")
    assert (text.count("data-export="), 'hx-trigger="every 2s"' in text, WHY in text) == (1, True, True)
    for lang, name in (("en", "Agent took part"), ("zh-Hans", "参与的座席"), ("zh-Hant", "參與的座席人員")):
        text = await read(second, f"{PAGE}?lang={lang}")
        assert f'<span class="soft">{name}</span> <bdi>{at.aliases[1]}</bdi>' in text, "as its reader says it"
    await build(site)
    assert "Your export is ready to fetch" in await read(first, "/notifications?lang=en")
    file = await fetched(second, f"{PAGE}/{once}/file")
    lines = list(csv.reader(StringIO(file.read("interactions.csv").decode("utf-8-sig"))))
    assert at.aliases[1] in lines[0][1]
    assert re.search(r": \d{4}-\d\d-\d\d$", lines[0][1]), "today is the day on which it was asked for"
    assert (lines[1][1][:13], lines[3][1], len(lines)) == ("Asia/Shanghai", "1", 7)
    assert (lines[6][1], lines[6][3]) == ("'" + telling.CONTACT, str(one))
    (sound,) = (name for name in file.namelist() if name.endswith(".wav"))
    assert file.read(sound) == telling.sound()
    manifest = json.loads(file.read("manifest.json"))["signed"]
    assert (manifest["filter"]["agent"], manifest["reason"], manifest["asked_by"]) == (str(at.agents[1]), WHY, "王经理")
    assert len(await telling.facts_of(site, at.tenant, one, "RecordingExported")) == 1
    assert "A recording was put into an export." in await read(first, f"/interactions/{one}?lang=en")
    await nobody_else(site, once)
    assert (await send(second, f"{PAGE}/{once}/cancel"))[0] == 303, "discarded"
    await read(first, f"{PAGE}/{once}/file", 409)
    await build(site)
    assert not [path for path in (site.settings.data_folder / "exports").rglob("*") if path.is_file()]


async def test_a_system_asks_and_many_conversations_need_a_second_manager(site: Site) -> None:
    at = await telling.place(site)
    await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    machine, (first, second) = await site.machine("galaxy"), await managers(site)
    asked = {"filters": {"outcome": "answered"}, "wants": ["csv"], "reason": WHY}
    again = {"Idempotency-Key": "one"}
    for _ in range(2):
        async with machine.post(API, json=asked, headers=again) as answer:
            assert answer.status == 202, await answer.text()
            document = await answer.json()
    assert (document["state"], document["found"], document["file"]) == ("approved", 1, None)
    for name, text in (("filters", {"colour": "red"}), ("wants", []), ("wants", ["x"]), ("reason", "x"), ("more", 1)):
        async with machine.post(API, json={**asked, name: text}, headers={"Idempotency-Key": str(uuid4())}) as answer:
            assert answer.status in {400, 422}, (name, answer.status)
    await build(site)
    path = f"{API}/{document['id']}"
    async with machine.get(path) as answer:
        document = await answer.json()
    assert (document["state"], document["percent"], document["file"]) == ("built", 100, f"{path}/file")
    assert "interactions.csv" in (await fetched(machine, document["file"])).namelist()
    strange = await site.machine("harbour-light")
    for method, target in (("GET", path), ("GET", f"{path}/file"), ("DELETE", path)):
        async with strange.request(method, target) as answer:
            assert answer.status == 404, method
    for _ in range(2):
        async with machine.delete(path) as answer:
            assert await answer.json() == {"id": document["id"], "state": "deleted"}
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute(MORE, at.tenant, service.ALONE + 1)
    await admin.close()
    once = str(uuid4())
    form: dict[str, str | list[str]] = {"query": "", "once": once, "wants": ["facts"], "reason": WHY}
    assert (await send(first, PAGE, **form))[0] == 303
    await build(site)
    assert (await send(first, f"{PAGE}/{once}/approve"))[0] == 403, "nobody approves its own"
    assert "An export waits for a second manager" in await read(second, "/notifications?lang=en")
    assert (await send(second, f"{PAGE}/{once}/approve"))[0] == 303
    assert (await send(second, f"{PAGE}/{once}/refuse"))[0] == 409
    await build(site)
    assert len((await fetched(first, f"{PAGE}/{once}/file")).read("facts.ndjson").splitlines()) == service.ALONE + 2
    codes = [(await send(first, PAGE, **{**form, "once": str(UUID(int=n)), "wants": "csv"}))[0] for n in range(1, 5)]
    assert codes == [303, 303, 303, 409], "three at once"
