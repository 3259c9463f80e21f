"""The page's link by mail, from a worker of its own through a mail server that wants TLS and a password."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from interactions.people import links
from interactions.people.facts import ContextSent
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import AccessibleTenantId
from kit.embedded.machine import free_port
from kit.mail import MailRefused, mailer
from kit.signing import DocumentSigner
from tests.placements.test_premises import certify
from tests.support.house import KEYS, House
from tests.support.site import settle
from tests.worker.test_worker import working
from tests.workorders.lab import reacting, until

ADDRESS, USER, PASSWORD = "127.0.0.2", "door", "four-brown-bottles"
SENDER, PUBLIC = "Glassfloor <door@centre.example>", "https://centre.example"
SIGNER = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
MAILS = "tenant_id = $1 AND job = 'people.mail'"
JOBS = f"SELECT error, done_at FROM gf.outbox WHERE {MAILS}"
DUE = f"UPDATE gf.outbox SET due_at = now() WHERE {MAILS}"
AGAIN = f"UPDATE gf.outbox SET done_at = NULL WHERE {MAILS}"


@dataclass
class Server:
    """A mail server that is not this machine's own: it offers TLS, wants a login behind it, and is full for a while."""

    folder: Path
    full: bool = True
    refused: int = 0
    got: list[tuple[str, bytes, bool]] = field(default_factory=list)
    tried: set[bytes] = field(default_factory=set)
    url: str = ""
    certificate: Path = Path()

    def log_in(self, _server: Any, session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.tried.add(getattr(data, "password", b""))
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=fits and session.ssl is not None, handled=False)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.full:
            self.refused += 1
            return "452 zhao@galaxy.example has no room"
        self.got.append((envelope.rcpt_tos[0], envelope.content, session.authenticated))
        return "250 OK"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made, port = Server(tmp_path), free_port()
    made.certificate, secret = certify(tmp_path, "mail", ADDRESS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, secret)
    controller = Controller(
        made, hostname=ADDRESS, port=port, tls_context=context, require_starttls=True, auth_required=True,
        authenticator=made.log_in,
    )  # fmt: skip
    controller.start()
    made.url = f"smtp://{USER}:{PASSWORD}@{ADDRESS}:{port}"
    yield made
    controller.stop()


async def told(house: House, tenant: AccessibleTenantId, call: UUID, *people: str) -> dict[str, UUID]:
    """Let people of the client be told of a call by its page, as the switchboard says it."""
    contexts, ends = {person: uuid4() for person in people}, datetime.now(UTC) + timedelta(minutes=120)
    async with house.app.transaction(tenant) as scope:
        for person, context in contexts.items():
            fact = ContextSent(str(context), person, ["page"], ends.isoformat(), str(uuid4()))
            journal.append(scope, fact, subject=call, at=datetime.now(UTC), actor=SYSTEM)
    return contexts


async def rows(house: House, tenant: AccessibleTenantId, sql: str) -> list[Any]:
    async with house.worker.transaction(tenant) as scope:
        return list(await scope.fetch(sql, tenant))


async def test_the_link_goes_by_mail_once_though_the_server_is_full_at_first(
    house: House, server: Server, redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants, _ = await settle(house)
    tenant, call, log = tenants["galaxy"], uuid4(), list[bytes]()
    async with reacting():
        contexts = await told(house, tenant, call, "zhao", "wang")  # only the first has an address
    trusting = {"SSL_CERT_FILE": str(server.certificate)}
    settings = {"GF_SMTP_URL": server.url, "GF_MAIL_FROM": SENDER, "GF_PUBLIC_URL": PUBLIC, **trusting}
    door = free_port()
    settings |= {"GF_MAIL_DOMAIN": "orders.example", "GF_MAIL_LISTEN": f"127.0.0.1:{door}"}

    async def jobs(holds: Callable[[Any], bool]) -> bool:
        return all(map(holds, await rows(house, tenant, JOBS)))

    async with working(house, redis, 0.1, said=log, **settings), asyncio.timeout(30):
        await until(lambda: jobs(lambda row: row["error"] is not None))
        assert (server.got, server.refused > 0) == ([], True)
        for row in await rows(house, tenant, JOBS):
            assert row["error"] == "MailRefused('SMTPDataError')", "neither an address nor the server's words"
        server.full = False
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=door, start_tls=False)
        async with smtp:  # the same worker takes answers to mails about work orders
            await smtp.mail("wang@galaxy.example")
            with pytest.raises(aiosmtplib.SMTPRecipientRefused, match=r"5\.1\.1"):
                await smtp.rcpt("nobody@orders.example")
        await rows(house, tenant, DUE)
        await until(lambda: jobs(lambda row: row["done_at"] is not None))
        await rows(house, tenant, AGAIN)  # a job may run twice
        await until(lambda: jobs(lambda row: row["done_at"] is not None))
    ((to, content, logged_in),) = server.got
    assert (to, logged_in) == ("zhao@galaxy.example", True)
    message = message_from_bytes(content)
    assert str(make_header(decode_header(message["Subject"]))) == "有一通转给您的来电"
    body = bytes(message.get_payload(decode=True) or b"").decode()
    (token,) = re.findall(rf"{PUBLIC}{links.PATH}(\S+)", body)
    opened = links.read(SIGNER, token)
    assert (opened.tenant_id, opened.context_id) == (tenant, contexts["zhao"])
    async with house.app.transaction(tenant) as scope:
        kinds = [(fact.kind, fact.data["person"]) for fact in await journal.history(scope, call)]
    assert kinds == [("ContextSent", "zhao"), ("ContextSent", "wang"), ("ContextDelivered", "zhao")]
    said = b"".join(log).decode()
    assert "job_failed" in said
    leaks = [each for each in ("zhao@", "赵敏", token, PASSWORD, "+86", "no room") if each in said]
    assert leaks == []
    await _nothing_without_trust_and_password(server, monkeypatch)


async def _nothing_without_trust_and_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody vouches for, and a wrong password: nothing goes, and the password least of all."""
    good = mailer(server.url, SENDER)
    with pytest.raises(MailRefused):
        await good.send("zhao@galaxy.example", "x", "y")
    assert server.tried == {PASSWORD.encode()}, "the worker's; this one stopped before it"
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    with pytest.raises(MailRefused):
        await replace(good, password="wrong").send("zhao@galaxy.example", "x", "y")
    assert len(server.got) == 1
