"""The bucket, where recordings are kept in one: every object's place, and that the key of its client alone opens it."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from interactions.audio import where
from kit import sealedfile, vault
from kit.errors import KeysAway, KeysDestroyed, TenantElsewhere
from kit.objects import Blob, Kept, Objects
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from probe.core.families import judge_place
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Outcome, Tally
from probe.service.ground import Ground
from tenants.access import for_system

_MOST = 50_000
OPENED = 200
"""So many objects are opened in a run, chosen by chance among all of them; the place of each is judged."""
_HEAD = 128 * 1024
"""So many bytes hold a sealed file's header and its first chunk, by which it is proved whose it is."""


@dataclass(frozen=True, slots=True)
class _Begun(Kept):
    """The beginning of an object, which is fetched once."""

    content: bytes = field(default=b"", repr=False)

    def open(self) -> nullcontext[Blob]:
        """Open what was fetched."""
        return nullcontext(_Head(self.content))


class _Head:
    """What an object begins with."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """How much there is of it."""
        return len(self._content)

    def read(self, start: int, length: int) -> bytes:
        """Return a part."""
        return self._content[start : start + length]


async def judge_bucket(ground: Ground, tally: Tally) -> None:
    """Judge every object of the bucket, if there is one; a store that is away makes the run incomplete."""
    if ground.bucket is None:
        return
    try:
        await _judge(ground, ground.bucket, tally)
    except OSError as error:
        tally.unreached["files"] = f"the bucket: {type(error).__name__}"


async def _judge(ground: Ground, bucket: Objects, tally: Tally) -> None:
    twins = {*ground.world.a.files, *ground.world.b.files}  # what a killed run left lying is no client's
    listed = await asyncio.to_thread(lambda: [key for key, _ in islice(bucket.keys(""), _MOST + 1)])
    keys = [key for key in listed if key not in twins]
    if len(listed) > _MOST:
        tally.figures["objects_beyond"] = _MOST
    pool = await ground.control.pool()
    clients = {str(row["id"]) for row in await pool.fetch("SELECT id FROM control.tenant")}
    found: Counter[str] = Counter()
    opened = set(secrets.SystemRandom().sample(keys, min(OPENED, len(keys))))
    for key in keys[:_MOST]:
        place = judge_place("recordings", key)
        strange = place.strange or ("" if place.owner in clients else "of nobody who is a client")
        if not strange and place.owner is not None and key in opened:
            strange = await _whose(ground, bucket, key, place.owner)
        found[strange] += 1
    tally.figures |= {"objects": len(keys), "objects_opened": len(opened)}
    for strange, count in found.items():
        outcome: Outcome = "finding" if strange not in {"", _NOT_OPENED} else "alike" if not strange else "left_out"
        if outcome == "finding":
            tally.find("files", Finding("no case", f"an object of the bucket: {strange}", "anybody", ""))
        what = f"objects of the bucket: {strange or 'each where it must be, and opened by its own client alone'}"
        tally.add(Attempt("files", "B", what, "", f"{count} objects", outcome))


_NOT_OPENED = "not opened, because the keys of its client cannot be reached, or are destroyed"


async def _whose(ground: Ground, bucket: Objects, key: str, owner: str) -> str:
    """Say what is wrong with an object that lies where it must; nothing: nothing is."""
    other = ground.world.b if owner == str(ground.world.a.tenant) else ground.world.a
    try:
        own, strangers = [await _keys(ground, UUID(str(each))) for each in (owner, other.tenant)]
    except (KeysAway, TenantElsewhere):
        return _NOT_OPENED
    if own.destroyed:
        return _NOT_OPENED
    return await asyncio.to_thread(_opens, bucket, key, own, strangers)


async def _keys(ground: Ground, tenant: UUID) -> TenantKeys:
    async with ground.plane.transaction(for_system(tenant, "isolation probe")) as scope:
        return await vault.opened(scope, lambda keys: keys)


def _opens(bucket: Objects, key: str, own: TenantKeys, strangers: TenantKeys) -> str:
    try:
        with bucket.open(key) as blob:
            begun = _Begun(bucket, key, blob.read(0, _HEAD))
    except FileNotFoundError:  # gone meanwhile
        return ""
    if not begun.content.startswith(sealedfile.MAGIC):
        return "one that is not sealed"
    if not _is_opened(begun, own):
        return "one that the key of its client does not open"
    return "one that the key of another client opens" if _is_opened(begun, strangers) else ""


def _is_opened(begun: _Begun, keys: TenantKeys) -> bool:
    place = where(begun.key.rpartition("/")[2].partition(".")[0])
    try:
        next(sealedfile.read(begun, keys, place, 0, 1), b"")
    except (Tampered, UnknownKey, KeysDestroyed):
        return False
    return True


@contextmanager
def laid_in(bucket: Objects | None, key: str, content: bytes) -> Iterator[None]:
    """Let an object lie in the bucket for a while, if there is one (blocks). Raises ``OSError``."""
    if bucket is None:
        yield
        return
    bucket.put(key, lambda to: to.write(content))
    try:
        yield
    finally:
        bucket.delete(key)
