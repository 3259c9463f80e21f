"""Addresses that a webhook never reaches, however they are written."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from kit import outbound
from kit.clock import now
from kit.outbound import AddressRefused, Guard, guarded, is_public
from tests.workorders.lab import receiving
from webhooks.client import Client, Message
from webhooks.core.signature import encode_secret

SECRET = encode_secret(bytes(32))
PRIVATE = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1", "2001:db8::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "5f00::1", "3fff::1",
    "192.0.0.192", "168.63.129.16", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_ones_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/hook", "https://127.0.0.1/hook", "https://localhost/hook", "https://[::1]/hook",
        "https://2130706433/hook", "https://0x7f000001/", "https://127.1/", "https://user:pw@8.8.8.8/", "ftp://8.8.8.8/",
        "https:///hook", "https://", "//8.8.8.8/", "file:///etc/passwd", "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/", "https://8.8.8.8:99999/", "",
        "https://a..example.com/", f"https://{'a' * 64}.example.com/", "https://xn--a/",
    ],
)  # fmt: skip
async def test_no_attempt_is_made(url: str) -> None:
    with pytest.raises(AddressRefused):
        await Guard().check(url)
    async with Client(Guard(), timedelta(seconds=2)) as client:
        reply = await client.send(Message(url, SECRET, "m", b"{}"), now())
    assert reply.answer.status is None
    assert "AddressRefused" in (reply.error or "")


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(_host: str, port: int, *_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


async def test_a_name_with_one_private_address_is_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(AddressRefused):
        await Guard().check("https://mixed.example/hook")
    resolves_to(monkeypatch, "8.8.8.8")
    assert (await Guard().check("https://mixed.example/hook")).host == "mixed.example"


async def test_a_name_that_turns_private_after_the_check_gets_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "127.0.0.1")
    async with aiohttp.ClientSession(connector=guarded(Guard())) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="not public"):
            await session.post("https://rebound.example/hook")


async def test_names_that_nobody_answers_for_hold_up_only_who_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answered, asked, looks_up = threading.Event(), list[str](), socket.getaddrinfo

    def look(host: str, *more: Any, **named: Any) -> list[Any]:
        if not host.endswith(".silent.example"):
            return list(looks_up(host, *more, **named))
        asked.append(host)
        answered.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(outbound, "_LOOKUP_S", 0.5, raising=False)
    many = [Message(f"https://n{n % 40}.silent.example/hook", SECRET, "m", b"{}") for n in range(80)]
    async with receiving() as receiver, Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        try:
            held = asyncio.gather(*(client.send(each, now()) for each in many))
            async with asyncio.timeout(5):
                served = await client.send(
                    Message(receiver.url.replace("127.0.0.1", "localhost"), SECRET, "m", b'{"subject": "x"}'), now()
                )
                replies = await held
        finally:
            answered.set()
    assert (served.answer.status, len(receiver.seen)) == (204, 1)
    assert {reply.error for reply in replies} == {"no answer in time"}
    assert sorted(asked) == sorted({f"n{n}.silent.example" for n in range(40)})


async def test_redirects_are_failures_and_long_answers_are_cut() -> None:
    async with receiving() as receiver, Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        receiver.status, receiver.headers = 302, {"Location": receiver.url, "Retry-After": "7"}
        reply = await client.send(Message(receiver.url, SECRET, "m", b'{"subject": "x"}'), now())
    assert (reply.answer.status, len(receiver.seen)) == (302, 1)
    assert reply.answer.retry_after == timedelta(seconds=7)


async def test_what_a_receiver_packs_is_not_unpacked() -> None:
    async with receiving() as receiver, Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        receiver.status, receiver.page, receiver.headers = 200, "no gzip at all", {"Content-Encoding": "gzip"}
        reply = await client.send(Message(receiver.url, SECRET, "m", b'{"subject": "x"}'), now())
    assert (reply.answer.status, reply.error, reply.text) == (200, None, "no gzip at all")
    assert receiver.seen[0][0]["accept-encoding"] == "identity"


async def test_a_slow_receiver_and_a_closed_port_are_errors_not_exceptions() -> None:
    async with receiving() as receiver, Client(Guard(allow_private=True), timedelta(seconds=0.2)) as client:
        receiver.delay_s = 2
        slow = await client.send(Message(receiver.url, SECRET, "m", b'{"subject": "x"}'), now())
        closed = await client.send(Message("http://127.0.0.1:1/", SECRET, "m", b"{}"), now())
    assert slow.error == "no answer in time"
    assert closed.answer.status is None
