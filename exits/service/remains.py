"""What of a client lies outside the databases: every file and folder that bears its id, and every key in Redis.

Nothing is listed here by kind: recordings, exports, the engine's spool, what it records just now, and spoken prompts
are all named by the client's id, and what is added later is found as well as long as it is.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from redis.asyncio import Redis

from kit.objects import Objects

_SHARED_SOUNDS = ("prompts", "*.wav")
"""Sounds of an older version, of all clients in one folder: each is spoken again when it is needed."""


@dataclass(frozen=True, slots=True)
class Disks:
    """The folders that are searched, and the one that is left alone: the tombstone of the keys stays.

    ``stores``: by name, stores of files that are in no folder; in them everything of a tenant lies below ``t/<id>/``.
    """

    folders: Sequence[Path]
    keys: Path
    stores: Mapping[str, Objects] = field(default_factory=dict)

    def found(self, tenant_id: UUID) -> Iterator[Path]:
        """Yield the outermost files and folders that bear the tenant's id."""
        name = str(tenant_id)
        for folder in self._outermost():
            waiting = [folder] if folder.is_dir() else []
            while waiting:
                for path in sorted(waiting.pop().iterdir()):
                    if path == self.keys.resolve() or path.is_symlink():
                        continue
                    if name in path.name:
                        yield path
                    elif path.is_dir():
                        waiting.append(path)

    def count(self, tenant_id: UUID) -> tuple[int, int]:
        """Return how many files there are, and how many bytes."""
        files = [
            each
            for path in self.found(tenant_id)
            for each in (path.rglob("*") if path.is_dir() else (path,))
            if each.is_file()
        ]
        kept = [size for store in self.stores.values() for _, size in store.keys(f"t/{tenant_id}/")]
        return len(files) + len(kept), sum(each.stat().st_size for each in files) + sum(kept)

    def delete(self, tenant_id: UUID) -> None:
        """Delete them, and sounds of older versions that cannot be told apart. Raises ``OSError``."""
        for folder in self.folders:
            for sound in (folder / _SHARED_SOUNDS[0]).glob(_SHARED_SOUNDS[1]):
                sound.unlink(missing_ok=True)
        for path in list(self.found(tenant_id)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        for store in self.stores.values():
            for key, _ in list(store.keys(f"t/{tenant_id}/")):
                store.delete(key)

    def told(self) -> list[str]:
        """Return what was searched, for the certificate."""
        return [*(str(folder) for folder in dict.fromkeys(each.resolve() for each in self.folders)), *self.stores]

    def _outermost(self) -> list[Path]:
        every = {each.resolve() for each in self.folders}
        return sorted(each for each in every if not every & set(each.parents))


async def delete_from(redis: Redis, tenant_id: UUID) -> int:
    """Delete every key that names the tenant; return how many."""
    gone = 0
    async for key in redis.scan_iter(match=f"*{tenant_id}*", count=1000):
        gone += await redis.delete(key)
    return gone
