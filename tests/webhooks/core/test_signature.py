"""Our signer and verifier against the library of the standard, both ways, and against anything a stranger may send."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from webhooks.core.signature import decode_secret, encode_secret, sign, verify
from webhooks.errors import SignatureInvalid

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEYS = st.binary(min_size=24, max_size=64)
BODIES = st.binary(max_size=200)
SECRET = encode_secret(bytes(range(32)))


@given(KEYS, BODIES)
def test_the_library_verifies_what_we_sign(key: bytes, body: bytes) -> None:
    secret = encode_secret(key)
    headers = sign(secret, "msg_1", NOW, body)
    theirs = Webhook(secret).sign("msg_1", NOW, body.decode("latin-1")) if body.isascii() else None
    assert theirs in (None, headers["webhook-signature"])
    assert verify(secret, headers, body, now=NOW) == "msg_1"


@given(KEYS, st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_we_verify_what_the_library_signs(key: bytes, text: str) -> None:
    secret, at = encode_secret(key), datetime.now(UTC)
    headers = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_2", at, text),
    }
    assert verify(secret, headers, text.encode(), now=at) == "msg_2"


def test_the_library_accepts_the_whole_message() -> None:
    with time_machine.travel(NOW):
        assert Webhook(SECRET).verify(b'{"a": 1}', sign(SECRET, "m", NOW, b'{"a": 1}')) == {"a": 1}


HEADERS = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text(max_size=60)
)


@given(HEADERS, BODIES)
def test_nothing_but_our_own_error_comes_out(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(SECRET, headers, body, now=NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-signature", "v1"), ("webhook-signature", "v1,,"), ("webhook-signature", "v1,é"),
        ("webhook-signature", "v1,a=b"), ("webhook-signature", "v2,x v1a,y"), ("webhook-timestamp", "1795248000.0"),
        ("webhook-timestamp", "17952480_0"), ("webhook-timestamp", "-1"), ("webhook-timestamp", "9" * 30),
        ("webhook-timestamp", "١٧٩٥"), ("webhook-id", "other"), ("webhook-id", "\ud800"),
    ],
)  # fmt: skip
def test_malformed_headers_are_refused(name: str, value: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(SECRET, {**sign(SECRET, "m", NOW, b"{}"), name: value}, b"{}", now=NOW)


def test_a_good_signature_after_a_bad_one_counts() -> None:
    headers = sign(SECRET, "m", NOW, b"{}")
    rotated = {**headers, "webhook-signature": f"v1 v1,x,y v1a,zz {headers['webhook-signature']}"}
    assert verify(SECRET, rotated, b"{}", now=NOW) == "m"


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_or_future_message_is_refused(late: timedelta) -> None:
    headers = sign(SECRET, "m", NOW, b"{}")
    assert verify(SECRET, headers, b"{}", now=NOW + late * 0.8) == "m"
    with pytest.raises(SignatureInvalid):
        verify(SECRET, headers, b"{}", now=NOW + late)


@given(KEYS)
def test_secrets_read_back(key: bytes) -> None:
    assert decode_secret(encode_secret(key)) == decode_secret(base64.b64encode(key).decode()) == key


def test_short_long_and_broken_secrets_are_refused() -> None:
    for size in (23, 65):
        with pytest.raises(ValueError, match="24 to 64"):
            encode_secret(bytes(size))
    with pytest.raises(SignatureInvalid):
        decode_secret("whsec_ä")
