"""What contacts hear: listened to in the settings, replaced by a recording, published, played; bad files do nothing."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import soundfile

from app.flows import check_flow
from switchboard.configuration import Voice, plan_of
from switchboard.core.plan import Text
from tenants.errors import Refused
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.drafts import read_draft
from tenants.service.files import render_readable
from tenants.service.floors import floor_configuration
from tenants.service.sounds import RECORDED, lay_out
from tests.ivr.test_uploads import BAD, tone
from tests.portal.settings.test_self_service import changes, manager, page, send
from tests.support.forms import posts
from tests.support.site import Site

SOUND = "/settings/prompts/sound"
AT = {"entry": "welcome", "language": "zh-CN"}
HTML = {"Accept": "text/html"}


async def heard(reader: aiohttp.ClientSession, status: int = 200, **asked: str) -> bytes:
    async with reader.get(SOUND, params={**AT, **asked}) as answer:
        assert answer.status == status, await answer.text()
        return await answer.read()


async def upload(reader: aiohttp.ClientSession, wav: bytes | None, status: int = 303, **more: str) -> str:
    shown = await page(reader, "/settings/prompts?entry=welcome")
    form = next(form for form in posts(shown, SOUND) if form.fields["language"] == "zh-CN")
    data = aiohttp.FormData({**form.fields, "do": "upload", **more})
    if wav is not None:
        data.add_field("file", wav, filename="welcome.mp3", content_type="text/plain")
    async with reader.post(SOUND, params={"lang": "en"}, data=data, headers=HTML, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return text


async def test_a_recording_is_heard_in_the_draft_and_by_callers_once_published(site: Site) -> None:
    reader, house = await manager(site), site.house
    spoken = await heard(reader)
    info = soundfile.info(io.BytesIO(spoken))
    assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")
    assert info.duration > 1
    await upload(reader, tone(2, rate=44100, channels=2))
    assert await changes(site) == [("~", "prompts", "welcome")]
    own = await heard(reader)
    assert own != spoken
    assert soundfile.info(io.BytesIO(own)).frames == 16000
    shown = await page(reader, "/settings/changes")
    assert "Recorded sound · Chinese (Mainland)" in shown
    await send(reader, posts(shown, "/settings/changes/publish")[0], why="our own voice")
    async with reader.get("/settings/prompts?entry=welcome", headers=HTML, params={"lang": "en"}) as answer:
        form = posts(await answer.text(), "/settings/prompts")[0]
    await send(reader, form, do="save")
    assert await changes(site) == []

    read = await floor_configuration(house.control, house.app, "main", datetime.now(UTC))
    folder = site.settings.data_folder.resolve()
    (folder / RECORDED / str(site.tenants["galaxy"])).rename(folder / "gone")
    await lay_out(house.app, folder, read)
    text = next(t for t in _texts(read, site) if t.recorded)
    (sound,) = Voice(None, folder / RECORDED).speak((text,))  # type: ignore[arg-type] # nothing is left to be spoken
    assert open(f"{sound.value}.wav", "rb").read() == own  # noqa: ASYNC230, PTH123, SIM115
    async with house.app.transaction(site.tenants["galaxy"]) as scope:
        facts = await scope.fetch("SELECT data FROM gf.journal WHERE kind = 'PromptSoundUploaded'")
        assert len(facts) == 1

    await upload(reader, None, do="remove")
    assert await heard(reader) == spoken


def _texts(read: object, site: Site) -> list[Text]:
    plan = plan_of(read, {}, {})  # type: ignore[arg-type]
    tenant = plan.tenants[site.tenants["galaxy"]]
    return [tenant._text(ref) for f in tenant.flows.values() for n in f.flow.nodes.values()
            for refs in (getattr(n, "prompt", None) or {}).values() for ref in refs]  # fmt: skip


async def test_a_wrong_file_is_told_and_changes_nothing(site: Site) -> None:
    reader = await manager(site)
    for reason, told in (
        ("no_wav", "This is not a WAV recording."), ("cut_off", "The recording is cut off"), ("silent", "Nothing can"),
        ("channels", "more than two channels"), ("too_big", "larger than 10 MB"), ("encoding", "Save it as PCM"),
    ):  # fmt: skip
        text = await upload(reader, BAD[reason][-1], 422)
        assert told in text, reason
        assert 'class="field-error"' in text
    assert "Choose a file first." in await upload(reader, None, 422)
    await upload(reader, tone(), 409, seen="old")
    large = aiohttp.FormData(AT)
    large.add_field("file", bytes(50 * 1024 * 1024), filename="large.wav")
    async with reader.post(SOUND, data=large, headers=HTML, expect100=True) as answer:
        assert answer.status == 413
    for asked in ({"entry": "nothing"}, {"language": "fr"}, {"entry": "../x"}):
        await heard(reader, 404, **asked)
    viewer = await manager(site, "client_viewer")
    await heard(viewer)
    assert posts(await page(viewer, "/settings/prompts?entry=welcome"), SOUND) == []
    async with viewer.post(SOUND, data=AT) as answer:
        assert answer.status == 403
    assert await changes(site) == []
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        assert (await scope.fetch("SELECT count(*) AS n FROM gf.prompt_sound"))[0]["n"] == 0


async def test_a_recording_of_another_client_is_not_there(site: Site) -> None:
    await upload(await manager(site), tone())
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    name = next(p["audio"]["zh-CN"] for p in draft.content["prompts"] if p["code"] == "welcome")
    other = await read_draft(site.house.app, site.tenants["harbour-light"])
    prompts = [{**prompt, "audio": dict.fromkeys(prompt["text"], name)} for prompt in other.content["prompts"]]
    order = Order(by="tests", at=datetime.now(UTC), check_flow=check_flow)
    text = render_readable({**other.content, "prompts": prompts})
    with pytest.raises(Refused, match="there is no recording with this digest"):
        await apply_blueprint(site.house.control, site.house.app, text, order)


async def add_music(reader: aiohttp.ClientSession, wav: bytes | None, status: int = 303, **more: str) -> str:
    form = posts(await page(reader, "/settings/music"), "/settings/music/sound")[0]
    data = aiohttp.FormData({**form.fields, "name": "Evening", **more})
    if wav is not None:
        data.add_field("file", wav, filename="x.wav")
    address, asked = "/settings/music/sound", {"lang": "en"}
    async with reader.post(address, params=asked, data=data, headers=HTML, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return text


async def choose_music(reader: aiohttp.ClientSession, entry: str, do: str, status: int = 303) -> str:
    form = next(
        f for f in posts(await page(reader, "/settings/music"), "/settings/music") if f.fields["entry"] == entry
    )
    async with reader.post(
        "/settings/music", params={"lang": "en"}, data={**form.fields, "do": do}, headers=HTML, allow_redirects=False
    ) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return text


async def test_music_of_ones_own_is_chosen_published_played_and_kept_while_a_queue_names_it(site: Site) -> None:
    reader, house = await manager(site), site.house
    for wav, told in ((BAD["no_wav"][-1], "not a WAV"), (tone(1), "shorter than three"), (None, "Choose a file")):
        assert told in await add_music(reader, wav, 422)
    await add_music(reader, tone(4))
    await add_music(reader, tone(5), name="Rain <b>")
    await add_music(reader, tone(6), 409, seen="old")
    shown = await page(reader, "/settings/music")
    assert "Rain &lt;b&gt;" in shown
    form = posts(await page(reader, "/settings/queues?entry=care"), "/settings/queues")[0]
    await send(reader, form, do="save", music="rain-b")
    assert "is heard in" in await choose_music(reader, "rain-b", "remove", 409)
    draft = await read_draft(house.app, site.tenants["galaxy"])
    assert [(piece["code"], piece["hold"]) for piece in draft.content["music"]] == [
        ("evening", True),
        ("rain-b", False),
    ]
    async with reader.get("/settings/music/sound", params={"entry": "rain-b"}) as answer:
        rain = await answer.read()
        assert soundfile.info(io.BytesIO(rain)).frames == 40_000
    changed = await page(reader, "/settings/changes")
    await send(reader, posts(changed, "/settings/changes/publish")[0], why="our own music")

    async def heard_by_contacts() -> tuple[str, ...]:
        read = await floor_configuration(house.control, house.app, "main", datetime.now(UTC))
        folder = site.settings.data_folder.resolve()
        await lay_out(house.app, folder, read)
        plan = plan_of(read, {}, {}, recorded=folder / RECORDED).tenants[site.tenants["galaxy"]]
        return plan.hold_music, plan.music_of(plan.queues["care"], "default")

    evening, care = await heard_by_contacts()
    assert open(f"{care}.wav", "rb").read() == rain  # noqa: ASYNC230, PTH123, SIM115
    assert evening != care
    await choose_music(reader, "evening", "nowhere")
    await send(reader, posts(await page(reader, "/settings/changes"), "/settings/changes/publish")[0], why="silence")
    assert await heard_by_contacts() == ("default", care)
    for path in ("/settings/music/sound?entry=nothing", "/settings/music/sound?entry=../x"):
        async with reader.get(path) as answer:
            assert answer.status == 404
    viewer = await manager(site, "client_viewer")
    assert posts(await page(viewer, "/settings/music"), "/settings/music") == []
    async with viewer.post("/settings/music", data={"entry": "evening", "do": "remove"}) as answer:
        assert answer.status == 403
    other = await read_draft(house.app, site.tenants["harbour-light"])
    stolen = {"code": "x", "name": "x", "audio": draft.content["music"][0]["audio"], "hold": True}
    order = Order(by="tests", at=datetime.now(UTC), check_flow=check_flow)
    for music, told in (
        ([stolen], "no recording with this digest"),
        ([stolen, {**stolen, "code": "y"}], "one piece only"),
    ):
        with pytest.raises(Refused, match=told):
            await apply_blueprint(house.control, house.app, render_readable({**other.content, "music": music}), order)


async def test_a_system_brings_a_sound_with_its_key_and_a_blueprint_names_it(site: Site) -> None:
    system, stranger = await site.machine("galaxy"), await site.machine("harbour-light")

    async def bring(who: aiohttp.ClientSession, wav: bytes, **asked: str) -> tuple[int, dict[str, Any]]:
        async with who.post("/v1/sounds", data=wav, params=asked, headers={"Content-Type": "audio/wav"}) as answer:
            return answer.status, await answer.json()

    for reason, wav, asked in (
        *((reason, bad[-1], {}) for reason, bad in BAD.items()), ("none", b"", {}),
        ("too_short", tone(1), {"use": "music"}),
    ):  # fmt: skip
        status, problem = await bring(system, wav, **asked)
        assert (status, problem["code"], problem["reason"]) == (422, "sound_not_taken", reason)
    assert (await bring(system, tone(), use="film"))[0] == 400
    first, again = await bring(system, tone(4), use="music"), await bring(system, tone(4))
    assert (first[0], again[0], first[1]) == (201, 200, again[1])
    assert [status for status, _ in await asyncio.gather(*(bring(system, tone(2)) for _ in range(4)))].count(201) == 1
    assert (await bring(stranger, tone(4)))[0] == 201, "what another client keeps is told to nobody"
    viewer = await manager(site, "client_viewer")
    async with viewer.post("/v1/sounds", data=tone()) as answer:
        assert answer.status == 403
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        facts = await scope.fetch("SELECT actor ->> 'kind' AS kind FROM gf.journal WHERE kind = 'PromptSoundUploaded'")
        assert [fact["kind"] for fact in facts] == ["key", "key"]
    draft = await read_draft(site.house.app, site.tenants["galaxy"])
    piece = {"code": "own", "name": "Own", "audio": first[1]["sound"], "hold": True}
    order = Order(by="tests", at=datetime.now(UTC), check_flow=check_flow)
    text = render_readable({**draft.content, "music": [piece]})
    await apply_blueprint(site.house.control, site.house.app, text, order)
