"""Letters, to a real mail server on this machine: what is said, to whom, once; and what waits when it is away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from app.postman import Postman
from kit import clock
from kit.embedded.machine import free_port
from kit.mail import MailRefused, WrongMailSetting, mailer
from kit.secretbox import SecretBox
from portal.letters import letter
from tenants.service import letters
from tenants.service.links import ask_for_link, make_link, use_link
from tests.support.house import KEY, House
from tests.tenants.entering import VIEWER, WANG, entrance_of, user_id
from tests.tenants.world import two_clients

PUBLIC = "https://centre.example"
SENDER = "Glassfloor <door@centre.example>"


class Box:
    """What the mail server got; it refuses while ``full``."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], Message]] = []
        self.full = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.full:
            return "452 full"
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Box, str]]:
    box, port = Box(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


def text_of(message: Message) -> str:
    return bytes(message.get_payload(decode=True) or b"").decode()


async def test_a_link_arrives_in_its_readers_language_and_works(house: House, post: tuple[Box, str]) -> None:
    box, url = post
    await two_clients(house)
    entrance = entrance_of(house, mail=True)
    for email in (WANG, "stranger@evil.example", VIEWER):
        await ask_for_link(entrance, email, clock.now())
    postman = Postman(house.control, SecretBox(KEY), mailer(url, SENDER), PUBLIC)
    await asyncio.gather(postman.round(), postman.round())
    assert sorted(to for (to,), _ in box.got) == [VIEWER, WANG]
    chinese = next(text_of(m) for (to,), m in box.got if to == WANG)
    assert "请在此设置密码" in chinese
    link = re.search(rf"{PUBLIC}/set-password\?link=(\S+)", chinese)
    assert link is not None
    await use_link(entrance, link.group(1), "three green bottles", "", clock.now())
    await postman.round()
    await postman.round()
    assert len(box.got) == 3  # and one that says so
    assert "set-password?" not in text_of(box.got[-1][1])
    pool = await house.control.pool()
    assert await pool.fetchval("SELECT count(*) FROM control.letter WHERE ended_at IS NULL OR sealed IS NOT NULL") == 0


async def test_a_full_or_absent_server_delays_and_nothing_is_lost(house: House, post: tuple[Box, str]) -> None:
    box, url = post
    await two_clients(house)
    entrance = entrance_of(house, mail=True)
    await make_link(entrance, await user_id(entrance, WANG), clock.now())
    pool = await house.control.pool()
    away = Postman(house.control, SecretBox(KEY), mailer(f"smtp://127.0.0.1:{free_port()}", SENDER), PUBLIC)
    await away.round()
    box.full = True
    postman = Postman(house.control, SecretBox(KEY), mailer(url, SENDER), PUBLIC)
    await pool.execute("UPDATE control.letter SET due_at = now()")
    await postman.round()
    assert await pool.fetchval("SELECT attempts FROM control.letter") == 2
    box.full = False
    await postman.round()  # not due yet
    assert box.got == []
    await pool.execute("UPDATE control.letter SET due_at = now()")
    await postman.round()
    assert len(box.got) == 1


async def test_a_letter_that_cannot_be_opened_stops_no_other_and_is_given_up(
    house: House, post: tuple[Box, str]
) -> None:
    box, url = post
    await two_clients(house)
    entrance = entrance_of(house, mail=True)
    for email in (WANG, VIEWER):
        await make_link(entrance, await user_id(entrance, email), clock.now())
    pool = await house.control.pool()
    await pool.execute("UPDATE control.letter SET sealed = 'broken' WHERE user_id = $1", await user_id(entrance, WANG))
    postman = Postman(house.control, SecretBox(KEY), mailer(url, SENDER), PUBLIC)
    await postman.round()
    assert [to for (to,), _ in box.got] == [VIEWER]
    await pool.execute(
        "UPDATE control.letter SET due_at = now(), created_at = created_at - $1::interval", letters.KEPT + timedelta(1)
    )
    await postman.round()
    assert await pool.fetchval("SELECT count(*) FROM control.letter WHERE ended_at IS NULL") == 0


def test_a_wrong_setting_is_said_without_its_password() -> None:
    for url, sender in (("http://x", SENDER), ("smtp://", SENDER), ("", SENDER), ("smtp://u:hunter2@h", "nobody")):
        with pytest.raises(WrongMailSetting) as wrong:
            mailer(url, sender)
        assert "hunter2" not in str(wrong.value)
    made = mailer("smtps://u%40x:p%2Fw@mail.example", SENDER)
    assert (made.port, made.tls, made.user, made.password) == (465, True, "u@x", "p/w")


async def test_a_server_elsewhere_has_to_offer_tls(post: tuple[Box, str]) -> None:
    box, url = post
    plain = mailer(url.replace("127.0.0.1", "127.0.0.2"), SENDER)
    with pytest.raises(MailRefused):
        await plain.send("a@b.example", "x", "y")
    assert box.got == []


@pytest.mark.parametrize("kind", ["invite", "reset", "locked", "factor_removed", "factor_added", "password_changed"])
@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_every_letter_is_said_in_every_language(kind: str, locale: str) -> None:
    made = letter(kind, locale, "王经理", PUBLIC, "t0ken" if kind in {"invite", "reset"} else "")
    assert "王经理" in made.body
    assert ("t0ken" in made.body) == (kind in {"invite", "reset"})
    assert made.subject.isascii() == (locale == "en")
