"""The far ends of trunks: whether they are there. A carrier is known by its address, whatever trunks lead to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from telephony.port import TrunkChanged, TrunkState
from telephony.ways import addresses

if TYPE_CHECKING:
    from telephony.port import Trunk
    from telephony.simulator.exchange import Exchange

GIVEN_UP_AFTER = timedelta(seconds=8)
"""So long a carrier that says nothing at all is waited for."""
TIMED_OUT = 408
"""The status of a request that nobody answers (RFC 3261 8.1.3.1)."""


def state_of(exchange: Exchange, trunk: Trunk) -> TrunkState:
    """Tell how a trunk is; one whose carrier is there is registered as well, if it wants to be."""
    if trunk.registers:
        return TrunkState(trunk.name, reachable=True, registered=trunk.name in exchange.handsets)
    silent = {way for way, address in addresses(trunk).items() if address in exchange.carriers_away}
    reachable = len(silent) <= len(trunk.others) or not trunk.watched
    registered = None if trunk.registration is None else trunk.address not in exchange.carriers_away
    return TrunkState(trunk.name, reachable, registered, frozenset(silent if reachable and trunk.watched else ()))


def provision(exchange: Exchange, trunk: Trunk) -> None:
    """Make a trunk known, and tell how it is when that is news."""
    before = exchange.trunks.get(trunk.name)
    exchange.trunks[trunk.name] = trunk
    if before is None or state_of(exchange, before) != state_of(exchange, trunk):
        _tell(exchange, trunk)


def is_known(exchange: Exchange, name: str, secret: str) -> bool:
    """Whether somebody may be the other end of a trunk that registers with us."""
    trunk = exchange.trunks.get(name)
    return trunk is not None and trunk.registers and trunk.login is not None and trunk.login.secret == secret


def tell(exchange: Exchange, name: str) -> None:
    """Tell how a trunk is whose other end has come or gone."""
    _tell(exchange, exchange.trunks[name])


def calling(exchange: Exchange, address: str) -> str:
    """Return the trunk of a call from an address (empty: the first one that there is); empty: nobody's."""
    known = (trunk for trunk in exchange.trunks.values() if not trunk.inside and not trunk.registers)
    from_there = (
        trunk.name for trunk in known if not address or address in (trunk.address, *trunk.others, *trunk.sources)
    )
    return min(from_there, default="")


def goes(exchange: Exchange, address: str) -> None:
    """Let a carrier be away; harmless when it is."""
    if address not in exchange.carriers_away:
        exchange.carriers_away.add(address)
        _tell_all(exchange, address)


def returns(exchange: Exchange, address: str) -> None:
    """Let a carrier be there again; harmless when it is."""
    if address in exchange.carriers_away:
        exchange.carriers_away.discard(address)
        _tell_all(exchange, address)


def _tell_all(exchange: Exchange, address: str) -> None:
    for trunk in exchange.trunks.values():
        if address in (trunk.address, *trunk.others):
            _tell(exchange, trunk)


def _tell(exchange: Exchange, trunk: Trunk) -> None:
    exchange.send(TrunkChanged(state_of(exchange, trunk), exchange.clock.now()))
