from __future__ import annotations

from telephony.asterisk.ports import LEGS, claim_block


def test_an_engine_gets_media_ports_for_as_many_legs_as_it_needs_and_nobody_else_gets_them() -> None:
    wide, plain = claim_block(("127.0.0.1",), legs=500), claim_block(("127.0.0.1",))
    try:
        first, last = wide.rtp
        assert (last - first + 1) // 2 >= 500
        assert (plain.rtp[1] - plain.rtp[0] + 1) // 2 == LEGS
        assert last < plain.first or plain.rtp[1] < wide.first
    finally:
        wide.release()
        plain.release()
    again = claim_block(("127.0.0.1",), legs=500)
    again.release()
    assert again.first <= wide.first
