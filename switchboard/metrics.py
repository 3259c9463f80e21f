"""What the process of a floor counts, for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from journal.core.facts import NewFact
from switchboard.facts import ArrivalLimited
from switchboard.floor import Floor

FACTS = Counter("glassfloor_facts", "Facts that the floor decided, by kind.", ["kind"])
LIMITED = Counter("glassfloor_arrivals_limited", "Calls beyond a limit, by whose it is and what they got.",
                  ["limit", "answer"])  # fmt: skip
COMMANDS = Histogram("glassfloor_command_seconds", "How long the phone engine took for a command.",
                     buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5))  # fmt: skip
CALLS = Gauge("glassfloor_calls", "Calls that the floor holds.")
CONNECTED = Gauge("glassfloor_engine_connected", "1 while the phone engine can be commanded.")
AUDITS = Counter("glassfloor_audits", "Comparisons of engine, rows, boards and floor.")
DISCREPANCIES = Counter("glassfloor_discrepancies_repaired", "What the auditor found wrong and repaired.", ["kind"])
RECORDINGS_WAITING = Gauge("glassfloor_recordings_waiting", "Recordings that the store did not take yet.")
TASKS = Gauge("glassfloor_tasks", "Tasks of the process's event loop: what waits for something.")
PACE = Gauge("glassfloor_engine_calls_per_second", "How many new calls a second the phone engines get now.")


def watch(floor: Floor, now: Callable[[], datetime]) -> None:
    """Read the gauges from this floor."""
    running = asyncio.get_running_loop()
    TASKS.set_function(lambda: len(asyncio.all_tasks(running)))
    CALLS.set_function(lambda: len(floor.calls))
    CONNECTED.set_function(lambda: floor.connected)
    PACE.set_function(lambda: sum(floor.admission.pace(floor.plan, node, now()) for node in floor.engines.here))


def told(fact: NewFact) -> None:
    """Count a fact."""
    FACTS.labels(type(fact.payload).__name__).inc()
    if isinstance(fact.payload, ArrivalLimited):
        LIMITED.labels(fact.payload.limit, fact.payload.answer).inc()
