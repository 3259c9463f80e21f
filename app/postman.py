"""Sends the letters that wait in the control plane: claimed by a lease, tried again later, given up after a day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.wiring import Services
from kit.away import MAYBE_AWAY, is_away
from kit.clock import now
from kit.db import Database
from kit.mail import Mailer, MailRefused, mailer
from kit.secretbox import SecretBox, Unreadable
from portal.letters import letter
from tenants.service import letters

EVERY = timedelta(seconds=2)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Postman:
    """What sending needs."""

    control: Database
    box: SecretBox
    mailer: Mailer
    public_url: str

    async def round(self) -> None:
        """Send what is due. A letter may go twice when this process dies between sending and saying so."""
        for waiting in await letters.claim(self.control, now()):
            try:
                text = letter(
                    waiting.kind, waiting.locale, waiting.name, self.public_url, letters.secret_of(waiting, self.box)
                )
                await self.mailer.send(waiting.email, text.subject, text.body)
            except (MailRefused, Unreadable, ValueError) as error:
                log.warning("letter_waits", letter=str(waiting.id), error=repr(error))
                await letters.failed(self.control, waiting, type(error).__name__, now())
            else:
                await letters.sent(self.control, waiting.id, now())


async def deliver(services: Services, every: timedelta = EVERY) -> None:
    """Send letters until cancelled. Raises ``WrongMailSetting`` at once."""
    settings = services.settings
    through = mailer(settings.smtp_url.get_secret_value(), settings.mail_from)
    postman = Postman(services.control, services.box, through, settings.public_url)
    while True:
        try:
            await postman.round()
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            log.warning("database_away", during="letters", error=repr(error))
        await asyncio.sleep(every.total_seconds())
