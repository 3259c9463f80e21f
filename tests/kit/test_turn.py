"""Credentials for TURN as servers check them, and what a browser gets. A real server took them: docs/network.md."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kit.turn import Ice, credentials

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STUN, TURN = "stun:stun.example:3478", "turn:turn.example:3478?transport=udp"


def test_credentials_are_those_of_the_turn_rest_api() -> None:
    """Made with ``openssl dgst -sha1 -hmac north -binary | base64`` over the name."""
    assert credentials("north", "o-8001-web", datetime.fromtimestamp(1_800_000_000, UTC)) == (
        "1800000000:o-8001-web", "+3kmaXic6x1rBbIyLHRIkAMo1Vw=",
    )  # fmt: skip


def test_a_browser_gets_what_is_set_and_no_secret() -> None:
    assert Ice().for_browser("o-1", NOW) == {"iceServers": [], "iceTransportPolicy": "all"}
    assert Ice(turn=(TURN,)).for_browser("o-1", NOW)["iceServers"] == [], "without a secret nobody could use it"
    ice = Ice((STUN,), (TURN,), "north", timedelta(hours=1), relay_only=True).for_browser("o-1", NOW)
    stun, turn = ice["iceServers"]
    assert (stun, ice["iceTransportPolicy"]) == ({"urls": [STUN]}, "relay")
    username, password = credentials("north", "o-1", NOW + timedelta(hours=1))
    assert turn == {"urls": [TURN], "username": username, "credential": password}
    assert "north" not in str(ice)
