"""Everything below the data folder: each file's place and content judged, and rows that point at another's file."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from kit.ids import new_id
from probe.core.families import FOLDERS, POINTERS, SERVERS, Place, judge_place, owner_of_recording
from probe.core.messages import Request
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.service.buckets import judge_bucket, laid_in
from probe.service.ground import Ground

_MOST_FILES = 50_000
_LOOKED_INTO = 1 << 16
"""So many bytes of a file that is not the victim's are searched for its words."""
_PROTECTED_FROM_OTHERS = 0o007
RECORDING = "/v1/interactions/{interaction_id}/recording"
ATTACHED = "/v1/work-orders/{work_order_id}/attachments/{attachment_id}/content"
EXPORT = "/settings/data/exports/{export_id}/file"


async def attack_files(ground: Ground, tally: Tally, recording: str | None = RECORDING) -> None:
    """Judge every stored file; then let B's own rows point at files of A. ``recording``: None, no web to ask."""
    await asyncio.to_thread(_judge_all, ground, tally)
    await judge_bucket(ground, tally)
    await _pointers_have_cases(ground, tally)
    async with ground.plane.transaction(ground.world.b.tenant) as scope:
        rows = await scope.fetch("SELECT key FROM gf.recording WHERE tenant_id = $1", ground.world.b.tenant)
    planted = set(_places_of_a(ground))
    for row in rows:
        if row["key"] not in planted and owner_of_recording(row["key"]) != ground.world.b.victim.tenant:
            tally.find("files", Finding("place", "a recording's key leads outside of its tenant", "B", ""))
    if recording is not None:
        await _play_all(ground, tally, recording)
        await _fetch_export(ground, tally)


def _judge_all(ground: Ground, tally: Tally) -> None:
    """Walk the data folder, file by file, up to a bound that the result tells."""
    places: Counter[tuple[str, str]] = Counter()
    data = ground.folder.parent
    for number, (folder, path) in enumerate(_files(data, ground.keys_folder)):
        if number > _MOST_FILES:
            tally.figures["files_beyond"] = _MOST_FILES
            break
        inside = path.relative_to(ground.keys_folder if folder == "keys" and ground.keys_folder else data / folder)
        place = judge_place(folder, inside.as_posix())
        strange = place.strange or _odd_content(ground, place, path)
        places[folder, strange] += 1
    for (folder, strange), count in places.items():
        what = f"files in {folder}: {strange or 'each where it must be'}"
        if strange:
            tally.find("files", Finding("no case", f"a stored file in {folder}: {strange}", "anybody", ""))
        _count(tally, what, f"{count} files", bad=bool(strange))
    tally.figures["folders"] = len({folder for folder, _ in places})


def _files(data: Path, keys: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield each file of ours with the name of its folder; loose files of the data folder itself are settings."""
    for folder in sorted(data.iterdir()) if data.is_dir() else ():
        if folder.is_dir() and folder.name not in SERVERS and not (folder.name == "keys" and keys):
            yield from ((folder.name, path) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    if keys is not None and keys.is_dir():
        yield from (("keys", path) for path in keys.rglob("*") if path.is_file())


def _odd_content(ground: Ground, place: Place, path: Path) -> str:
    """Say what is wrong with a file that lies where it must; nothing: nothing is."""
    if path.is_symlink():
        return "a link that leads elsewhere"
    try:
        if place.family == "keys" and path.stat().st_mode & _PROTECTED_FROM_OTHERS:
            return "a key that others on the machine may read"
        with path.open("rb") as file:
            content = file.read(_LOOKED_INTO).decode("latin-1")
    except FileNotFoundError:  # gone meanwhile
        return ""
    return "" if place.owner == ground.world.a.victim.tenant else _foreign_content(ground, place, content)


def _foreign_content(ground: Ground, place: Place, content: str) -> str:
    if ground.world.a.words.contact_only().found_in(content):
        return "a word of another client in it"
    if place.family == "spool" and place.owner and any(tenant != place.owner for tenant in _tenants(content)):
        return "a line of another client in it"
    return ""


def _tenants(content: str) -> Iterator[str]:
    for line in content.split("\n"):
        with suppress(ValueError, KeyError, TypeError):
            yield str(json.loads(line)["tenant"])


async def _pointers_have_cases(ground: Ground, tally: Tally) -> None:
    """Find each column of A that holds a place below its folder: one that has no case is a finding."""
    a = ground.world.a.tenant
    async with ground.plane.transaction(a) as scope:
        columns = await scope.fetch(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'gf' AND data_type = 'text'"
        )
        tables: dict[str, list[str]] = {}
        for row in columns:
            tables.setdefault(row["table_name"], []).append(row["column_name"])
        for table, names in sorted(tables.items()):
            flags = ", ".join(f"coalesce(bool_or({name} LIKE $2), false) AS {name}" for name in names)
            found = await scope.fetch(f"SELECT {flags} FROM gf.{table} WHERE tenant_id = $1", a, f"t/{a}/%")  # noqa: S608 - names of the catalogue
            for name in names:
                column = f"gf.{table}.{name}"
                if found[0][name] and column not in POINTERS:
                    tally.find("files", Finding("no case", f"a file's place in {column}", "anybody", ""))
    _count(tally, "columns that hold a file's place", ", ".join(sorted(POINTERS)))


def _places_of_a(ground: Ground) -> dict[str, str]:
    """Return ways to write down the place of A's file, each with its name for the report."""
    key, b = ground.world.a.victim.key, ground.world.b.victim.tenant
    return {
        key: "A's key",
        f"t/{b}/../{key.removeprefix('t/')}": "A's key by way of B's folder",
        f"../recordings/{key}": "A's key from outside",
        str((ground.folder / key).absolute()): "the whole path of A's file",
        f"t/{b}/%2e%2e/{key.removeprefix('t/')}": "an encoded way up",
        f"T/{key.removeprefix('t/').upper()}": "A's key in capitals",
    }


async def _play_all(ground: Ground, tally: Tally, route: str) -> None:
    """Ask for A's file in every spelling; where there is a bucket, it lies there as well for as long."""
    key, lent = ground.world.a.victim.key, ExitStack()
    try:
        await asyncio.to_thread(lent.enter_context, laid_in(ground.bucket, key, ground.world.a.files.get(key, b"")))
    except OSError as error:
        tally.unreached["files"] = f"the bucket: {type(error).__name__}"
    try:
        for place, what in _places_of_a(ground).items():
            await _play(ground, tally, route, place, what)
            await _download(ground, tally, place, what)
    finally:
        await asyncio.to_thread(lent.close)


async def _play(ground: Ground, tally: Tally, route: str, place: str, what: str) -> None:
    """Give B's interaction a recording whose key leads to A's file: the application must not play it."""
    b, recording = ground.world.b, new_id()
    async with ground.plane.transaction(b.tenant) as scope:
        there = await scope.fetch("SELECT id FROM gf.recording WHERE tenant_id = $1 AND key = $2", b.tenant, place)
        recording = there[0]["id"] if there else recording
        await scope.fetch(
            "INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at)"
            " SELECT $1, $2, $3::uuid, $4, 'call', $5, 1000, 1, now()"
            " WHERE NOT EXISTS (SELECT FROM gf.recording WHERE tenant_id = $1 AND id = $2)",
            b.tenant, recording, b.victim.interaction, place, "0" * 64,
        )  # fmt: skip
    target = f"{route.replace('{interaction_id}', b.victim.interaction)}?recording={recording}"
    await _asked(ground, tally, route, target, f"B's row with {what}")


async def _download(ground: Ground, tally: Tally, place: str, what: str) -> None:
    """Give B's work order a file whose key leads to A's: the application must not hand it out."""
    b, own = ground.world.b, new_id()
    async with ground.plane.transaction(b.tenant) as scope:
        await scope.fetch(
            "INSERT INTO gf.work_order_attachment (tenant_id, id, work_order_id, kind, name, visibility, author_side,"
            " author_kind, author_id, author_name, origin, mime_type, size, sha256, key, scan_state, created_at,"
            " stored_at, announced_at) VALUES ($1, $2, $3::uuid, 'file', 'probe', 'shared', 'outsourcer', 'user',"
            " 'probe', 'probe', 'outsourcer', 'text/plain', 9, $4, $5, 'clean', now(), now(), now())",
            b.tenant, own, b.victim.order, "0" * 64, place,
        )  # fmt: skip
    target = ATTACHED.replace("{work_order_id}", b.victim.order).replace("{attachment_id}", str(own))
    await _asked(ground, tally, ATTACHED, target, f"B's file with {what}")
    async with ground.plane.transaction(b.tenant) as scope:
        await scope.fetch("DELETE FROM gf.work_order_attachment WHERE tenant_id = $1 AND id = $2", b.tenant, own)


async def _fetch_export(ground: Ground, tally: Tally) -> None:
    """Let B have a finished export under the id of a file that lies in A's folder only."""
    a, b, export = ground.world.a, ground.world.b, new_id()
    file = ground.folder.parent / "exports" / "t" / a.victim.tenant / f"{export}.enc"
    await asyncio.to_thread(file.parent.mkdir, 0o700, parents=True, exist_ok=True)
    await asyncio.to_thread(file.write_bytes, a.words.word("recording").encode() * 9)
    try:
        async with ground.plane.transaction(b.tenant) as scope:
            await scope.fetch(
                "INSERT INTO gf.export (tenant_id, id, state, asked_by, asked_name, asked_at, built_at, expires_at)"
                " VALUES ($1, $2, 'built', 'probe', 'probe', now(), now(), now() + interval '1 minute')",
                b.tenant, export,
            )  # fmt: skip
        target = EXPORT.replace("{export_id}", str(export))
        await _asked(ground, tally, EXPORT, target, "B's export with the id of A's file")
        async with ground.plane.transaction(b.tenant) as scope:
            over = "UPDATE gf.export SET state = 'deleted' WHERE tenant_id = $1 AND id = $2"
            await scope.fetch(over, b.tenant, export)
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)


async def _asked(ground: Ground, tally: Tally, route: str, target: str, what: str) -> None:
    answer = await ground.ask(ground.attackers["client_manager"], Request("GET", target))
    kinds = ground.world.a.words.found_in(answer.whole)
    if kinds:
        tally.find("files", Finding("canary", f"GET {route}", "client_manager", ", ".join(sorted(kinds))))
    _count(tally, f"GET {route}, {what}", answer.brief, bad=bool(kinds), refused=answer.refused)


def _count(tally: Tally, what: str, answer: str, *, bad: bool = False, refused: bool = False) -> None:
    tally.add(Attempt("files", "B", what, "", answer, "finding" if bad else "refused" if refused else "alike"))


def known_folders() -> frozenset[str]:
    """Return every folder that may lie in the data folder."""
    return frozenset(FOLDERS) | SERVERS
