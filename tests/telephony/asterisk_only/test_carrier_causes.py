"""What carriers answer, by a carrier that speaks SIP by hand: each refusal comes with its status and cause."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telephony import causes
from telephony.asterisk.local import LocalAsterisk
from telephony.port import Cause, Dial, EngineBack, LegEnded, Open, Provision, Trunk
from tests.telephony.asterisk_only.ear import Ear

SAID = {
    "403": (Cause.REJECTED, 21),
    "404": (Cause.UNALLOCATED, 1),
    "408": (Cause.NO_ANSWER, 18),
    "410": (Cause.UNALLOCATED, 22),
    "480": (Cause.NO_ANSWER, 19),
    "484": (Cause.UNALLOCATED, 28),
    "486": (Cause.BUSY, 17),
    "488": (Cause.UNREACHABLE, 58),
    "500": (Cause.UNREACHABLE, 38),
    "502": (Cause.UNREACHABLE, 27),
    "503": (Cause.CONGESTION, 34),
    "504": (Cause.UNREACHABLE, 102),
    "600": (Cause.BUSY, 17),
    "603": (Cause.REJECTED, 21),
    "604": (Cause.UNALLOCATED, 1),
}
"""By the number that is dialled, which is the status that this carrier answers with."""


@contextmanager
def carrier() -> Iterator[str]:
    """A carrier that refuses each number with the status that the number is; its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.2", 0))
        wire.settimeout(0.05)
        over = threading.Event()
        worker = threading.Thread(target=_refuse, args=(wire, over), daemon=True)
        worker.start()
        yield "{}:{}".format(*wire.getsockname())
        over.set()
        worker.join()


def _refuse(wire: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        try:
            data, whence = wire.recvfrom(65536)
        except TimeoutError:
            continue
        request = data.decode()
        asked = re.match(r"(INVITE|OPTIONS) sip:(?:(\d+)@)?", request)
        if asked is None:
            continue
        status = "200" if asked[1] == "OPTIONS" else asked[2]
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq):.*$", request, re.MULTILINE)
        lines = [f"SIP/2.0 {status} Said", *(line.strip() for line in kept), "Content-Length: 0"]
        lines = [f"{line};tag=x" if line.startswith("To:") else line for line in lines]
        wire.sendto(("\r\n".join(lines) + "\r\n\r\n").encode(), whence)


async def test_each_refusal_is_told_with_its_status_and_cause(asterisk: LocalAsterisk, ear: Ear) -> None:
    await ear.next(EngineBack)
    with carrier() as address:
        await ear.engine.perform(Provision(trunks=(Trunk("o-carrier", address),)))
        await ear.engine.perform(Open("c1"))
        said = {}
        for number in SAID:
            leg = f"c1.{number}"
            await ear.engine.perform(Dial("c1", leg, "o-carrier", number, "", "4008", timedelta(seconds=5)))
            ended = await ear.next(LegEnded)
            assert ended.leg == leg
            said[number] = ended.cause, ended.q850, ended.sip, ended.by
    expected = {number: (*what, int(number), causes.refused_by(what[0])) for number, what in SAID.items()}
    assert said == expected
    assert {number: causes.from_sip(int(number)) for number in SAID} == SAID
