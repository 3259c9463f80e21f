"""What we encrypt to somebody's key opens with another implementation of age, and with no other key."""

from __future__ import annotations

import io
import random

import pyrage
import pytest

from kit.agefile import CHUNK, AgeWriter, NotAKey, public_key

OWN = pyrage.x25519.Identity.generate()
PUBLIC = str(OWN.to_public())


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 700_001])
def test_another_implementation_opens_it(size: int) -> None:
    plain, to = random.Random(size).randbytes(size), io.BytesIO()
    writer = AgeWriter(to, PUBLIC)
    for at in range(0, size, 9_999):
        writer.write(plain[at : at + 9_999])
    cut = to.getvalue()
    writer.close()
    whole = to.getvalue()
    assert pyrage.decrypt(whole, [OWN]) == plain
    changed = bytearray(whole)
    changed[-1] ^= 1
    for broken in (cut, whole[:-1], bytes(changed)):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(broken, [OWN])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(whole, [pyrage.x25519.Identity.generate()])


def test_what_is_no_public_key_is_refused() -> None:
    public_key(PUBLIC)
    swapped = PUBLIC[:10] + PUBLIC[11] + PUBLIC[10] + PUBLIC[12:]
    small = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
    wrong = [PUBLIC[:-1], PUBLIC + "q", PUBLIC.upper(), str(OWN), "", "age1", small, f"{PUBLIC}\n"]
    for text in [*wrong, *([swapped] if swapped != PUBLIC else [])]:
        with pytest.raises(NotAKey):
            public_key(text)
