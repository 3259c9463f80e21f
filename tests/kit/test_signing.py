"""Signed documents and sealed secrets: what is changed, moved, or of another kind or key, does not pass."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.secretbox import SecretBox, Unreadable
from kit.signing import BadSignature, DocumentSigner

DOCUMENT = {"type": "glassfloor/test/1", "name": "银河", "n": 1, "list": [1, {"a": None}]}


def test_a_signed_document_is_checked_and_tells_what_it_is() -> None:
    signer = DocumentSigner(bytes(32))
    signed = signer.sign(DOCUMENT)
    assert signer.check(signed, "glassfloor/test/1") == DOCUMENT
    with pytest.raises(BadSignature):
        signer.check(signed, "glassfloor/other/1")
    with pytest.raises(BadSignature):
        DocumentSigner(bytes([1] * 32)).check(signed, "glassfloor/test/1")
    with pytest.raises(ValueError, match="type"):
        signer.sign({"name": "nothing"})
    assert "d" not in signer.public_keys()["keys"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["signed"].update(n=2),
        lambda s: s["signed"].pop("n"),
        lambda s: s["signed"].update(more=1),
        lambda s: s.update(signature=s["signature"].replace("..", ".e30.")),
        lambda s: s.update(signature="eyJhbGciOiJub25lIn0.."),
        lambda s: s.update(signature=""),
        lambda s: s.update(signature=None),
        lambda s: s.pop("signature"),
        lambda s: s.update(signed="text"),
    ],
)
def test_a_changed_document_is_refused(change: Any) -> None:
    signer = DocumentSigner(bytes(32))
    signed = copy.deepcopy(signer.sign(DOCUMENT))
    change(signed)
    with pytest.raises(BadSignature):
        signer.check(signed, "glassfloor/test/1")


@given(value=st.binary(max_size=200), at=st.integers(0, 300), flip=st.integers(1, 255))
def test_a_sealed_secret_opens_in_its_place_only(value: bytes, at: int, flip: int) -> None:
    box = SecretBox(bytes(range(32)))
    sealed = box.seal(value, "user|totp|1")
    assert box.open(sealed, "user|totp|1") == value
    assert box.seal(value, "user|totp|1") != sealed
    broken = bytearray(sealed)
    broken[at % len(broken)] ^= flip
    for wrong, where, opener in (
        (sealed, "user|totp|2", box),
        (bytes(broken), "user|totp|1", box),
        (sealed[:-1], "user|totp|1", box),
        (b"", "user|totp|1", box),
        (sealed, "user|totp|1", SecretBox(bytes(32))),
    ):
        with pytest.raises(Unreadable):
            opener.open(wrong, where)


def test_a_master_key_has_its_length() -> None:
    with pytest.raises(ValueError, match="32"):
        SecretBox(b"short")
