"""Whoever adds a kind of job, a Redis name, a folder, a link or an id says how it is attacked: or the build fails."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.doorbell import JOB, QUEUE
from app.reactions import JOBS, REACTIONS
from app.web import create_app
from kit.settings import Settings
from probe.core.families import FOLDERS, JOB_CASES, LINKS, SERVERS, judge_place, strange_keys
from probe.core.identities import CONTROL_IDS, NO_IDS
from probe.service.engine import spared
from probe.service.fillers import FILLERS, NEUTRAL, fill
from probe.service.ground import Attacker
from probe.service.members import members
from probe.service.world import Victim
from tenants.endpoints import PublicGuard
from tests.architecture.test_tables import WITHOUT_MODEL, load_models

NOBODY = Victim(**{each.name: str(uuid4()) for each in dataclasses.fields(Victim)})
ROOT = Path(__file__).resolve().parents[2]
ID = "01990f4e-7c1d-7000-8000-000000000000"
ASIDE = {".venv", ".git", "tests", "bench", "build", "dist", ".glassfloor"}

CHANNELS = {
    "BELL": "placements",
    "inbox_name(SYNTHETIC_FLOOR)": "floor:probe",
    "self._inbox": "floor:main",
    "inbox_name(staff.floor)": "floor:main",
    "inbox_name(state.settings.floor)": "floor:main",
    "inbox_name(floor)": "floor:main",
    "inbox_name(_means.floor.name)": "floor:main",
    "placements.BELL": "placements",
    "reactions.CONFIGURED": "centre:configuration",
    "CONFIGURED": "centre:configuration",
    "channel(self.tenant_id)": f"t:{ID}:journal",
    "channel(self._watched.tenant_id)": f"t:{ID}:journal",
    "channel(self._access.tenant_id)": f"t:{ID}:journal",
    "channel(access.tenant_id)": f"t:{ID}:journal",
    "frames_channel(self._tenant, self._interaction)": f"t:{ID}:desktop:{ID}",
    "asks_channel(self._access.tenant_id, shown.interaction)": f"t:{ID}:desktop:{ID}:asks",
    "desk_feed.channel(agent_id)": f"agent:{ID}",
    "*map(channel, sorted(map(str, known_as)))": f"agent:{ID}",
}
"""What the house gives to the bus as a name, as it is written, with an example of what it becomes."""

REDIS_NAMES = {
    "kit/bus.py": [f"ask:{ID}", f"answer:{ID}", "inbox:floor:main"],
    "kit/limits.py": [f"t:{ID}:rate:key:x:read", f"rate:p:{ID}:read", "rate:a:" + "0" * 32 + ":write"],
    "kit/tally.py": ["door:person:p:" + "0" * 32, "door:address:a:" + "0" * 32],
    "app/doorbell.py": [f"rq:queue:{QUEUE}"],
    "app/doorman.py": [f"rq:queue:{QUEUE}"],
    "app/commands/exits.py": [f"t:{ID}:journal"],
    "exits/service/erase.py": [f"t:{ID}:journal"],
    "kit/embedded/redis.py": [],
    "kit/circuit.py": [f"t:{ID}:idp:{ID}:0123456789abcdef"],
    "exits/service/remains.py": [],
    "probe/service/bells.py": [],
    "probe/service/forged.py": ["rq:queue:probe-0123456789abcdef"],
}
"""Every file that speaks to Redis by itself, with examples of the names that it uses (or only looks at: none)."""


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for room in sorted(ROOT.iterdir()):
        for path in sorted(room.rglob("*.py")) if room.name not in ASIDE else ():
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


SOURCES = dict(_sources())


def _calls(names: set[str]) -> Iterator[tuple[str, ast.Call, ast.Attribute]]:
    for where, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                yield where, node, node.func


def test_every_place_of_every_member_has_a_case() -> None:
    found = members(create_app(Settings()))
    assert len(found) > 300
    assert all(fill(member, NOBODY) for member in found)


def test_every_kind_of_job_has_a_case() -> None:
    assert set(JOBS) == set(JOB_CASES)
    assert {job for reactions in REACTIONS.values() for job in reactions.jobs} <= set(JOBS)
    added = [ast.unparse(call.args[1]) for _, call, at in _calls({"add"}) if ast.unparse(at.value) == "outbox"]
    assert len(added) >= 2
    assert {ast.literal_eval(name) for name in added if name[0] in "'\""} <= set(JOBS)
    assert {name for name in added if name[0] not in "'\""} <= {"job", "name"}  # from JOBS and REACTIONS
    assert JOB == "glassfloor.drain"  # the queue knows one kind, and it carries ids


def test_every_name_on_the_bus_has_a_case() -> None:
    used = {
        ast.unparse(call.args[0])
        for _, call, at in _calls({"ring", "listen", "ask", "serve"})
        if ast.unparse(at.value).endswith("bus") and call.args
    }
    assert len(used) > 8
    assert used == set(CHANNELS), "say in CHANNELS what this name becomes, and in probe/core/families.py whose it is"
    assert strange_keys(CHANNELS.values()) == []


def test_every_file_that_speaks_to_redis_has_a_case() -> None:
    speaking = {
        where
        for where, tree in SOURCES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(a.name.split(".")[0] in {"redis", "rq"} for a in node.names))
        or (isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in {"redis", "rq"})
    }
    speaking -= {where for where in speaking if where.startswith("app/demo/")}  # starts the server
    assert len(speaking) > 5
    assert speaking <= set(REDIS_NAMES), "say in REDIS_NAMES which names it uses"
    assert strange_keys(name for names in REDIS_NAMES.values() for name in names) == []
    assert strange_keys(["board", f"x:{ID}", f"t:{ID}", "t:galaxy:board"]) != []


def test_every_folder_below_the_data_folder_has_a_case() -> None:
    written = re.compile(r"(?:data_folder(?:\.resolve\(\))?|place\.folder) / f?\"([^\"]+)\"")
    named = {
        name
        for where in SOURCES
        if where.partition("/")[0] in {"app", "exits", "interactions", "kit", "portal", "switchboard"}
        for name in written.findall((ROOT / where).read_text(encoding="utf-8"))
    }
    folders = {name for name in named if "." not in name}
    assert len(folders) >= 8
    assert folders <= set(FOLDERS) | SERVERS, "say in FOLDERS what lies there, and whose it is"
    for folder, path in {
        "recordings": f"t/{ID}/call/2026/11/{ID}.enc", "exports": f"t/{ID}/{ID}.enc", "keys": f"{ID}.key",
        "spool": f"main.{ID}.jsonl",
    }.items():  # fmt: skip
        assert judge_place(folder, path).owner == ID
        assert not judge_place(folder, path).strange
        assert judge_place(folder, path.replace(ID, "..")).strange
        assert judge_place(folder, "x/" + path).strange


def test_every_secret_of_a_public_route_has_a_case() -> None:
    known = set(FILLERS) | {"password", "next", "limit", "told", "floor", "iss", "error", "email", "do", "text"}
    known |= {"schema_name", "body"}  # a name of what is published; what a player has played
    taken = {
        parameter.name
        for member in members(create_app(Settings()))
        if any(isinstance(guard, PublicGuard) for guard in member.guards)
        for parameter in member.parameters
    }
    assert {"link", "token"} <= taken <= set(NEUTRAL) | set(FILLERS)
    assert taken - known <= set(LINKS), "say in LINKS what this is, and how it is forged"


def test_every_type_of_id_has_a_case() -> None:
    """A tenant's own are found in the catalogue; the control plane's are named, or say why there is none."""
    load_models()
    tables = {table.fullname: table for table in SQLModel.metadata.tables.values()}
    without = {
        name
        for name, table in tables.items()
        if table.schema == "gf"
        and not [c for c in table.primary_key.columns if c.name != "tenant_id" and isinstance(c.type, sa.Uuid)]
    }
    named = {f"control.{name}" for name in CONTROL_IDS} | set(NO_IDS)
    control = {name for name, table in tables.items() if table.schema == "control"}
    without |= {f"gf.{name}" for name in WITHOUT_MODEL if name != "outbox"}  # its rows have an id
    assert control <= named, "say in probe/core/identities.py how a tenant's are found"
    assert without <= named, "say in probe/core/identities.py why it has no id"
    assert named <= control | without | {f"gf.{name}" for name in WITHOUT_MODEL}
    assert not {f"control.{name}" for name in CONTROL_IDS} & set(NO_IDS)
    assert len(tables) - len(NO_IDS) > 30


def test_on_a_running_house_the_outsourcers_people_change_nothing_of_the_centre() -> None:
    """They would be obeyed: also where they must confirm again before (a guard around the guard)."""
    writing = [m for m in members(create_app(Settings())) if m.path.startswith("/centre") and m.method != "GET"]
    assert {"POST /centre/people/add", "POST /centre/access"} <= {str(member) for member in writing}
    tried = [m for m in writing if not spared(m, Attacker("platform", {})) and any(g.permission for g in m.guards)]
    assert [str(member) for member in tried] == []
