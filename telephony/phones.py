"""The world outside: phones that dial in from a carrier and phones that register as agents.

The other side of :mod:`telephony.port`, used by the contract suite, the demo and the load generator. Two
implementations: ``telephony.asterisk.phones`` (a second Asterisk that speaks real SIP and RTP to the first) and
``telephony.simulator.phones`` (the simulated network's other end).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from telephony.port import Cause


class Conversation(Protocol):
    """One outside party's side of one call. To answer, refuse, press, hold or speak does no harm when it has ended."""

    @property
    def caller_name(self) -> str:
        """The name that the ringing phone shows (empty for calls that it dialled)."""

    @property
    def caller_number(self) -> str:
        """The number that the ringing phone shows."""

    async def answer(self) -> None:
        """Answer a ringing call."""

    async def reject(self, cause: Cause) -> None:
        """Refuse a ringing call (busy or rejected)."""

    async def refuse(self, status: int) -> None:
        """Refuse a ringing call with a SIP status: 404, 480, 486 or 503."""

    async def header(self, name: str) -> str:
        """Return a header of the INVITE that rang; empty when it had none."""

    async def answered(self, within: timedelta) -> None:
        """Wait until the far end answered; raises ``TimeoutError``."""

    async def press(self, digits: str) -> None:
        """Press keys (RFC 4733 events), one after the other."""

    async def keys(self, count: int, within: timedelta) -> str:
        """Return the keys that arrived so far, once there are ``count`` of them; raises ``TimeoutError``."""

    async def hold(self) -> None:
        """Put the far end on hold by this phone's own button; whoever holds does not listen."""

    async def resume(self) -> None:
        """Take the far end back."""

    async def play(self, hertz: int | None) -> None:
        """Speak as a steady tone from now on; ``None`` is silence."""

    async def hears(self, during: timedelta) -> frozenset[int]:
        """Listen for a while and return which of the known tones (440, 697, 1000, 1300, 1700 Hz) were heard."""

    async def hang_up(self) -> None:
        """End the call from this side; harmless when it has ended."""

    async def ended(self, within: timedelta) -> Cause:
        """Wait until the call is over, from whichever side; raises ``TimeoutError``."""


class Phone(Protocol):
    """A phone that is registered under an endpoint's name, or a subscriber of the carrier."""

    async def incoming(self, within: timedelta) -> Conversation:
        """Wait for the next call that rings here; raises ``TimeoutError``."""

    async def unregister(self) -> None:
        """Go away, as an unplugged phone that said goodbye; a subscriber's number is not in service any more."""


class Phones(Protocol):
    """A set of outside phones."""

    async def start(self) -> None:
        """Bring the outside world up."""

    async def close(self) -> None:
        """Hang everything up and leave no process behind."""

    async def dial(self, number: str, caller: str) -> Conversation:
        """Call ``number`` from the carrier as ``caller`` (empty: withheld)."""

    async def register(self, endpoint: str, secret: str) -> Phone:
        """Register a phone; returns when the registration is accepted."""

    async def outside(self, number: str) -> Phone:
        """Return the subscriber whom the carrier rings for ``number``, however often it is called."""


class Systems(Phones, Protocol):
    """Phones, and telephone systems that log in as trunks; :meth:`Phones.register` registers them, too."""

    async def dial_as(self, login: tuple[str, str], number: str, caller: str) -> Conversation:
        """Call ``number`` from a telephone system: the name of its trunk, and its secret."""
