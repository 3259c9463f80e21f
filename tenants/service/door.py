"""The door: how often somebody may try to sign in, by person and by network address, in all web processes together.

A token is taken before the password is looked at, so that a thousand tries at once are no more than ten, and given back
when it was right. The counts live in the Redis-protocol server under keyed hashes, so an address typed by a stranger is
stored nowhere. While that server is away each process counts for itself: wider by the number of processes, never
without a limit (docs/adr/0008-sign-in-while-redis-is-away.md).
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field

import structlog

from kit.tally import Bucket, Tally, TallyAway
from tenants.core.buckets import Buckets
from tenants.errors import TooManySignIns

ADDRESS_SIZE, ADDRESS_REFILL_S = 60, 2.0
"""An office behind one address signs in at nine o'clock; a wrong try costs it two seconds."""
PERSON_SIZE, PERSON_REFILL_S = 10, 30.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Door:
    """The counts. Without a ``tally`` (commands, tests of one process) only this process's own hold."""

    tally: Tally | None = None
    key: bytes = field(default=b"", repr=False)
    """Keys the hashes of what is counted."""
    address_size: int = ADDRESS_SIZE
    _addresses: Buckets = field(init=False)
    _persons: Buckets = field(default_factory=lambda: Buckets(PERSON_SIZE, PERSON_REFILL_S))

    def __post_init__(self) -> None:
        """Make the counts of addresses as large as is wanted."""
        self._addresses = Buckets(self.address_size, ADDRESS_REFILL_S)

    async def knock(self, address: str, person: str = "", what: str = "sign_in") -> None:
        """Count a try by an address, a person, or both. Raises :class:`TooManySignIns` with the seconds to wait."""
        now, names = time.monotonic(), self._names(address, person, what)
        wait_s = max(buckets.wait_s(name, now) for buckets, name, _ in names)
        if wait_s <= 0:
            for buckets, name, _ in names:  # before anything is waited for: a thousand at once are ten here, too
                buckets.take(name, now)
            wait_s = await self._shared_wait_s([shared for _, _, shared in names])
            if wait_s > 0:
                self._give_back(names)
        if wait_s > 0:
            seconds = int(wait_s) + 1
            raise TooManySignIns(retry_after_s=seconds, headers={"Retry-After": str(seconds)})

    async def welcome(self, address: str, person: str = "", what: str = "sign_in") -> None:
        """Give back what :meth:`knock` took: it was right."""
        names = self._names(address, person, what)
        self._give_back(names)
        if self.tally is not None:
            try:
                await self.tally.give_back([shared for _, _, shared in names])
            except TallyAway as error:
                log.warning("tally_away", error=repr(error.__cause__))

    async def _shared_wait_s(self, buckets: list[Bucket]) -> float:
        """Take from the counts of all processes; 0 while they are away, for then one's own hold alone."""
        if self.tally is None:
            return 0.0
        try:
            return await self.tally.take(buckets) / 1000
        except TallyAway as error:
            log.warning("tally_away", error=repr(error.__cause__))
            return 0.0

    @staticmethod
    def _give_back(names: list[tuple[Buckets, str, Bucket]]) -> None:
        for buckets, name, _ in names:
            buckets.give_back(name, time.monotonic())

    async def close(self) -> None:
        """Close the way to the shared counts."""
        if self.tally is not None:
            await self.tally.close()

    def _names(self, address: str, person: str, what: str) -> list[tuple[Buckets, str, Bucket]]:
        made = []
        for buckets, kind, value in ((self._addresses, "a", address), (self._persons, "p", person)):
            if not value:
                continue
            name = f"door:{what}:{kind}:{self._digest(value)}"
            made.append((buckets, name, Bucket(name, buckets.size, int(buckets.refill_s * 1000))))
        return made

    def _digest(self, value: str) -> str:
        return hmac.new(self.key, value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
