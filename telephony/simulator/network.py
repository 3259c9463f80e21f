"""The whole phone network in memory: our engine on one side, carriers and agents' phones on the other."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from telephony import causes
from telephony.port import (
    CallArrived,
    Cause,
    CommandRefused,
    DigitPressed,
    EndedBy,
    EndpointGone,
    EndpointSeen,
    LegState,
    PhoneHeld,
    PhoneResumed,
    Snapshot,
)
from telephony.simulator import carriers
from telephony.simulator.commands import carry_out
from telephony.simulator.exchange import Exchange
from telephony.simulator.parties import Leg, Stage
from telephony.simulator.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from telephony.port import Command, Event
    from telephony.simulator.clock import Clock
    from telephony.simulator.parties import Handset, Party
    from telephony.simulator.wire import Faults


_UNNOTICED = timedelta(seconds=60)
"""How long the engine believes in a party whose sound has stopped."""
_TIMER_EXPIRED = 102
"""Q.850: recovery on timer expiry."""
_PARKED = timedelta(seconds=20)
"""How long an engine without a switchboard plays music to a caller before it gives up."""


class RegistrationRefused(Exception):
    """A phone tried to register under a name that is not provisioned, or with a wrong secret."""


class SimulatedNetwork:
    """Same seed and same actions, same events. ``folder`` takes the recordings; ``clock`` is every timer's clock."""

    def __init__(self, clock: Clock, folder: Path, seed: int = 0) -> None:
        self.clock = clock
        self.random = Random(seed)  # noqa: S311 - a simulation must be repeatable
        self._wire = Wire(clock, self.random)
        self._exchange = Exchange(clock, folder, self._wire.send)
        self.silent = self._exchange.silent
        """Phones that stay registered and answer nothing, as one to which the way is lost."""

    # ------------------------------------------------------------------------------------------ the switchboard's side

    def attach(self, listener: Callable[[Event], None]) -> None:
        """Become the owner: the first event is ``EngineBack``, or ``EngineLost`` while the engine is away.

        Raises ``RuntimeError`` when there is an owner already.
        """
        if self._wire.taken:
            raise RuntimeError("the engine has an owner")
        self._wire.listen(listener)
        if self._wire.reachable:
            self._connect()
        else:
            self._wire.tell_lost("engine away")

    def detach(self) -> None:
        """Stop owning; calls go on."""
        self._wire.stop_listening()

    def perform(self, command: Command) -> None:
        """Carry out a command. Raises ``CommandRefused``."""
        if not self._wire.connected:
            raise CommandRefused(command, "engine away")
        carry_out(command, self._exchange)

    def snapshot(self) -> Snapshot:
        """Tell what exists now, ours only. Raises ``ConnectionError`` while the engine is away."""
        if not self._wire.connected:
            raise ConnectionError("engine away")
        exchange = self._exchange
        return Snapshot(
            legs=tuple(_state(leg) for leg in exchange.legs.values() if leg.stage is not Stage.PARKED),
            calls=frozenset(exchange.calls),
            recordings=frozenset(exchange.tapes),
            endpoints=frozenset(name for name in exchange.handsets if exchange.registered(name)),
            trunks=tuple(carriers.state_of(exchange, trunk) for trunk in exchange.trunks.values()),
            ended=self._wire.ended_in_gap(),
        )

    # -------------------------------------------------------------------------------------------------------- faults

    @property
    def faults(self) -> Faults:
        """Late and doubled events."""
        return self._wire.faults

    def engine_away(self, reason: str = "connection lost") -> None:
        """Cut the connection to the engine; calls talk on, new ones hear music. Harmless when it is cut."""
        if self._wire.reachable:
            self._wire.tell_lost(reason)

    def engine_back(self) -> None:
        """Restore the connection. Harmless when it stands."""
        if not self._wire.reachable:
            self._wire.reachable = True
            if self._wire.taken:
                self._connect()

    def engine_dies(self, reason: str = "engine died") -> None:
        """Drop every call and everything provisioned; a phone is seen again once its endpoint is provisioned again."""
        self.engine_away(reason)
        exchange = self._exchange
        for leg in tuple(exchange.legs.values()):
            exchange.end_leg(leg, Cause.ENGINE_LOST, EndedBy.NETWORK)
        for call in tuple(exchange.calls.values()):
            for playback in call.main.playbacks:
                if playback.timer is not None:
                    playback.timer.cancel()
        exchange.playbacks.clear()
        exchange.tapes.clear()
        exchange.calls.clear()
        exchange.endpoints.clear()
        exchange.trunks.clear()

    def carrier_away(self, address: str) -> None:
        """Let the carrier at this address answer nothing; harmless when it is away."""
        carriers.goes(self._exchange, address)

    def carrier_back(self, address: str) -> None:
        """Let it answer again; harmless when it does."""
        carriers.returns(self._exchange, address)

    # ----------------------------------------------------------------------------------------------------- the outside

    def link(self, address: str, other: SimulatedNetwork) -> None:
        """Let phones of another engine's network be reached through the trunk that leads ``inside`` to ``address``."""
        self._exchange.home = self
        self._exchange.linked[address] = other._exchange

    def register(self, endpoint: str, secret: str, handset: Handset) -> None:
        """Let a phone say hello; an older one under the same name is forgotten. Raises ``RegistrationRefused``."""
        known, is_trunk = self._exchange.endpoints.get(endpoint), carriers.is_known(self._exchange, endpoint, secret)
        if not is_trunk and (known is None or known.secret != secret):
            raise RegistrationRefused(endpoint)
        older = self._exchange.handsets.get(endpoint)
        self._exchange.handsets[endpoint] = handset
        if is_trunk:
            carriers.tell(self._exchange, endpoint)
        elif older is None:
            self._exchange.send(EndpointSeen(endpoint, self.clock.now()))
        elif older is not handset:
            older.registration_gone()

    def unregister(self, endpoint: str, handset: Handset) -> None:
        """Let a phone say goodbye; its calls go on. Harmless when another one has taken its place."""
        if self._exchange.handsets.get(endpoint) is handset:
            del self._exchange.handsets[endpoint]
            if endpoint in self._exchange.trunks:
                carriers.tell(self._exchange, endpoint)
            elif endpoint in self._exchange.endpoints:
                self._exchange.send(EndpointGone(endpoint, self.clock.now()))

    def subscribe(self, number: str, handset: Handset, address: str = "") -> None:
        """Let the carrier at ``address`` (empty: every one) ring somebody for ``number``; the newest one counts."""
        self._exchange.subscribers[(address, number)] = handset

    def unsubscribe(self, number: str, handset: Handset, address: str = "") -> None:
        """Take a number out of service. Harmless when somebody else has it."""
        if self._exchange.subscribers.get((address, number)) is handset:
            del self._exchange.subscribers[(address, number)]

    def dial(self, number: str, caller: str, party: Party, address: str = "") -> Leg:
        """Let somebody call ``number`` through the carrier at ``address`` (empty: the first trunk that there is).

        An address that no trunk has is turned away: the leg ends at once and the switchboard never hears of it.
        """
        return self._arrives(carriers.calling(self._exchange, address), number, caller, party)

    def dial_as(self, login: tuple[str, str], number: str, caller: str, party: Party) -> Leg:
        """Let a system call that registers with us: its trunk, and its secret. A wrong one is turned away."""
        return self._arrives(login[0] if carriers.is_known(self._exchange, *login) else "", number, caller, party)

    def _arrives(self, trunk: str, number: str, caller: str, party: Party) -> Leg:
        name = f"in-{self.random.getrandbits(48):012x}"
        leg = Leg(name, Stage.ARRIVED, party=party, number=number, caller=caller, trunk=trunk)
        if not trunk:
            party.leg_ended(Cause.REJECTED)
            return leg
        self._exchange.claim(Leg, name)
        self._exchange.legs[name] = leg
        if self._wire.connected:
            self._announce(leg)
        else:
            self._park(leg)
        return leg

    def answer(self, leg: Leg) -> None:
        """Let the rung party pick up; harmless when it no longer rings.

        While the switchboard is away nobody takes the leg, so the engine drops it (Asterisk, without its application).
        """
        if self._exchange.legs.get(leg.name) is leg and leg.stage is Stage.RINGING:
            self._exchange.answered_outside(leg)
            if not self._wire.connected:
                self._exchange.end_leg(leg, Cause.NORMAL, EndedBy.NETWORK)

    def hang_up(self, leg: Leg, cause: Cause = Cause.NORMAL) -> None:
        """Let the outside party leave, or refuse to answer with ``cause``; harmless when the leg is gone."""
        if self._exchange.legs.get(leg.name) is leg:
            self._exchange.end_leg(leg, cause, EndedBy.PARTY)

    def vanish(self, leg: Leg) -> None:
        """Let the outside party be gone in the middle of a call, without a word; the engine notices after a while."""
        if self._exchange.legs.get(leg.name) is leg and leg.stage is Stage.ANSWERED:
            self.speak(leg, None)
            gone = Cause.UNREACHABLE, EndedBy.NETWORK
            self._exchange.stop_timer(leg)
            leg.timer = self.clock.call_later(
                _UNNOTICED, lambda: self._exchange.end_leg(leg, *gone, q850=_TIMER_EXPIRED)
            )

    def refuse(self, leg: Leg, status: int) -> None:
        """Let the rung party refuse with a SIP status; harmless when it no longer rings."""
        if self._exchange.legs.get(leg.name) is leg and leg.stage is Stage.RINGING:
            cause = causes.from_sip(status)[0]
            self._exchange.end_leg(leg, cause, causes.refused_by(cause), sip=status)

    def hold(self, leg: Leg, *, held: bool) -> None:
        """Let the outside party put us on hold with its phone, or take us back; harmless when it has done so."""
        if self._exchange.legs.get(leg.name) is leg and leg.stage is Stage.ANSWERED and leg.held is not held:
            leg.held = held
            self._exchange.sounds_differently(leg)
            self._exchange.send((PhoneHeld if held else PhoneResumed)(leg.name, self.clock.now()))

    def press(self, leg: Leg, digit: str) -> None:
        """Let the outside party press one key; who is in its room receives it too, unless the engine keeps it."""
        if self._exchange.legs.get(leg.name) is leg and leg.stage is Stage.ANSWERED:
            self._exchange.send(DigitPressed(leg.name, digit, self.clock.now()))
            for other in leg.room.members.values() if leg.room and not leg.keys_kept else ():
                if other is not leg and other.party is not None:
                    other.party.keys_arrived(digit)

    def speak(self, leg: Leg, hertz: int | None) -> None:
        """Let the outside party speak as a tone from now on, or be silent."""
        leg.speaks = hertz
        self._exchange.sounds_differently(leg)

    def heard_by(self, leg: Leg) -> frozenset[int]:
        """Tell the tones that the outside party hears at this instant."""
        return self._exchange.heard_by(leg) if self._exchange.legs.get(leg.name) is leg else frozenset()

    # -------------------------------------------------------------------------------------------------------- inside

    def _connect(self) -> None:
        self._wire.tell_back(self.snapshot())
        for leg in tuple(self._exchange.legs.values()):
            if leg.stage is Stage.PARKED:
                self._exchange.stop_timer(leg)
                leg.stage = Stage.ARRIVED
                self._announce(leg)

    def _park(self, leg: Leg) -> None:
        leg.stage = Stage.PARKED
        leg.timer = self.clock.call_later(_PARKED, lambda: self._exchange.end_leg(leg, Cause.NORMAL, EndedBy.NETWORK))
        if leg.party is not None:
            leg.party.leg_answered()

    def _announce(self, leg: Leg) -> None:
        self._exchange.send(CallArrived(leg.name, leg.number, leg.caller, leg.trunk, self.clock.now()))


def _state(leg: Leg) -> LegState:
    """How a snapshot shows a leg."""
    return LegState(
        leg=leg.name,
        call=leg.call,
        endpoint=leg.endpoint,
        answered=leg.stage is Stage.ANSWERED,
        number=leg.number,
        caller=leg.caller,
        trunk=leg.trunk,
        side=leg.room.side if leg.room else "",
        dialled=leg.dialled,
        supervises=leg.supervises.name if leg.supervises else "",
        mode=leg.mode,
        held=leg.held,
        bridged=leg.room is not None,
    )
