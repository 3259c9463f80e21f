"""A run from asking to its signed result: turns, bounds, a killed process, the command's and the night's way."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app import probing, reactions
from app.probing import Prober, is_time
from kit import clock
from kit.signing import DocumentSigner
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Tally
from probe.errors import ProbeTooSoon, ProbeUnderway
from probe.service import runs
from probe.service.engine import Limits, Run
from probe.service.runs import Wish
from tests.probe.conftest import Field

ROOT = Path(__file__).resolve().parents[2]
SIGNER = DocumentSigner(bytes(range(32)))


def wish(cause: str = "button", at: datetime | None = None) -> Wish:
    return Wish("somebody", "Wang", cause, at or clock.now())


@pytest.fixture
async def prober(field: Field, monkeypatch: pytest.MonkeyPatch) -> Prober:
    services: Any = SimpleNamespace(control=field.site.house.control, settings=field.site.settings, signer=SIGNER)
    monkeypatch.setattr(probing, "tools_of", lambda *_args, **_more: field.tools)
    return Prober(services, field.site.house.app)  # type: ignore[arg-type] # one database is a plane too


async def _runs(field: Field, code: str) -> list[dict[str, Any]]:
    async with field.site.house.app.transaction(field.site.tenants[code]) as scope:
        return await runs.recent(scope)


def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run find one thing without attacking."""

    async def go(self: Run, _client: Any = None) -> Tally:
        self.tally.add(Attempt("http", "key", "GET /x", "order_id", "404 not_found", "refused"))
        return self.tally

    monkeypatch.setattr(Run, "go", go)


async def test_a_run_is_asked_for_once_takes_its_turn_and_leaves_a_signed_result(
    field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _short(monkeypatch)
    control, plane, galaxy = field.site.house.control, field.site.house.app, field.site.tenants["galaxy"]
    other = await runs.ask(control, plane, field.site.tenants["harbour-light"], wish())
    mine = await runs.ask(control, plane, galaxy, wish())
    assert [await runs.position(control, run) for run in (other, mine)] == [0, 1]
    with pytest.raises(ProbeUnderway):
        await runs.ask(control, plane, galaxy, wish())
    assert [await prober.run_next() for _ in range(3)] == [True, True, False]
    (run,) = await _runs(field, "galaxy")
    assert (run["id"], run["state"], run["verdict"]) == (mine, "finished", "green")
    with pytest.raises(ProbeTooSoon) as refused:
        await runs.ask(control, plane, galaxy, wish())
    assert 3500 < int(str(refused.value.data["retry_after_s"])) <= 3600
    await runs.ask(control, plane, galaxy, wish("button", clock.now() + timedelta(minutes=61)))
    async with plane.transaction(galaxy) as scope:
        raw = await runs.document(scope, mine)
        kinds = [row["kind"] for row in await scope.fetch("SELECT kind FROM gf.journal ORDER BY seq DESC LIMIT 2")]
    assert kinds == ["ProbeFinished", "ProbeStarted"]
    document = SIGNER.check(json.loads(raw), runs.KIND)
    assert document["client"] == str(galaxy)
    _verified_without_us(raw, tmp_path)


def _verified_without_us(raw: bytes, folder: Path) -> None:
    """Run the verifier that clients get, on the result and on one that says more than was signed."""
    keys, good, forged = folder / "keys.json", folder / "good.json", folder / "forged.json"
    keys.write_text(json.dumps(SIGNER.public_keys()))
    good.write_bytes(raw)
    forged.write_bytes(raw.replace(b'"404 not_found"', b'"200"'))
    assert forged.read_bytes() != raw
    for path, code in ((good, 0), (forged, 1)):
        command = [
            sys.executable,
            str(ROOT / "tools" / "glassfloor_verify.py"),
            "probe",
            str(path),
            "--keys",
            str(keys),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stdout + done.stderr


async def test_a_killed_run_is_interrupted_by_the_next_who_comes(
    field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    _short(monkeypatch)
    control, plane, galaxy = field.site.house.control, field.site.house.app, field.site.tenants["galaxy"]
    await runs.ask(control, plane, galaxy, wish())
    (turn,) = await runs.turns(control)
    await runs.begin(control, plane, turn, galaxy, clock.now())  # and then the process is killed
    after = await runs.ask(control, plane, field.site.tenants["harbour-light"], wish())
    assert await prober.run_next()
    assert [run["state"] for run in await _runs(field, "galaxy")] == ["interrupted"]
    assert [run["id"] for run in await _runs(field, "harbour-light") if run["state"] == "finished"] == [after]


async def test_only_one_process_runs_it(field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    _short(monkeypatch)
    await runs.ask(field.site.house.control, field.site.house.app, field.site.tenants["galaxy"], wish())
    async with (await field.site.house.control.pool()).acquire() as held:
        await held.fetchval("SELECT pg_advisory_lock($1)", probing._ONE_RUN)
        assert not await prober.run_next()
        await held.execute("SELECT pg_advisory_unlock($1)", probing._ONE_RUN)
    assert await prober.run_next()


async def test_a_red_run_is_told_as_red_and_tells_nothing_of_what_it_saw(
    field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go(self: Run, _client: Any = None) -> Tally:
        self.tally.find("http", Finding("foreign = random", "GET /x", "key", "'another client' is not 'none'"))
        return self.tally

    monkeypatch.setattr(Run, "go", go)
    galaxy = field.site.tenants["galaxy"]
    run_id = await runs.ask(field.site.house.control, field.site.house.app, galaxy, wish())
    await prober.run_next()
    async with field.site.house.app.transaction(galaxy) as scope:
        raw = await runs.document(scope, run_id)
    assert (await _runs(field, "galaxy"))[0]["verdict"] == "red"
    assert b"another client" not in raw


async def test_a_run_that_fails_is_interrupted_and_the_next_runs(
    field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go(_self: Run, _client: Any = None) -> Tally:
        raise RuntimeError("planted")

    monkeypatch.setattr(Run, "go", go)
    await runs.ask(field.site.house.control, field.site.house.app, field.site.tenants["galaxy"], wish())
    assert await prober.run_next()
    assert [run["state"] for run in await _runs(field, "galaxy")] == ["interrupted"]
    assert await runs.turns(field.site.house.control) == []


async def test_a_run_stops_at_its_bounds_and_says_so(field: Field) -> None:
    reactions.install(None)
    tools = Field(field.site, field.app, field.tools).tools
    run = Run(type(tools)(**{**tools.__dict__, "limits": Limits(requests=50)}))
    tally = await run.go()
    assert tally.verdict == "incomplete"
    assert "bound" in tally.unreached["http"]
    assert tally.attempts.total() <= 100  # what was under way already comes to its end


async def test_every_client_is_asked_for_once_in_its_own_night(
    field: Field, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    _short(monkeypatch)
    control = field.site.house.control
    night = datetime(2026, 11, 22, 4, 59, tzinfo=ZoneInfo("Asia/Hong_Kong")).astimezone(UTC)
    await prober.ask_for_the_night(night - timedelta(hours=4))
    assert await runs.turns(control) == []
    for _ in range(3):
        await prober.ask_for_the_night(night)
    assert {turn.tenant_id for turn in await runs.turns(control)} == {
        field.site.tenants[code] for code in ("galaxy", "harbour-light")
    }
    minutes = [m for m in range(180) if is_time(uuid4(), datetime(2026, 1, 1, 2 + m // 60, m % 60, tzinfo=UTC))]
    assert 20 < len(minutes) < 160  # spread over the quiet hours
