"""Sends the mails that clients' people are owed of their alerts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.wiring import Services
from kit.away import MAYBE_AWAY, is_away
from kit.clock import now
from kit.db import Database, Plane
from kit.errors import Problem
from kit.mail import Mailer, MailRefused, mailer
from live.service import Watched
from live.thresholds import mails
from live.thresholds.mails import Owed
from live.thresholds.people import people_of
from portal.alert_letters import alert_letter
from tenants.access import for_system
from tenants.service.floors import list_tenants

EVERY = timedelta(seconds=2)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AlertPostman:
    """What sending needs."""

    control: Database
    plane: Plane
    mailer: Mailer
    public_url: str

    async def visit(self, watched: Watched) -> None:
        """Send what one client's people are owed. A mail may go twice when this dies between sending and saying so."""
        async with self.plane.transaction(watched.tenant_id) as scope:
            owed = await mails.claim(scope, now())
        people = {each.user_id: each for each in await people_of(self.control, watched.tenant_id)} if owed else {}
        for each in owed:
            person = people.get(each.user_id)
            if person is None or not person.email:
                async with self.plane.transaction(watched.tenant_id) as scope:
                    await mails.nobody(scope, each)
                continue
            text = alert_letter(person.locale, person.name, (watched.name, watched.zone), self.public_url, each.rows)
            await self._send(watched, each, person.email, text.subject, text.body)

    async def _send(self, watched: Watched, owed: Owed, to: str, subject: str, body: str) -> None:
        try:
            await self.mailer.send(to, subject, body)
        except (MailRefused, ValueError) as error:
            log.warning("alert_mail_waits", tenant_id=str(watched.tenant_id), error=repr(error))
            async with self.plane.transaction(watched.tenant_id) as scope:
                await mails.failed(scope, owed, type(error).__name__, now())
        else:
            async with self.plane.transaction(watched.tenant_id) as scope:
                await mails.sent(scope, owed, now())


async def deliver_alerts(services: Services, every: timedelta = EVERY) -> None:
    """Send until cancelled; a client that is away stops no other. Raises ``WrongMailSetting`` at once."""
    settings = services.settings
    through = mailer(settings.smtp_url.get_secret_value(), settings.mail_from)
    postman = AlertPostman(services.control, services.plane, through, settings.public_url)
    while True:
        try:
            for tenant in await list_tenants(services.control):
                await _one(postman, Watched(for_system(tenant.id, "alert mails"), tenant.name, tenant.zone))
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            log.warning("database_away", during="alert mails", error=repr(error))
        await asyncio.sleep(every.total_seconds())


async def _one(postman: AlertPostman, watched: Watched) -> None:
    try:
        await postman.visit(watched)
    except (*MAYBE_AWAY, Problem) as error:
        log.warning("alert_mails_wait", tenant_id=str(watched.tenant_id), error=repr(error))
