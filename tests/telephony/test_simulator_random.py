"""Any sequence of commands and outside actions leaves the simulated network whole, and its story consistent."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from telephony.port import (
    Answer,
    Bridge,
    Cause,
    CloseCall,
    Command,
    CommandRefused,
    Dial,
    Endpoint,
    Event,
    HangUp,
    Mode,
    Mute,
    Open,
    PauseRecord,
    Play,
    PlaybackEnded,
    Provision,
    Record,
    RecordingEnded,
    Refuse,
    ResumeRecord,
    Ring,
    SendDigits,
    Sound,
    SoundKind,
    StopPlay,
    StopRecord,
    StopRing,
    StopWait,
    Supervise,
    Trunk,
    Wait,
    Withdraw,
)
from telephony.simulator.clock import TurnableClock
from telephony.simulator.network import RegistrationRefused, SimulatedNetwork
from telephony.simulator.parties import Leg, Stage
from tests.telephony.sounds import tone_file
from tests.telephony.story import ended_legs, is_arrived, told

ENDPOINTS = st.sampled_from(["o-1", "o-2"])
INDEX = st.integers(0, 30)
NOBODYS = "404"
TONES = st.sampled_from([None, 440, 1000])


class _Person:
    def __init__(self) -> None:
        self.ended: list[Cause] = []

    def leg_answered(self) -> None:
        assert not self.ended

    def leg_ended(self, cause: Cause) -> None:
        self.ended.append(cause)

    def keys_arrived(self, digits: str) -> None:
        assert digits
        assert not self.ended


class _Phone:
    def __init__(self, machine: NetworkMachine) -> None:
        self._machine = machine

    def leg_rings(self, leg: Leg) -> _Person:
        return self._machine.meet(leg)

    def registration_gone(self) -> None:
        pass


class NetworkMachine(RuleBasedStateMachine):
    @initialize()
    def prepare(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = TurnableClock()
        self.network = SimulatedNetwork(self.clock, Path(self.folder.name))
        self.exchange = self.network._exchange
        self.events: list[Event] = []
        self.legs: list[Leg] = []
        self.people: list[_Person] = []
        self.calls = ["unknown"]
        self.names = ["unknown"]
        self.phones = {name: _Phone(self) for name in ("o-1", "o-2")}
        sound = tone_file(Path(self.folder.name), 1300, timedelta(seconds=2))
        self.sounds = (sound, Sound(SoundKind.TONE, "1700"), Sound(SoundKind.FILE, "/nowhere/at-all"))
        self.provision = Provision(tuple(Endpoint(name, "s") for name in self.phones), (Trunk("t", "127.0.0.2"),))
        self.network.attach(self.events.append)
        self.command(self.provision)
        for name, phone in self.phones.items():
            self.network.register(name, "s", phone)
        self.network.subscribe("139", self.phones["o-1"])

    def command(self, command: Command) -> None:
        with suppress(CommandRefused):
            self.network.perform(command)

    def meet(self, leg: Leg | None) -> _Person:
        person = _Person()
        self.people.append(person)
        if leg is not None:
            self.legs.append(leg)
        return person

    def leg(self, index: int) -> str:
        """Mostly one of the youngest legs, now and then any or none."""
        return self.legs[-1 - index % len(self.legs)].name if self.legs else "unknown"

    def call(self, index: int) -> str:
        return self.calls[-1 - index % len(self.calls)]

    def name(self, index: int, *, new: bool = True) -> str:
        """A new id for a playback or a recording, or one that was used."""
        if new and index:
            self.names.append(f"n{len(self.names)}")
        return self.names[-1 - index % min(3, len(self.names))]

    # ----------------------------------------------------------------------------------------------------- outside

    @rule(answered=st.booleans(), caller_is_alone=st.booleans())
    def dial(self, *, answered: bool, caller_is_alone: bool) -> None:
        leg = self.network.dial("4008", "138", self.meet(None))
        self.legs.append(leg)
        if answered:
            self.calls.append(f"c{len(self.calls)}")
            self.command(Answer(self.calls[-1], leg.name))
            if not caller_is_alone:
                self.ring(0, "o-1")
                self.live(0, 440)
                self.bridge(0, 0)

    @rule(name=ENDPOINTS)
    def register(self, name: str) -> None:
        with suppress(RegistrationRefused):
            self.network.register(name, "s", self.phones[name])

    @rule(name=ENDPOINTS)
    def unregister(self, name: str) -> None:
        self.network.unregister(name, self.phones[name])

    @rule(index=INDEX, hertz=TONES)
    def live(self, index: int, hertz: int | None) -> None:
        if self.legs:
            leg = self.legs[-1 - index % len(self.legs)]
            self.network.answer(leg)
            self.network.speak(leg, hertz)
            self.network.press(leg, "5")

    @rule(index=INDEX, cause=st.sampled_from([Cause.NORMAL, Cause.BUSY]))
    def leave(self, index: int, cause: Cause) -> None:
        if self.legs:
            self.network.hang_up(self.legs[-1 - index % len(self.legs)], cause)

    @rule(tenths=st.integers(1, 100))
    def turn(self, tenths: int) -> None:
        self.clock.turn(timedelta(seconds=tenths / 10))

    # --------------------------------------------------------------------------------------------------- connection

    @rule(what=st.integers(0, 24))
    def connection(self, what: int) -> None:
        """Break it seldom and mend it soon, so that most commands meet an engine."""
        broken = [name for name, number in (("away", 1), ("leave", 2), ("die", 3)) if number == what]
        for how in broken or ("back", "come"):
            self._connection(how)

    def _connection(self, how: str) -> None:
        match how:
            case "away":
                self.network.engine_away()
            case "back":
                self.network.engine_back()
            case "leave":
                self.network.detach()
            case "come":
                with suppress(RuntimeError):
                    self.network.attach(self.events.append)
            case "die":
                self.network.engine_dies()
                self.network.engine_back()
                self.command(self.provision)

    # ------------------------------------------------------------------------------------------------------ commands

    @rule(call=INDEX, leg=INDEX)
    def answer_anything(self, call: int, leg: int) -> None:
        self.command(Answer(self.call(call), self.leg(leg)))

    @rule(call=INDEX, endpoint=ENDPOINTS)
    def ring(self, call: int, endpoint: str) -> None:
        leg = f"{self.call(call)}.{len(self.people)}"
        self.command(Ring(self.call(call), leg, endpoint, "", "", timedelta(seconds=5)))

    @rule(call=INDEX, leg=INDEX)
    def bridge(self, call: int, leg: int) -> None:
        self.command(Bridge(self.call(call), self.leg(leg), ("", "", "s1")[leg % 3]))

    @rule(call=INDEX, leg=INDEX, agent=INDEX, mode=st.sampled_from(Mode))
    def supervise(self, call: int, leg: int, agent: int, mode: Mode) -> None:
        self.command(Supervise(self.call(call), self.leg(leg), self.leg(agent), mode))

    @rule(leg=INDEX, what=st.integers(0, 5))
    def treat(self, leg: int, what: int) -> None:
        name = self.leg(leg)
        self.command((Mute(name), Mute(name, muted=False), SendDigits(name, "1#"), SendDigits(name, "x"))[what % 4])
        if self.legs and what > 3:
            self.network.hold(self.legs[-1 - leg % len(self.legs)], held=what == 4)

    @rule(call=INDEX, known=st.booleans())
    def dial_out(self, call: int, *, known: bool) -> None:
        leg = f"{self.call(call)}.{len(self.people)}"
        number = "139" if known else NOBODYS
        self.command(Dial(self.call(call), leg, "t", number, "", "", timedelta(seconds=5)))

    @rule()
    def open(self) -> None:
        self.calls.append(f"c{len(self.calls)}")
        self.command(Open(self.calls[-1]))

    @rule(call=INDEX, name=INDEX, which=st.lists(st.integers(0, 2), min_size=1, max_size=3))
    def play(self, call: int, name: int, which: list[int]) -> None:
        self.command(Play(self.call(call), self.name(name), tuple(self.sounds[number] for number in which)))

    @rule(call=INDEX, name=INDEX)
    def record(self, call: int, name: int) -> None:
        self.command(Record(self.call(call), self.name(name)))

    @rule(leg=INDEX, name=INDEX)
    def record_a_leg(self, leg: int, name: int) -> None:
        self.command(Record(self.call(leg), self.name(name), self.leg(leg)))

    @rule(call=INDEX, music=st.booleans())
    def wait(self, call: int, *, music: bool) -> None:
        self.command(Wait(self.call(call)) if music else StopWait(self.call(call)))

    @rule(name=INDEX, what=st.sampled_from([StopPlay, StopRecord, PauseRecord, ResumeRecord]))
    def stop(self, name: int, what: type[StopPlay | StopRecord | PauseRecord | ResumeRecord]) -> None:
        self.command(what(self.name(name, new=False)))

    @rule(call=INDEX)
    def close_call(self, call: int) -> None:
        self.command(CloseCall(self.call(call)))

    @rule()
    def withdraw(self) -> None:
        self.command(Withdraw(("o-2",)))
        self.command(self.provision)

    @rule(index=INDEX, kind=st.integers(0, 2))
    def end(self, index: int, kind: int) -> None:
        leg = self.leg(index)
        self.command((HangUp(leg), StopRing(leg), Refuse(leg, Cause.BUSY))[kind])

    # ---------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def no_leg_is_in_two_bridges(self) -> None:
        calls = self.exchange.calls
        rooms = [room for call in calls.values() for room in (call.main, *call.sides.values())]
        members = Counter(name for room in rooms for name in room.members)
        assert all(count == 1 for count in members.values())
        assert set(members) == {leg.name for leg in self.exchange.legs.values() if leg.room}
        assert all(leg.stage is Stage.ANSWERED and leg.room is room for room in rooms for leg in room.members.values())
        assert all(room.members for call in calls.values() for room in call.sides.values())

    @invariant()
    def supervisors_supervise_who_is_there(self) -> None:
        legs = self.exchange.legs
        watching = {leg.name for leg in legs.values() if leg.supervises}
        assert watching == set(self.exchange.supervisors)
        for leg in self.exchange.supervisors.values():
            assert leg.supervises is not None
            assert legs[leg.supervises.name] is leg.supervises
            assert (leg.room is None) == (leg.mode is not Mode.BARGE)

    @invariant()
    def every_tape_is_where_the_index_says(self) -> None:
        held = [call.main.tapes for call in self.exchange.calls.values()]
        held += [leg.tapes for leg in self.exchange.legs.values()]
        assert {name for tapes in held for name in tapes} == set(self.exchange.tapes)

    @invariant()
    def everything_ends_once(self) -> None:
        ended = Counter(event.leg for event in ended_legs(self.events))
        assert all(count == 1 for count in ended.values())
        assert not set(ended) & set(self.exchange.legs)
        assert all(len(person.ended) <= 1 for person in self.people)
        for kind, name in ((PlaybackEnded, "playback"), (RecordingEnded, "recording")):
            counted = Counter(getattr(event, name) for event in self.events if isinstance(event, kind))
            assert all(count == 1 for count in counted.values())

    @invariant()
    def the_snapshot_agrees_with_the_events(self) -> None:
        try:
            snapshot = self.network.snapshot()
        except ConnectionError:
            return
        unheard = {leg.leg for leg in snapshot.legs if leg.number == NOBODYS}
        there = {leg.leg: leg.answered or is_arrived(leg) for leg in snapshot.legs if leg.leg not in unheard}
        assert there == {leg: connected for leg, connected in told(self.events).items() if leg not in unheard}
        assert all(not leg.call or leg.call in snapshot.calls for leg in snapshot.legs)

    @invariant()
    def nobody_hears_himself(self) -> None:
        for leg in self.exchange.legs.values():
            leg.speaks, spoken = 1, leg.speaks
            assert 1 not in self.network.heard_by(leg)
            leg.speaks = spoken

    def teardown(self) -> None:
        if not hasattr(self, "network"):
            return
        self.network.engine_back()
        with suppress(RuntimeError):
            self.network.attach(self.events.append)
        for leg in tuple(self.exchange.legs):
            self.network.perform(HangUp(leg))
        for call in tuple(self.exchange.calls):
            self.network.perform(CloseCall(call))
        self.clock.turn(timedelta(hours=1))
        assert not self.exchange.legs
        assert not self.exchange.playbacks
        assert told(self.events) == {}
        assert all(len(person.ended) == 1 for person in self.people)
        self.folder.cleanup()


TestNetwork = NetworkMachine.TestCase
TestNetwork.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
