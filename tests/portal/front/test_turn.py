"""What a browser phone gets to find a path for its sound."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest
from pydantic import SecretStr

from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
TURN = "turn:turn.example:3478?transport=udp"


async def test_a_browser_phone_gets_credentials_for_turn_and_never_the_secret(
    front_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"turn_urls": [TURN], "turn_secret": SecretStr("north"), "turn_only": True}
    for name, value in given.items():
        monkeypatch.setattr(front_site.settings, name, value)
    desk = await front_site.person("li.na@harbour.example")
    answer = await desk.get("/desk/phone")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    told = await answer.json()
    (server,) = told["ice"]["iceServers"]
    until, _, who = server["username"].partition(":")
    assert (server["urls"], told["ice"]["iceTransportPolicy"]) == ([TURN], "relay")
    assert who == told["uri"].removeprefix("sip:").partition("@")[0]
    assert 11 * 3600 < int(until) - time.time() <= 12 * 3600
    signed = hmac.new(b"north", server["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(server["credential"]) == signed
    assert "north" not in await answer.text()
