"""The player, with recordings in a bucket whose store checks signatures: heard in ranges; away or wrong it says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI
from pydantic import SecretStr

from app.web import create_app
from kit.buckets import Bucket
from kit.embedded.machine import free_port
from kit.settings import Settings
from tests.portal import telling
from tests.portal.test_records import manager
from tests.support.house import House
from tests.support.s3 import object_store
from tests.support.site import Settled, open_site


async def test_a_recording_is_heard_out_of_a_bucket(settled: Settled, house: House, redis: str, tmp_path: Path) -> None:
    made: list[FastAPI] = []
    with object_store() as access:

        def create(settings: Settings) -> FastAPI:
            given = {
                "recordings_bucket": "recordings/centre", "s3_endpoint": access.endpoint, "s3_key_id": access.key_id,
                "s3_secret": SecretStr(access.secret),
            }  # fmt: skip
            made.append(create_app(settings.model_copy(update=given)))
            return made[0]

        async with open_site(house, redis, tmp_path, settled, create) as site:
            at, kept = await telling.place(site), uuid4()
            call = await telling.tell(site, at.tenant, telling.answered(at, recording=kept))
            key, sound = telling.key_of(at, kept), telling.sound()
            (site.settings.recordings_folder / key).unlink()
            Bucket("recordings/centre", access).put(key, lambda to: to.write(sound))
            reader, path = await manager(site), f"/v1/interactions/{call}/recording"
            for part, wanted in (("bytes=0-", sound), ("bytes=8000-8099", sound[8000:8100])):
                async with reader.get(path, headers={"Range": part}) as answer:
                    assert (answer.status, await answer.read()) == (206, wanted)
            wrong = replace(access, secret="guessed")
            away = replace(access, endpoint=f"http://127.0.0.1:{free_port()}")
            for given in (wrong, away):
                made[0].state.recordings = Bucket("recordings/centre", given)
                async with reader.get(path) as answer:
                    assert (answer.status, (await answer.json())["code"]) == (503, "recording_away")
            heard = await telling.facts_of(site, at.tenant, call, "RecordingPlayed")
            assert len(heard) == 1, "who could not hear it has not"
