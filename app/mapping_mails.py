"""The worker's part of telling a client's developers that a message waits for the map: one mail a day for each gap.

One errand finds the people, one for each of them sends: a mail server that is away for one is asked again for that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app import telling
from app.developers import developers
from exchange.service import gaps
from kit import outbox
from kit.clock import now
from kit.db import Scope
from portal.order_letters import mapping_letter


async def tell_developers(scope: Scope, payload: Mapping[str, object]) -> None:
    """Ask for a mail to each of the client's developers; without a mail server there is none."""
    means = telling.means()
    if means.mailer is None or means.floor is None:
        return
    gap = await gaps.to_tell(scope, UUID(str(payload["subject"])), now())
    if gap is None:
        return
    for row in await developers(means.floor.control, scope):
        told = {"subject": payload["subject"], "user_id": row["id"], "connection": gap.connection, "kind": gap.kind}
        await outbox.add(scope, "exchange.mail", told)


async def mail(scope: Scope, payload: Mapping[str, object]) -> None:
    """Send one of them. Raises ``MailRefused``: it is tried again."""
    means = telling.means()
    if means.mailer is None or means.floor is None:
        return
    connection, kind = str(payload["connection"]), str(payload["kind"])
    for row in await developers(means.floor.control, scope):
        if row["id"] == payload["user_id"]:
            where = f"{means.public_url}/settings/exchange/{connection}#map"
            text = mapping_letter(row["locale"], row["name"], row["company"], connection, kind, where)
            await means.mailer.send(row["email"], text.subject, text.body)
