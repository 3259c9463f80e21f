"""Sends the mails of connections that go by mail, each in the order of its feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from exchange.service import mailing
from exchange.service.mailing import Errand
from kit.clock import now
from kit.db import AccessibleTenantId, Plane
from kit.mail import Mailer, MailRefused, RecipientRefused, Thread
from portal.order_letters import order_letter


@dataclass(frozen=True, slots=True)
class OrderPostman:
    """What sending needs. ``domain``: of the addresses that answers go to."""

    plane: Plane
    mailer: Mailer
    public_url: str
    domain: str

    async def visit(self, tenant_id: AccessibleTenantId) -> None:
        """Send what a client's connections are owed. Raises what a database that is away raises."""
        async with self.plane.transaction(tenant_id) as scope:
            errands = await mailing.claim(scope)
        for errand in errands:
            await self._send_all(tenant_id, errand)

    async def _send_all(self, tenant_id: AccessibleTenantId, errand: Errand) -> None:
        before = errand.position
        for at, (position, event) in enumerate(errand.events, 1):
            refused, sent = "", False
            try:
                sent = await self._send(tenant_id, errand, event)
            except RecipientRefused as error:
                refused = str(error)
            except (MailRefused, ValueError) as error:
                async with self.plane.transaction(tenant_id) as scope:
                    await mailing.waits(scope, errand, repr(error))
                return
            async with self.plane.transaction(tenant_id) as scope:
                if refused:
                    await mailing.bounced(scope, errand.id, refused, now())
                last = at == len(errand.events)
                if not await mailing.went(scope, errand, before, position, sent=sent, last=last):
                    return
            before = position

    async def _send(self, tenant_id: UUID, errand: Errand, told: Mapping[str, Any]) -> bool:
        """Send one mail; return whether there was anything to tell. Raises :class:`MailRefused`."""
        if told["origin"] == f"connection:{errand.connection}" or not told["type"].startswith("work_order."):
            return False
        order = UUID(told["subject"])
        text = order_letter(errand.locale, told, errand.words, f"{self.public_url}/work-orders/{order}")
        if text is None:
            return False
        first = f"<{order}@{self.domain}>"
        is_first = told["type"] == "work_order.created"
        reply = f"{errand.reply_address(tenant_id, order, now())}@{self.domain}"
        own = first if is_first else f"<{told['id']}@{self.domain}>"
        await self.mailer.send(errand.to, text.subject, text.body, Thread(own, "" if is_first else first, reply))
        return True
