"""The worker's part of telling a client's developers that an endpoint fails, is disabled, or works again: by mail.

One errand finds the people, one for each of them sends: a mail server that is away for one is asked again for that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app import telling
from app.developers import developers
from kit import outbox
from kit.db import Scope
from portal.endpoint_words import Told, endpoint_letter


async def tell_developers(scope: Scope, payload: Mapping[str, object]) -> None:
    """Ask for a mail to each of the client's developers; without a mail server there is none."""
    means = telling.means()
    if means.mailer is None or means.floor is None:
        return
    for row in await developers(means.floor.control, scope):
        await outbox.add(scope, "webhooks.mail", {**payload, "user_id": row["id"]})


async def mail(scope: Scope, payload: Mapping[str, object]) -> None:
    """Send one of them. Raises ``MailRefused``: it is tried again."""
    means = telling.means()
    if means.mailer is None or means.floor is None:
        return
    for row in await developers(means.floor.control, scope):
        if row["id"] == payload["user_id"]:
            told = Told(
                str(payload["kind"]), str(payload["connection"]), str(payload["host"]), str(payload["reason"]),
                datetime.fromisoformat(str(payload["since"])),
            )  # fmt: skip
            where = f"{means.public_url}/settings/endpoints/{payload['subject']}"
            text = endpoint_letter(row["locale"], row["name"], (row["company"], row["zone"]), where, told)
            await means.mailer.send(row["email"], text.subject, text.body)
