"""Mail by SMTP (RFC 5321): plain text, one message at a time, over TLS unless the server is this machine."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

_TIMEOUT_S = 20.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtps": 465, "smtp": 587}
_FOR_GOOD = 500
"""From this status on the server says that trying again will not help."""


class MailRefused(Exception):
    """The server did not take the message now; it may be tried again."""


class RecipientRefused(MailRefused):
    """The server will never take a message for this address; its words are the exception's text."""


class WrongMailSetting(ValueError):
    """``GF_SMTP_URL`` or ``GF_MAIL_FROM`` is not what it must be; the value itself is not repeated."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a message belongs (RFC 5322, 3.6.4), and where its answers and its bounces go."""

    message_id: str
    before: str
    """The id of the thread's first message; empty: this is it."""
    reply_to: str


@dataclass(frozen=True, slots=True)
class Mailer:
    """How to reach the mail server, and who the sender is."""

    host: str
    port: int
    sender: str
    tls: bool
    """TLS from the first byte (RFC 8314); otherwise STARTTLS, which a server elsewhere has to offer."""
    user: str | None = None
    password: str | None = None

    async def send(self, to: str, subject: str, body: str, thread: Thread | None = None) -> None:
        """Send one message. Raises :class:`MailRefused`."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Auto-Submitted"] = formatdate(), "auto-generated"
        if thread is None:
            message["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].rpartition("@")[2])
        else:
            message["Message-ID"], message["Reply-To"] = thread.message_id, thread.reply_to
            if thread.before:
                message["In-Reply-To"] = message["References"] = thread.before
        message.set_content(body)
        try:
            await aiosmtplib.send(
                message, hostname=self.host, port=self.port, username=self.user, password=self.password,
                sender=thread.reply_to if thread is not None else None,
                use_tls=self.tls, start_tls=None if self.tls or self.host in _LOCAL else True, timeout=_TIMEOUT_S,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(each.code >= _FOR_GOOD for each in error.recipients):
                raise RecipientRefused(f"{error.recipients[0].code} {error.recipients[0].message}") from error
            raise MailRefused(type(error).__name__) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailRefused(type(error).__name__) from error


def mailer(url: str, sender: str) -> Mailer:
    """Return the mailer for ``smtps://`` or ``smtp://``. Raises :class:`WrongMailSetting`."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WrongMailSetting("GF_SMTP_URL is smtps://user:password@host or smtp://host:port")
    if "@" not in parseaddr(sender)[1]:
        raise WrongMailSetting("GF_MAIL_FROM is the sender's address, such as door@centre.example")
    return Mailer(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        sender,
        parts.scheme == "smtps",
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )
