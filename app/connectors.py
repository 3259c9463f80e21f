"""The worker's rounds over connections by mail or by files: all clients side by side, none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import structlog

from app.order_mails import OrderPostman
from app.wiring import Services
from exchange import mailroom
from exchange.mailroom import House
from exchange.sftp import Carrier
from kit.away import MAYBE_AWAY, is_away
from kit.db import AccessibleTenantId
from kit.errors import Problem
from kit.mail import mailer
from kit.outbound import Guard
from tenants.access import for_system
from tenants.service.floors import list_tenants

EVERY = timedelta(seconds=3)

Visit = Callable[[AccessibleTenantId], Awaitable[None]]

log = structlog.get_logger()


class Visits:
    """Visits each client again and again; one whose last visit still lasts is left at it."""

    def __init__(self, services: Services, visit: Visit, name: str) -> None:
        """Take what a visit is, and what it is called in the log."""
        self._control, self._visit, self._name = services.control, visit, name
        self._under_way: dict[AccessibleTenantId, asyncio.Task[None]] = {}

    async def round(self) -> None:
        """Begin the visits that are not under way."""
        for tenant in await list_tenants(self._control):
            tenant_id = for_system(tenant.id, self._name)
            if tenant_id not in self._under_way:
                self._under_way[tenant_id] = asyncio.create_task(self._one(tenant_id))

    async def close(self) -> None:
        """Stop all of them: what is on its way keeps its lease."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, tenant_id: AccessibleTenantId) -> None:
        try:
            await self._visit(tenant_id)
        except (*MAYBE_AWAY, Problem) as error:
            log.warning("connector_waits", during=self._name, tenant_id=str(tenant_id), error=repr(error))
        finally:
            del self._under_way[tenant_id]


async def connector_rounds(services: Services, guard: Guard, every: timedelta = EVERY) -> None:
    """Send, fetch and take until cancelled. Raises ``WrongMailSetting`` and ``ValueError`` at once."""
    settings, visits = services.settings, list[Visits]()
    async with AsyncExitStack() as stack:
        if settings.mail_listen:
            house = House(services.control, services.plane, services.recordings)
            port = await stack.enter_async_context(mailroom.opened(house, settings))
            log.info("mailroom_open", port=port)
        if settings.smtp_url.get_secret_value() and settings.mail_domain:
            through = mailer(settings.smtp_url.get_secret_value(), settings.mail_from)
            postman = OrderPostman(services.plane, through, settings.public_url, settings.mail_domain)
            visits.append(Visits(services, postman.visit, "order mails"))
        visits.append(Visits(services, Carrier(services.plane, guard).visit, "order files"))
        for each in visits:
            stack.push_async_callback(each.close)
        while True:
            try:
                for each in visits:
                    await each.round()
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                log.warning("database_away", during="connectors", error=repr(error))
            await asyncio.sleep(every.total_seconds())
