"""The same seed and the same actions give the same events, to the last one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from telephony.port import (
    Answer,
    Bridge,
    CallArrived,
    Cause,
    CloseCall,
    Command,
    CommandRefused,
    Endpoint,
    Event,
    LegAnswered,
    LegEnded,
    Provision,
    Ring,
    Trunk,
)
from telephony.simulator.behaviour import Arrivals, Crowd, Habit, ScriptedPhone
from telephony.simulator.clock import TurnableClock
from telephony.simulator.network import SimulatedNetwork
from tests.telephony.world import seconds

HABIT = Habit((seconds(1), seconds(6)), (seconds(10), seconds(60)), refuses=0.2, ignores=0.2)


def a_day(folder: Path, seed: int, faults: float = 0.0) -> list[Event]:
    """Two hours of contacts, two phones, and the simplest switchboard that there can be."""
    clock = TurnableClock()
    network = SimulatedNetwork(clock, folder, seed)
    events: list[Event] = []
    network.attach(_switchboard(network, events))
    network.perform(Provision((Endpoint("o-1", "s"), Endpoint("o-2", "s")), (Trunk("t", "127.0.0.2"),)))
    for name in ("o-1", "o-2"):
        network.register(name, "s", ScriptedPhone(network, HABIT))
    network.faults.late = faults
    crowd = Crowd(network, Arrivals("4008", per_hour=120, patience=(seconds(20), seconds(90))))
    crowd.start()
    clock.turn(timedelta(hours=2))
    crowd.stop()
    clock.turn(timedelta(minutes=10))
    assert crowd.dialled > 100
    return events


def _switchboard(network: SimulatedNetwork, events: list[Event]) -> Callable[[Event], None]:
    """Answer, ring both phones in turn, bridge, and close when somebody has left."""

    def command(what: Command) -> None:
        try:
            network.perform(what)
        except CommandRefused:
            return

    def react(event: Event) -> None:
        events.append(event)
        match event:
            case CallArrived(leg=leg):
                command(Answer(f"c-{leg}", leg))
                command(Ring(f"c-{leg}", f"c-{leg}.1", f"o-{1 + len(events) % 2}", "", "", seconds(15)))
            case LegAnswered(leg=leg):
                command(Bridge(leg.split(".")[0], leg))
            case LegEnded(leg=leg):
                command(CloseCall(leg.split(".")[0] if "." in leg else f"c-{leg}"))

    def react_after_the_network(event: Event) -> None:
        network.clock.call_later(timedelta(), lambda: react(event))

    return react_after_the_network


def test_the_same_seed_gives_the_same_events(tmp_path: Path) -> None:
    assert a_day(tmp_path, seed=7) == a_day(tmp_path, seed=7)


def test_faults_by_the_seed_repeat_too(tmp_path: Path) -> None:
    assert a_day(tmp_path, seed=7, faults=0.2) == a_day(tmp_path, seed=7, faults=0.2)


def test_another_seed_gives_another_day(tmp_path: Path) -> None:
    assert a_day(tmp_path, seed=7) != a_day(tmp_path, seed=8)


def test_people_answer_refuse_and_ignore(tmp_path: Path) -> None:
    events = a_day(tmp_path, seed=7)
    causes = {event.cause for event in events if isinstance(event, LegEnded)}
    assert {Cause.NORMAL, Cause.REJECTED, Cause.NO_ANSWER} <= causes
    assert any(isinstance(event, LegAnswered) for event in events)
