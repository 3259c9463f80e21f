"""How connections are set and how they are, by the API, as a client's developer keeps them."""

from __future__ import annotations

from typing import Any

import aiohttp
import asyncssh

from tests.support.site import Site

ONE = "/v1/connections/oms"
KEY = asyncssh.generate_private_key("ssh-ed25519")
FILES = {"host": "sftp.galaxy.example", "login": "centre", "secret": "a password of theirs",
         "host_key": KEY.export_public_key().decode().strip()}  # fmt: skip
MAIL = {"address": "ops@galaxy.example", "senders": ["galaxy.example"], "locale": "zh_Hans", "days": 30}
ZENDESK = {"adapter": "zendesk", "url": "https://galaxy.example", "secret": "it@galaxy.example/token:a token of theirs",
           "settings": {"requester": "centre@example.com"}, "every_minutes": 0}  # fmt: skip


async def _ask(who: aiohttp.ClientSession, verb: str, path: str, status: int, body: Any = None) -> Any:
    async with who.request(verb, f"{ONE}{path}", json=body) as answer:
        text = await answer.text()
        assert answer.status == status, text
        assert "of theirs" not in text, "what lets us in is never told"
        return await answer.json(content_type=None) if text else None


async def _codes(who: aiohttp.ClientSession, path: str, body: Any) -> list[tuple[str, str]]:
    refused = await _ask(who, "PUT", path, 400, body)
    return [(each["pointer"], each["code"]) for each in refused["errors"]]


async def test_mail_files_and_a_systems_own_api_are_set_one_after_the_other(site: Site) -> None:
    who = await site.person("it@galaxy.example", "galaxy")
    for path in ("/connector", "/mail", "/files"):
        assert (await _ask(who, "GET", path, 404))["code"] == "not_found"
    mail = await _ask(who, "PUT", "/mail", 200, MAIL)
    assert {**MAIL, "in_use": True, "words": False, "bounces": 0}.items() <= mail.items()
    await _ask(who, "POST", "/mail/key", 204)
    how = await _ask(who, "GET", "", 200)
    assert (how["adapter"], how["mail"]["error"], how["files"], how["connector"]) == ("mail", None, None, None)
    assert await _codes(who, "/files", {**FILES, "secret": None}) == [("/secret", "needed")]
    assert await _codes(who, "/files", {**FILES, "host_key": "ssh-ed25519 AAAA"}) == [("/host_key", "host_key")]
    files = await _ask(who, "PUT", "/files", 200, FILES)
    assert (files["in_use"], files["has_secret"], files["port"], files["error"]) == (True, True, 22, None)
    how = await _ask(who, "GET", "", 200)
    assert (how["mail"], how["files"]) == (None, {"sent_at": None, "round_at": None, "error": None})
    assert (await _ask(who, "GET", "/mail", 200))["in_use"] is False
    await _called(who)


async def _called(who: aiohttp.ClientSession) -> None:
    """Its own API: what another way had is erased, its webhooks are signed by a secret that is made there."""
    assert await _codes(who, "/connector", {**ZENDESK, "secret": "no pair", "settings": {}}) == [
        ("/settings/requester", "needed"), ("/secret", "pair"),
    ]  # fmt: skip
    held = await _ask(who, "PUT", "/connector", 200, ZENDESK)
    assert (held["in_use"], held["adapter"], held["has_secret"], held["settings"]) == (
        True, "zendesk", True, ZENDESK["settings"],
    )  # fmt: skip
    await _ask(who, "PUT", "/connector", 200, {**ZENDESK, "secret": None, "takes_new": True})
    files = await _ask(who, "GET", "/files", 200)
    assert (files["in_use"], files["has_secret"]) == (False, False)
    assert (await _ask(who, "POST", "/secret", 404, {}))["code"] == "address_unknown"
    made = await _ask(who, "POST", "/address", 201, {"adapter": "zendesk"})
    assert made["secret"] is None
    how = await _ask(who, "GET", "", 200)
    assert (how["signed"], how["has_secret"], how["connector"]["takes_new"]) == (True, False, True)
    assert await _ask(who, "POST", "/secret", 200, {"signing_secret": "one-that-zendesk-made"}) == {"secret": None}
    assert (await _ask(who, "GET", "", 200))["has_secret"] is True
    shown = await _ask(who, "GET", "/connector", 200)
    assert "cursor" not in shown


async def test_only_people_who_keep_systems_set_them(site: Site) -> None:
    agent = await site.person((await site.agents("galaxy"))[0][1], "galaxy")
    machine = await site.machine("galaxy")
    for who, verb, body in (
        (agent, "GET", None),
        (agent, "PUT", FILES),
        (machine, "GET", None),
        (machine, "PUT", FILES),
    ):
        await _ask(who, verb, "/files", 403, body)
