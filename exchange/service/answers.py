"""Answers to our mails: whose address it is, who may write to it, and what becomes of what was written.

Nothing is ever sent back by mail: what is not taken is refused while its server waits, and what a machine wrote by
itself is taken and left, so two machines that answer each other find no partner here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from exchange.core import reply
from exchange.core.address import ReplyAddress
from exchange.core.letter import File, Letter, passed
from exchange.errors import LetterRefused
from exchange.service import doors, inbox, mailing, maps, rows
from exchange.service.planning import doer_of
from kit.db import Scope
from kit.errors import NotFound, Problem, Unavailable
from kit.held import Held
from kit.ids import new_id
from kit.objects import Objects
from workorders.attachments.errors import AttachmentTooLarge
from workorders.attachments.schemas import NewAttachment
from workorders.attachments.service import adding
from workorders.core.doer import Doer

Row = Mapping[str, Any]

NOBODY: Final = "550 5.1.1 there is no such address"
_PIECE: Final = 4000
"""The most characters of one comment; a longer answer becomes several."""
_MOST_PIECES: Final = 20
_ORDER = """
SELECT m.* FROM gf.work_order AS w JOIN gf.exchange_mail AS m ON m.tenant_id = $1
  AND m.connection = w.connection WHERE w.tenant_id = $1 AND w.id = $2
"""
_AUTOMATIC = "UPDATE gf.exchange_mail SET automatic_at = $3 WHERE tenant_id = $1 AND id = $2"
_ANSWERED = """
UPDATE gf.exchange_mail SET bounces = 0, bounced_at = NULL, bounce = NULL
WHERE tenant_id = $1 AND id = $2 AND bounces > 0
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all mail that comes in here."""

    ours: tuple[str, ...]
    """Addresses that our mails come from: what introduces a quote names one."""
    authserv: str
    """The name under which our own relay writes what it found of the sender (RFC 8601); empty: it does not."""
    file_bytes: int
    """The most bytes of one file."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a mail is for, as its address says, and what is in it. ``empty``: its sender wants no answer, ever."""

    named: ReplyAddress
    letter: Letter
    empty: bool


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came, where it is put, and how long it may be, in bytes."""

    file: File
    objects: Objects
    most: int


async def recognise(scope: Scope, named: ReplyAddress, now: datetime) -> tuple[Row, Row]:
    """Return the connection of an address, and how its mail is set. Raises :class:`LetterRefused`."""
    found = await scope.fetch(_ORDER, scope.tenant_id, named.order)
    if not found or not any(named.is_signed(each) for each in await mailing.secrets_of(scope, found[0])):
        raise LetterRefused(NOBODY)
    try:
        row = await rows.one(scope, found[0]["connection"])
    except NotFound as error:  # it was taken out of the blueprint
        raise LetterRefused(NOBODY) from error
    if row["state"] != "active" or row["adapter"] != "mail":
        raise LetterRefused("550 5.2.1 nothing is exchanged over this connection now")
    if named.until < now.date():
        raise LetterRefused("550 5.2.1 this address has expired: answer a newer mail")
    return row, found[0]


async def take(scope: Scope, came: Envelope, rules: Rules, objects: Objects, now: datetime) -> str:
    """Take a mail and return the answer to its server. Raises :class:`LetterRefused`: nothing was changed then."""
    row, mail = await recognise(scope, came.named, now)
    letter = came.letter
    if letter.bounce is not None:
        said = f"{letter.bounce.status} {letter.bounce.said}".strip()
        await mailing.bounced(scope, mail["id"], said, now, for_good=letter.bounce.for_good)
        return "250 2.0.0 noted"
    if letter.automatic or came.empty:
        await scope.fetch(_AUTOMATIC, scope.tenant_id, mail["id"], now)
        return "250 2.0.0 noted: an automatic answer changes nothing"
    _judge(mail, letter, rules)
    body = await _said(scope, row, mail, came, rules, now)
    order = str(came.named.order)
    if await inbox.keep(scope, row, body, (letter.message_id, order), now) is None:
        return "250 2.0.0 known already"
    for file in letter.files:
        await _attach(scope, came.named.order, doer_of(row["code"]), Enclosure(file, objects, rules.file_bytes), now)
    await doors.heard(scope, row, now, None)
    await scope.fetch(_ANSWERED, scope.tenant_id, mail["id"])
    return "250 2.0.0 kept"


def _judge(mail: Row, letter: Letter, rules: Rules) -> None:
    """Check the sender. The signed address is the proof; what our relay found, and the domain, come on top of it."""
    if rules.authserv and not passed(letter.judged, rules.authserv):
        raise LetterRefused("550 5.7.1 the sender could not be verified (SPF, DKIM, DMARC)")
    domain = letter.sender.rpartition("@")[2].lower()
    if mail["senders"] and domain not in mail["senders"]:
        raise LetterRefused("550 5.7.1 this sender may not answer here")


async def _said(scope: Scope, row: Row, mail: Row, came: Envelope, rules: Rules, now: datetime) -> bytes:
    """Return the message for the inbox, as :class:`exchange.adapters.mail.Mail` reads it."""
    letter = came.letter
    text, status = reply.written(letter.text, rules.ours), None
    if mail["words"]:
        status, text = reply.asked(text, (await maps.in_force(scope, row)).statuses)
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    if len(pieces) > _MOST_PIECES:
        raise LetterRefused("552 5.3.4 the text is too long: send it as a file")
    if not pieces and status is None and not letter.files:
        raise LetterRefused("550 5.6.0 nothing is written above the line")
    comments = [
        {"id": letter.message_id if not at else f"{letter.message_id}#{at + 1}", "body": piece}
        for at, piece in enumerate(pieces)
    ]
    return orjson.dumps({
        "work_order_id": str(came.named.order), "at": now.isoformat(), "status": status,
        "reason": " ".join(text.split())[:200] or None, "comments": comments,
    })  # fmt: skip


async def _attach(scope: Scope, order: UUID, doer: Doer, kept: Enclosure, now: datetime) -> None:
    with Held() as held:
        held.write(kept.file.content)
        held.end()
        try:
            if held.size > kept.most:
                raise AttachmentTooLarge(f"a file has at most {kept.most} bytes", most=kept.most)
            stored = await adding.store(scope, kept.objects, held, new_id(), now)
            await adding.attach(scope, order, NewAttachment(name=kept.file.name), stored, doer, now)
        except Unavailable:
            raise
        except (Problem, ValueError) as error:
            code = error.code if isinstance(error, Problem) else "validation_failed"
            raise LetterRefused(f"550 5.6.1 a file of it is not taken ({code})") from error
