"""The door for answers to our mails: SMTP (RFC 5321) for the relay of this house, which takes mail from the world.

It listens where ``GF_MAIL_LISTEN`` says and talks to ``GF_MAIL_NETWORKS`` only. A mail is refused or kept while its
server waits, so a sender learns what was wrong from its own server, and nothing is ever sent back.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP

from exchange.core import address, letter
from exchange.core.address import ReplyAddress
from exchange.core.letter import NoLetter
from exchange.errors import LetterRefused
from exchange.service import answers
from exchange.service.answers import NOBODY, Envelope, Rules
from kit.away import MAYBE_AWAY
from kit.clock import now
from kit.db import Database, Plane
from kit.errors import Problem
from kit.objects import Objects
from kit.settings import Settings
from tenants.access import for_system
from tenants.service.floors import list_tenants

LATER: Final = "451 4.3.0 not now: try again later"
_QUIET_S: Final = 60
"""A connection that says nothing for so long is closed, in seconds."""
_NO_SENDER: Final = frozenset({None, "", "<>"})
"""What reports of bounces come from (RFC 5321, 4.5.5)."""
_AT_ONCE: Final = 4
"""So many mails are read at once: each is in memory meanwhile."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What taking mail needs."""

    control: Database
    plane: Plane
    objects: Objects


class Mailroom:
    """Answers one relay after the other; the names of its methods are those of aiosmtpd."""

    def __init__(self, house: House, settings: Settings) -> None:
        """Take the house and what is set for mail."""
        self._house, self._domain = house, settings.mail_domain.lower()
        self._networks = [ipaddress.ip_network(each) for each in settings.mail_networks]
        sender = parseaddr(settings.mail_from)[1]
        ours = tuple(each for each in (sender, f"@{self._domain}") if each)
        self._rules = Rules(ours, settings.mail_authserv, settings.attachment_mb * 1024 * 1024)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Any, to: str, _options: Any) -> str:  # noqa: N802, ANN401
        """Say whether mail for this address is taken."""
        if not self._may(session.peer[0]):
            return "550 5.7.1 this server takes mail from its relay only"
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient for each mail"
        try:
            envelope.found = await self._find(to)
        except LetterRefused as refused:
            return str(refused)
        envelope.rcpt_tos.append(to)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, ANN401
        """Take a mail."""
        try:
            async with self._turn:
                read = await asyncio.to_thread(letter.read, envelope.content)
                tenant, named = envelope.found
                came = Envelope(named, read, envelope.mail_from in _NO_SENDER)
                async with self._house.plane.transaction(for_system(tenant, "mail")) as scope:
                    return await answers.take(scope, came, self._rules, self._house.objects, now())
        except NoLetter as error:
            return f"550 {error}"
        except LetterRefused as refused:
            return str(refused)

    async def handle_exception(self, error: Exception) -> str:
        """Answer whatever went wrong here; the relay keeps the mail and tries again."""
        if not isinstance(error, (*MAYBE_AWAY, Problem)):
            log.error("mail_failed", error=repr(error))
        return LATER

    async def _find(self, to: str) -> tuple[UUID, ReplyAddress]:
        """Return whose address this is. Raises :class:`LetterRefused`."""
        local, _, domain = to.rpartition("@")
        named = address.read(local) if domain.lower() == self._domain else None
        if named is None:
            raise LetterRefused(NOBODY)
        refused = LetterRefused(NOBODY)
        for tenant in await list_tenants(self._house.control):
            if named.may_be_of(tenant.id):
                try:
                    async with self._house.plane.transaction(for_system(tenant.id, "mail")) as scope:
                        await answers.recognise(scope, named, now())
                except LetterRefused as error:
                    refused = error
                else:
                    return tenant.id, named
        raise refused

    def _may(self, peer: str) -> bool:
        return any(ipaddress.ip_address(peer) in network for network in self._networks)


@asynccontextmanager
async def opened(house: House, settings: Settings) -> AsyncIterator[int]:
    """Listen until the end; yields the port. Raises ``ValueError`` for a setting that is none, and ``OSError``."""
    host, _, port = settings.mail_listen.rpartition(":")
    if not host or not port.isdigit() or not settings.mail_domain:
        raise ValueError("GF_MAIL_LISTEN is host:port, and GF_MAIL_DOMAIN the domain of the addresses")
    room, loop = Mailroom(house, settings), asyncio.get_running_loop()
    most = settings.mail_mb * 1024 * 1024

    def protocol() -> SMTP:
        return SMTP(
            room, data_size_limit=most, hostname=settings.mail_domain, ident="Glassfloor", timeout=_QUIET_S, loop=loop
        )

    server = await loop.create_server(protocol, host.strip("[]"), int(port))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
