"""Planted outside of the database: Redis keys, jobs, a worker that trusts Redis, links, files. Each turns it red.

No ``from __future__ import annotations``: FastAPI reads the signatures of the planted routes.
"""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, BinaryIO
from uuid import UUID

import pytest
import redis.asyncio as aioredis
from fastapi import Depends
from redis import Redis
from rq import Queue
from rq.serializers import DefaultSerializer, JSONSerializer
from starlette.responses import FileResponse, JSONResponse, Response

import portal.handed
import portal.recovery
import portal.shared_door
from interactions.audio import key_of, where
from interactions.people import links as people_links
from interactions.sharing import service as sharing
from interactions.sharing.errors import LinkUnknown
from kit import clock, sealedfile, vault
from kit.buckets import Bucket
from kit.db import Database, Scope
from kit.ids import new_id
from kit.objects import Kept
from kit.signing import BadSignature, DocumentSigner
from probe.core.tally import Tally
from probe.service import bells, buckets, forged, handed, links, shared, stored
from probe.service.ground import Ground
from probe.service.members import members
from tenants.access import for_system
from tenants.endpoints import Access, permitted
from tenants.identity.errors import LinkSpent
from tenants.service.links import Link
from tests.probe.conftest import Field
from tests.support.s3 import object_store

Watching = Annotated[Access, Depends(permitted("live.read"))]


async def test_an_unscoped_redis_key_turns_it_red(field: Field, ground: Ground) -> None:
    async def found() -> set[str]:
        tally = Tally()
        await bells.look_at_redis(ground, tally, field.tools.redis_url)
        return {finding.oracle for _, finding in tally.findings}

    assert await found() == set()
    client = aioredis.from_url(field.tools.redis_url)
    await client.set("board", ground.world.a.words.word("order title"))
    assert await found() == {"no case", "canary"}
    await client.delete("board")
    await client.set("floor:main", ground.world.a.words.word("order title"))
    assert await found() == {"canary"}
    await client.aclose()


async def test_a_job_that_believes_its_payload_turns_it_red(field: Field, ground: Ground) -> None:
    async def believing(_scope: Scope, payload: Mapping[str, object]) -> None:
        theirs = for_system(UUID(str(payload["tenant_id"])), "planted")
        async with field.site.house.app.transaction(theirs) as scope:
            await scope.fetch("UPDATE gf.work_order SET event_seq = event_seq + 1 WHERE tenant_id = $1", theirs)

    tally = Tally()
    await forged.attack_jobs(ground, tally, field.tools.jobs)
    assert tally.findings == []
    assert tally.attempts.total() >= 9 * len(field.tools.jobs) + 7
    await forged.attack_jobs(ground, tally, {"planted": believing})
    assert {finding.oracle for _, finding in tally.findings} == {"no case", "victim state"}


async def test_the_workers_queue_takes_ids_and_nothing_else(field: Field, ground: Ground) -> None:
    """A worker that runs what Redis names, or unpickles it, is found; ours is not."""

    class Trusting:
        """RQ's worker as it comes."""

        def __init__(self, queue: str, _heard: Any) -> None:
            self._name, self._redis = queue, Redis.from_url(field.tools.redis_url)

        def start(self) -> None:
            for serializer in (DefaultSerializer, JSONSerializer):
                queue = Queue(self._name, connection=self._redis, serializer=serializer)
                for job in queue.jobs if serializer is DefaultSerializer else ():
                    with suppress(Exception):
                        job.perform()
            self._redis.delete(f"rq:queue:{self._name}")

        async def stop(self) -> None:
            self._redis.close()

    tally = Tally()
    await forged.forge_rings(ground, tally, field.tools.redis_url, field.tools.listen, field.tools.ring)
    assert (tally.findings, tally.unreached) == ([], {})
    assert tally.attempts.total() >= 11
    await forged.forge_rings(ground, tally, field.tools.redis_url, Trusting, field.tools.ring)
    assert {finding.member for _, finding in tally.findings} >= {"a forged job in the queue was unpickled"}


async def test_a_link_that_is_believed_too_easily_turns_it_red(
    field: Field, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = Tally()
    await links.attack_links(ground, tally, members(field.app))
    assert (tally.findings, tally.unreached) == ([], {})
    assert tally.attempts.total() >= 19

    async def by_its_first_letters(control: Database, token: str, _now: datetime) -> Link:
        """Believe whatever begins like a link that was ever made."""
        rows = await (await control.pool()).fetch("SELECT user_id FROM control.sign_in_link")
        if len(token) < 8 or not rows:
            raise LinkSpent
        return Link(rows[0]["user_id"], "reset", "x@b.example", "X", second=False)

    monkeypatch.setattr(portal.recovery, "read_link", by_its_first_letters)
    await links.attack_links(ground, tally, members(field.app))
    assert {f.member.partition(", ")[2] for _, f in tally.findings} >= {"cut", "expired", "ended by a newer one"}
    await _addresses_of_calls(field, ground, monkeypatch)
    await _links_to_recordings(field, ground, monkeypatch)


async def _addresses_of_calls(field: Field, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for the pages that the client's own people open."""
    tally = Tally()
    await handed.attack_calls(ground, tally, field.tools.signer)
    assert (tally.findings, tally.unreached) == ([], {})
    assert tally.attempts.total() >= 50

    def unsigned(_signer: DocumentSigner, text: str) -> people_links.Pass:
        """Read whatever has the form of an address, and never mind its end."""
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[:36]
        if len(raw) < 36:
            raise BadSignature
        return people_links.Pass(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), clock.now() + timedelta(hours=1))

    monkeypatch.setattr(people_links, "read", unsigned)
    monkeypatch.setattr(portal.handed, "_has_opened", lambda *_: True)
    await handed.attack_calls(ground, tally, field.tools.signer)
    found = {f.member.partition(", ")[2] for _, f in tally.findings}
    assert found >= {"cut", "expired", "with one bit changed", "used again by another browser"}
    assert not {each for each in found if "in the name of" in each}, "the wall of the database holds without it"


async def _links_to_recordings(field: Field, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for links to recordings: without a signature, without an end, and without a cookie of one's own."""
    tally = Tally()
    await shared.attack_shared(ground, tally, field.tools.signer)
    assert (tally.findings, tally.unreached) == ([], {})
    assert tally.attempts.total() >= 100

    def unsigned(_signer: DocumentSigner, text: str) -> sharing.Pass:
        """Read whatever has the form of an address."""
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[:64]
        if len(raw) < 64:
            raise LinkUnknown
        return sharing.Pass(UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:])

    monkeypatch.setattr(sharing, "read_token", unsigned)
    monkeypatch.setattr(sharing, "state_of", lambda *_: "lives")
    monkeypatch.setattr(portal.shared_door, "_has_opened", lambda *_: True)
    await shared.attack_shared(ground, tally, field.tools.signer)
    found = {f.member.partition(", ")[2] for _, f in tally.findings}
    assert found >= {
        "signed by somebody else",
        "expired",
        "ended",
        "another link's",
        "that has ended",
        "its end put off",
    }
    assert not {each for each in found if "in the name of" in each or "secret" in each}, "the other walls hold"


async def test_a_file_outside_of_every_tenant_turns_it_red(ground: Ground) -> None:
    async def found() -> set[str]:
        tally = Tally()
        await stored.attack_files(ground, tally, None)
        return {finding.member.removeprefix("a stored file in ") for _, finding in tally.findings}

    assert await found() == set()
    data, a, b = ground.folder.parent, ground.world.a.victim.tenant, ground.world.b.victim.tenant
    planted = {
        "recordings/loose.wav": b"RIFF", f"recordings/t/{b}/odd/2026/11/{b}.wav": b"RIFF", "loot/x": b"x",
        f"spool/main.{b}.jsonl": json.dumps({"tenant": a}).encode(),
        "prompts/00.wav": ground.world.a.words.word("order title").encode(),
    }  # fmt: skip
    for path, content in planted.items():
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(content)
    (ground.folder / "t" / b / "call" / "2026" / "11").mkdir(parents=True, exist_ok=True)
    (ground.folder / "t" / b / "call" / "2026" / "11" / f"{b}.enc").symlink_to(
        ground.folder / ground.world.a.victim.key
    )
    assert await found() == {
        "recordings: outside of every tenant", "recordings: unknown class odd", "loot: a folder that nobody named",
        "spool: a line of another client in it", "prompts: a word of another client in it",
        "recordings: a link that leads elsewhere",
    }  # fmt: skip


async def test_an_object_of_the_bucket_that_is_not_its_clients_own_turns_it_red(
    field: Field, ground: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def found() -> set[str]:
        tally = Tally()
        await stored.attack_files(ground, tally, None)
        assert tally.verdict != "incomplete"
        assert tally.figures["objects"] == len(list(bucket.keys("")))
        return {finding.member.removeprefix("an object of the bucket: ") for _, finding in tally.findings}

    with object_store() as access:
        ground.bucket = bucket = Bucket("recordings/centre", access)
        sealed: dict[str, bytes] = {}
        for side in (ground.world.a, ground.world.b):
            sound, recording = tmp_path / "sound", new_id()
            sound.write_bytes(b"fLaC" * 50_000)
            async with field.site.house.app.transaction(side.tenant) as scope:
                keys = await vault.sealing(scope)
            key = key_of(side.tenant, "call", recording, clock.now())
            sealedfile.seal(sound, Kept(bucket, key), keys, where(recording))
            with bucket.open(key) as blob:
                sealed[key] = blob.read(0, blob.size)
        assert await found() == set()
        (a, content), (b, _) = sealed.items()
        planted = {
            "loose.enc": b"x", f"t/{new_id()}/{b.split('/', 2)[2]}": content, b.replace("call", "odd"): content,
            b: content, a.replace(a[-40:-4], str(new_id())): b"fLaC",
        }  # fmt: skip
        for key, planted_content in planted.items():
            bucket.put(key, partial(_written, planted_content))
        assert await found() == {
            "outside of every tenant", "of nobody who is a client", "unknown class odd",
            "one that the key of its client does not open", "one that is not sealed",
        }  # fmt: skip
        for key in planted:
            bucket.delete(key)
        monkeypatch.setattr(buckets, "_is_opened", lambda *_: True)
        assert await found() == {"one that the key of another client opens"}
        monkeypatch.undo()
        tally = Tally()
        await stored.attack_files(ground, tally)
        assert (tally.findings, list(bucket.keys(""))) == ([], [(a, len(content))]), "A's lent file is taken away again"
        ground.bucket = Bucket("recordings/centre", replace(access, secret="guessed"))
        await stored.attack_files(ground, tally, None)
        assert (tally.verdict, tally.unreached["files"]) == ("incomplete", "the bucket: PermissionError")


def _written(content: bytes, to: BinaryIO) -> int:
    return to.write(content)


async def test_a_route_that_plays_whatever_a_row_names_turns_it_red(field: Field, ground: Ground) -> None:
    async def play(interaction_id: UUID, recording: UUID, access: Watching) -> Response:
        async with field.site.house.app.transaction(access.tenant_id) as scope:
            rows = await scope.fetch("SELECT key FROM gf.recording WHERE tenant_id = $1 AND id = $2",
                                     access.tenant_id, recording)  # fmt: skip
        path = ground.folder / rows[0]["key"]
        return FileResponse(path) if path.is_file() else JSONResponse({}, 404)

    field.app.add_api_route("/planted/play/{interaction_id}", play)
    tally = Tally()
    await stored.attack_files(ground, tally)
    assert tally.findings == []
    await stored.attack_files(ground, tally, "/planted/play/{interaction_id}")
    assert {(f.oracle, f.member) for _, f in tally.findings} == {("canary", "GET /planted/play/{interaction_id}")}
