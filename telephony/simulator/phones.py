"""``telephony.phones.Phones`` on the simulated network: its other end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from telephony.simulator.parties import Stage

if TYPE_CHECKING:
    from telephony.port import Cause
    from telephony.simulator.network import SimulatedNetwork
    from telephony.simulator.parties import Leg

_LISTENING_STEP = timedelta(milliseconds=20)


class SimulatorConversation:
    """One outside party's side of one leg."""

    def __init__(self, network: SimulatedNetwork, leg: Leg | None = None) -> None:
        """``leg`` is given for a call that rings; one that dials gets it by :meth:`dialled`."""
        self._network = network
        self._leg = leg
        self._answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[Cause] = asyncio.get_running_loop().create_future()
        self._keys = ""
        self._key_arrived = asyncio.Event()

    @property
    def _at(self) -> SimulatedNetwork:
        """The network that holds the leg."""
        return self._network if self._leg is None or self._leg.home is None else self._leg.home

    def dialled(self, leg: Leg) -> None:
        """Take the leg that the network made of our call."""
        self._leg = leg

    def leg_answered(self) -> None:
        """Remember it for whoever waits."""
        if not self._answered.done():
            self._answered.set_result(None)

    def leg_ended(self, cause: Cause) -> None:
        """Remember it for whoever waits."""
        if not self._ended.done():
            self._ended.set_result(cause)

    def keys_arrived(self, digits: str) -> None:
        """Remember them for whoever waits."""
        self._keys += digits
        self._key_arrived.set()

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._ended.done()

    @property
    def leg(self) -> Leg:
        """The network's view of this conversation, for tests that look inside."""
        if self._leg is None:
            raise RuntimeError("nothing was dialled")
        return self._leg

    @property
    def caller_name(self) -> str:
        """The name that the ringing phone shows (empty for calls that it dialled)."""
        return self.leg.caller_name

    @property
    def caller_number(self) -> str:
        """The number that the ringing phone shows."""
        return self.leg.caller_number

    async def answer(self) -> None:
        """Answer a ringing call; harmless when it no longer rings."""
        self._at.answer(self.leg)

    async def reject(self, cause: Cause) -> None:
        """Refuse a ringing call; harmless when it no longer rings."""
        if self.leg.stage is Stage.RINGING:
            self._at.hang_up(self.leg, cause)

    async def refuse(self, status: int) -> None:
        """Refuse a ringing call with a SIP status; harmless when it no longer rings."""
        self._at.refuse(self.leg, status)

    async def header(self, name: str) -> str:
        """Return a header of the INVITE that rang; empty when it had none."""
        return dict(self.leg.headers).get(name, "")

    async def answered(self, within: timedelta) -> None:
        """Wait until the far end answered; raises ``TimeoutError``."""
        await self._at.clock.wait(asyncio.shield(self._answered), within)

    async def press(self, digits: str) -> None:
        """Press keys one after the other."""
        for digit in digits:
            self._at.press(self.leg, digit)

    async def keys(self, count: int, within: timedelta) -> str:
        """Return the keys that arrived so far, once there are ``count`` of them; raises ``TimeoutError``."""
        while len(self._keys) < count:
            self._key_arrived.clear()
            await self._at.clock.wait(self._key_arrived.wait(), within)
        return self._keys

    async def hold(self) -> None:
        """Put the far end on hold; harmless when it is."""
        self._at.hold(self.leg, held=True)

    async def resume(self) -> None:
        """Take the far end back; harmless when it is not on hold."""
        self._at.hold(self.leg, held=False)

    async def play(self, hertz: int | None) -> None:
        """Speak as a steady tone from now on; ``None`` is silence."""
        self._at.speak(self.leg, hertz)

    async def hears(self, during: timedelta) -> frozenset[int]:
        """Listen for a while (on a turned clock: at this instant) and return the tones that were heard."""
        until = self._at.clock.now() + during
        await self._at.clock.linger(timedelta())
        heard = set(self._at.heard_by(self.leg))
        while (left := until - self._at.clock.now()) > timedelta():
            before = self._at.clock.now()
            await self._at.clock.linger(min(left, _LISTENING_STEP))
            heard |= self._at.heard_by(self.leg)
            if self._at.clock.now() == before:
                break
        return frozenset(heard)

    async def hang_up(self) -> None:
        """End the call from this side; harmless when it has ended."""
        self._at.hang_up(self.leg)

    async def ended(self, within: timedelta) -> Cause:
        """Wait until the call is over, from whichever side; raises ``TimeoutError``."""
        return await self._at.clock.wait(asyncio.shield(self._ended), within)


class _Ringing:
    """Whom the network rings: calls wait until somebody asks for them."""

    def __init__(self, network: SimulatedNetwork) -> None:
        self._network = network
        self._ringing: asyncio.Queue[SimulatorConversation] = asyncio.Queue()
        self.conversations: list[SimulatorConversation] = []

    def leg_rings(self, leg: Leg) -> SimulatorConversation:
        """Start to ring."""
        conversation = SimulatorConversation(self._network, leg)
        self.conversations = [*_going_on(self.conversations), conversation]
        self._ringing.put_nowait(conversation)
        return conversation

    def registration_gone(self) -> None:
        """Nothing to do: this phone does not ring any more, its conversations go on."""

    async def incoming(self, within: timedelta) -> SimulatorConversation:
        """Return the next call that rings here; raises ``TimeoutError``."""
        return await self._network.clock.wait(self._ringing.get(), within)


class SimulatorPhone(_Ringing):
    """A phone that is registered under an endpoint's name."""

    def __init__(self, network: SimulatedNetwork, endpoint: str) -> None:
        super().__init__(network)
        self._endpoint = endpoint

    async def unregister(self) -> None:
        """Say goodbye."""
        self._network.unregister(self._endpoint, self)


class Subscriber(_Ringing):
    """Somebody whom a carrier rings by a number."""

    def __init__(self, network: SimulatedNetwork, number: str, address: str) -> None:
        super().__init__(network)
        self._number, self._address = number, address
        network.subscribe(number, self, address)

    async def unregister(self) -> None:
        """Leave the number; it is not in service any more."""
        self._network.unsubscribe(self._number, self, self._address)


class SimulatorPhones:
    """Subscribers of the carrier at ``address`` (empty: of the first trunk that there is), and agents' phones."""

    def __init__(self, network: SimulatedNetwork, address: str = "") -> None:
        self._network = network
        self._address = address
        self._phones: list[SimulatorPhone | Subscriber] = []
        self._dialled: list[SimulatorConversation] = []

    async def start(self) -> None:
        """Nothing to bring up: the network is there."""

    async def close(self) -> None:
        """Hang everything up and unregister every phone."""
        for phone in self._phones:
            for conversation in phone.conversations:
                await conversation.hang_up()
            await phone.unregister()
        for conversation in self._dialled:
            await conversation.hang_up()
        self._phones.clear()
        self._dialled.clear()

    async def dial(self, number: str, caller: str) -> SimulatorConversation:
        """Call ``number`` from the carrier as ``caller`` (empty: withheld)."""
        conversation = SimulatorConversation(self._network)
        conversation.dialled(self._network.dial(number, caller, conversation, self._address))
        self._dialled = [*_going_on(self._dialled), conversation]
        return conversation

    async def dial_as(self, login: tuple[str, str], number: str, caller: str) -> SimulatorConversation:
        """Call ``number`` from a system that registers: its trunk's name and secret."""
        conversation = SimulatorConversation(self._network)
        conversation.dialled(self._network.dial_as(login, number, caller, conversation))
        self._dialled = [*_going_on(self._dialled), conversation]
        return conversation

    async def register(self, endpoint: str, secret: str) -> SimulatorPhone:
        """Register a phone. Raises ``RegistrationRefused``."""
        phone = SimulatorPhone(self._network, endpoint)
        self._network.register(endpoint, secret, phone)
        self._phones.append(phone)
        return phone

    async def outside(self, number: str) -> Subscriber:
        """Return the subscriber whom the carrier rings for ``number``."""
        subscriber = Subscriber(self._network, number, self._address)
        self._phones.append(subscriber)
        return subscriber


def _going_on(conversations: list[SimulatorConversation]) -> list[SimulatorConversation]:
    return [conversation for conversation in conversations if not conversation.over]
