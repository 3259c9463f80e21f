"""A client without a system: work orders go to its address as mails, answers become comments; over real SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any
from uuid import UUID

import aiosmtplib
import pytest
import time_machine

from app import telling
from app.order_mails import OrderPostman
from exchange import mailroom
from exchange.core.agreement import Act
from exchange.mailroom import House as Door
from exchange.schemas import MailBody
from exchange.service import agreements, mailing
from exchange.service.agreements import By
from journal.core.facts import Actor
from kit.clock import now
from kit.ids import new_id
from kit.mail import mailer
from kit.objects import Folder
from kit.secretbox import SecretBox
from kit.settings import Settings
from tenants.idp.connections import Planes
from tests.exchange.lab import BUILDER, SEAT, SIGNER, Lab, said
from tests.support.house import KEY, TENANT_A, House
from tests.worker.test_letters import SENDER, Box, post, text_of
from workorders import service as orders
from workorders.schemas import Move, NewComment

__all__ = ["post"]

DOMAIN, CLIENT = "orders.centre.example", "ops@client.example"


@dataclass
class Office:
    """Connection ``jira`` of tenant A by mail: what its people get, and the door that they answer to."""

    lab: Lab
    box: Box
    postman: OrderPostman
    port: int

    async def mails(self) -> list[Message]:
        await self.postman.visit(TENANT_A)
        return [message for _, message in self.box.got]

    async def answer(self, to: str, text: str = "done", **how: Any) -> str:
        """Answer from the client; return what the door says."""
        message = EmailMessage()
        message["From"], message["Message-ID"] = "wang@client.example", how.get("id", "<1@client.example>")
        for name, value in how.get("headers", {}).items():
            message[name] = value
        message.set_content(text)
        for name, content in how.get("files", {}).items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return await self.deliver(to, how.get("raw") or message.as_bytes(), how.get("envelope", "wang@client.example"))

    async def deliver(self, to: str, raw: bytes, envelope: str) -> str:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False, timeout=10)
        await smtp.connect()
        try:
            await smtp.mail(envelope, encoding="ascii")
            await smtp.rcpt(to)
            code, said_ = await smtp.data(raw)
        except aiosmtplib.SMTPResponseException as error:
            code, said_ = error.code, error.message
        finally:
            smtp.close()
        return f"{code} {said_}"

    async def state(self) -> dict[str, Any]:
        async with self.lab.house.app.transaction(TENANT_A) as scope:
            shown = await mailing.shown(scope, "jira")
        assert shown is not None
        return shown

    async def set(self, **parts: Any) -> None:
        async with self.lab.house.app.transaction(TENANT_A) as scope:
            await mailing.put(scope, "jira", MailBody(address=CLIENT, **parts), BUILDER, now())


@asynccontextmanager
async def _open(lab: Lab, box: Box, url: str, folder: Path, **more: Any) -> AsyncIterator[Office]:
    settings = Settings(mail_listen="127.0.0.1:0", mail_domain=DOMAIN, mail_from=SENDER, mail_mb=1, **more)
    door = Door(lab.house.control, lab.house.worker, Folder(folder))
    postman = OrderPostman(lab.house.worker, mailer(url, SENDER), "https://centre.example", DOMAIN)
    async with mailroom.opened(door, settings) as port:
        yield Office(lab, box, postman, port)


@pytest.fixture
async def office(lab: Lab, post: tuple[Box, str], tmp_path: Path) -> AsyncIterator[Office]:
    async with _open(lab, *post, tmp_path) as made:
        await made.set(words=True)
        yield made


async def _escalated(office: Office) -> tuple[dict[str, Any], str]:
    order = await office.lab.escalate("Refund has not arrived")
    return order, str((await office.mails())[-1]["Reply-To"])


async def test_an_order_is_a_thread_of_mails_and_an_answer_a_comment_that_nobody_is_told_again(
    office: Office,
) -> None:
    order, to = await _escalated(office)
    async with office.lab.house.app.transaction(TENANT_A) as scope:
        for body in (NewComment(body="Has it gone out?"), NewComment(body="for us only", visibility="internal")):
            await orders.comment(scope, UUID(order["id"]), body, SEAT, now())
    first, second = await office.mails()
    assert office.box.got[0][0] == [CLIENT]
    assert (first["Message-ID"], first["Auto-Submitted"]) == (f"<{order['id']}@{DOMAIN}>", "auto-generated")
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"] != second["Message-ID"]
    assert first["Subject"] == second["Subject"] == f"[#{order['number']}] Refund has not arrived"
    assert "Has it gone out?" in text_of(second)
    quoted = "".join(f"> {line}\n" for line in text_of(second).splitlines())
    answer = f"Yes, today.\n\nOn Monday Glassfloor <door@centre.example> wrote:\n{quoted}"
    assert await office.answer(to.upper(), answer) == "250 2.0.0 kept"
    assert await office.answer(to, answer) == "250 2.0.0 known already"
    await office.lab.work()
    assert await office.lab.comments(order["id"]) == ["Has it gone out?", "for us only", "Yes, today."]
    assert len(await office.mails()) == 2, "what they wrote themselves is not told to them"


async def test_a_first_line_changes_the_status_if_that_was_agreed_and_the_map_knows_it(office: Office) -> None:
    order, to = await _escalated(office)
    for number, (text, status) in enumerate((
        ("#In progress\nlooking", "inProgress"), ("#resolved\nPaid back.", "resolved"), ("#no such word", "resolved"),
    )):  # fmt: skip
        assert (await office.answer(to, text, id=f"<{number}@x>")).startswith("250")
        await office.lab.work()
        assert (await office.lab.orders())[0]["status"] == status
    assert await office.lab.comments(order["id"]) == ["looking", "Paid back.", "#no such word"]
    async with office.lab.house.app.transaction(TENANT_A) as scope:
        await orders.transition(scope, UUID(order["id"]), Move(to="inProgress", reason="not there"), SEAT, now())
    await office.answer(to, "#resolved", id="<again@x>")
    await office.lab.work()
    assert (await office.lab.orders())[0]["status"] == "resolved", "a wish counts each time"
    await office.set(words=False)
    await office.answer(to, "#rejected", id="<off@x>")
    await office.lab.work()
    assert (await office.lab.comments(order["id"]))[-1] == "#rejected"


async def test_files_are_attached_to_be_scanned_or_the_whole_mail_is_refused(office: Office) -> None:
    order, to = await _escalated(office)
    program = {"收据.pdf": b"%PDF-1.7\n1 0 obj\n", "run.exe": b"MZ\x90\x00" + bytes(200)}
    refused = await office.answer(to, files=program)
    assert refused.startswith("550 5.6.1"), refused
    assert (await office.lab.messages(), await _files(office)) == ([], [])
    del program["run.exe"]
    assert await office.answer(to, files=program) == "250 2.0.0 kept"
    assert await office.answer(to, files=program) == "250 2.0.0 known already"
    assert await _files(office) == [("connection:jira", "shared", "pending")]
    assert order["id"] in {each["external_id"] for each in await office.lab.messages()}


async def _files(office: Office) -> list[tuple[str, str, str]]:
    async with office.lab.house.app.transaction(TENANT_A) as scope:
        found = await scope.fetch(
            "SELECT origin, visibility, scan_state FROM gf.work_order_attachment WHERE tenant_id = $1", TENANT_A
        )
    return [tuple(row.values()) for row in found]


async def test_what_is_wrong_gets_an_answer_and_changes_nothing(office: Office) -> None:
    order, to = await _escalated(office)
    local = to.partition("@")[0]
    forged = local[:-1] + ("a" if local[-1] != "a" else "c")
    bad = {
        "550 5.1.1": [forged + f"@{DOMAIN}", f"somebody@{DOMAIN}", f"{local}@elsewhere.example"],
    }  # fmt: skip
    for begins, addresses in bad.items():
        for each in addresses:
            assert (await office.answer(each)).startswith(begins), each
    raw = b"From: wang@client.example\nMessage-ID: <1@x>\n"
    for content in (
        raw + b"Content-Type: multipart/mixed; boundary=b\n\nbroken",
        raw + b"Content-Type: text/plain; charset=klingon\n\nx",
        b"From: a@x\nFrom: b@x\n\ntwo senders",
        raw + b"\n> only quoted",
    ):
        assert (await office.answer(to, raw=content)).startswith("550 5.6.0")
    assert (await office.answer(to, raw=raw + b"\n" + (b"x" * 900 + b"\n") * 1200)).startswith("552")
    assert (await office.answer(to, "long " * 20_000)).startswith("552 5.3.4")
    await office.set(senders=["other.example"])
    assert (await office.answer(to)).startswith("550 5.7.1")
    await office.set()
    with time_machine.travel(now() + timedelta(days=91)):
        assert (await office.answer(to)) == "550 5.2.1 this address has expired: answer a newer mail"
    planes = Planes(office.lab.house.control, office.lab.house.app, SecretBox(KEY))
    await agreements.act(planes, TENANT_A, "jira", Act.SUSPEND, BUILDER, now())
    assert (await office.answer(to)).startswith("550 5.2.1")
    await agreements.act(planes, TENANT_A, "jira", Act.RESUME, BUILDER, now())
    other = By(Actor("user", "s"), "outsourcer")
    for act, by in ((Act.REVOKE, BUILDER), (Act.INVITE, BUILDER), (Act.ACCEPT, other)):
        await agreements.act(planes, TENANT_A, "jira", act, by, now())
    assert (await office.answer(to)).startswith("550 5.2.1"), "it goes by mail no more"
    await office.set()
    assert (await office.answer(to)).startswith("550 5.1.1"), "revoking ended what was given out"
    await office.lab.work()
    assert (await office.lab.messages(), await office.lab.comments(order["id"])) == ([], [])


async def test_a_new_key_ends_the_addresses_of_the_one_before_the_last(office: Office) -> None:
    _, to = await _escalated(office)
    for answer in ("250 2.0.0 kept", "550 5.1.1 there is no such address"):
        async with office.lab.house.app.transaction(TENANT_A) as scope:
            await mailing.rotate(scope, "jira", BUILDER, now())
        assert await office.answer(to) == answer


async def test_bounces_are_shown_and_machines_find_no_partner(office: Office) -> None:
    order, to = await _escalated(office)
    report = Path(__file__).with_name("bounce.eml").read_bytes()
    assert await office.deliver(to, report, "") == "250 2.0.0 noted"
    state = await office.state()
    assert (state["bounces"], state["bounce"]) == (1, "5.1.1 550 no such user")
    assert (await office.answer(to, headers={"Auto-Submitted": "auto-replied"})).startswith("250 2.0.0 noted")
    assert (await office.answer(to, envelope="")).startswith("250 2.0.0 noted")
    await office.lab.work()
    assert (await office.lab.comments(order["id"]), len(await office.mails())) == ([], 1)
    assert (await office.state())["automatic_at"] is not None
    assert await office.answer(to) == "250 2.0.0 kept"
    assert ((await office.state())["bounces"], (await office.state())["bounced_at"]) == (0, None)


async def test_a_full_mail_server_delays_and_nothing_overtakes(office: Office) -> None:
    office.box.full = True
    for title in ("one", "two"):
        await office.lab.escalate(title)
    assert await office.mails() == []
    assert (await office.state())["error"] == "MailRefused('SMTPDataError')"
    office.box.full = False
    assert await office.mails() == [], "it is not due yet"
    async with office.lab.house.worker.transaction(TENANT_A) as scope:
        await scope.fetch("UPDATE gf.exchange_mail SET due_at = clock_timestamp() WHERE tenant_id = $1", TENANT_A)
    await asyncio.gather(*(office.postman.visit(TENANT_A) for _ in range(3)))
    assert [str(each["Subject"]).partition("] ")[2] for each in await office.mails()] == ["one", "two"]
    assert (await office.state())["error"] is None


async def test_only_the_relay_is_heard_and_its_verdict_counts(lab: Lab, post: tuple[Box, str], tmp_path: Path) -> None:
    async with _open(lab, *post, tmp_path, mail_authserv="relay.centre.example") as office:
        await office.set()
        _, to = await _escalated(office)
        assert (await office.answer(to)).startswith("550 5.7.1 the sender could not be verified")
        verdict = {"Authentication-Results": "relay.centre.example; dkim=pass header.d=client.example"}
        assert await office.answer(to, headers=verdict) == "250 2.0.0 kept"
    async with _open(lab, *post, tmp_path, mail_networks=["192.0.2.0/24"]) as office:
        assert (await office.answer(to)).startswith("550 5.7.1 this server takes mail from its relay only")


async def test_developers_hear_once_a_day_of_each_gap_in_their_language(
    lab: Lab, post: tuple[Box, str], house: House
) -> None:
    box, url = post
    pool = await house.control.pool()
    for name, role, locale in (("王芳", "client_developer", "zh_Hans"), ("李", "client_manager", "en")):
        user = await pool.fetchval(
            'INSERT INTO control."user" (id, email, name, locale) VALUES ($1, $2, $3, $4) RETURNING id',
            new_id(), f"{role}@client.example", name, locale,
        )  # fmt: skip
        await pool.execute(
            "INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, $3)", user, TENANT_A, role
        )
    settings = Settings(smtp_url=url, mail_from=SENDER, public_url="https://centre.example")
    telling.install(SIGNER, settings, telling.Floor(None, house.control, "main"))  # type: ignore[arg-type] # rings nothing
    try:
        for number in range(3):
            await lab.told(said(f"INC-{number}", fields={"type": "t", "title": "t"}, status=f"Storno {number}"))
    finally:
        telling.install(SIGNER, Settings())
    (((to,), message),) = box.got
    assert to == "client_developer@client.example"
    text = text_of(message)
    assert "王芳，您好：" in text
    assert "https://centre.example/settings/exchange/jira#map" in text
    assert "Storno" not in text, "what came is not sent by mail"
    assert "waits" not in text
