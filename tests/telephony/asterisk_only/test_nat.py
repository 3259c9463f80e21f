"""Behind a NAT: the world outside is told of the address that it reaches, those inside of our own."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.layout import nat_lines
from telephony.asterisk.local import LocalAsterisk
from telephony.port import Dial, EngineBack, Open, Provision, Trunk
from tests.telephony.asterisk_only.ear import Ear
from tests.telephony.world import SOON

OUTSIDE, INSIDE, EXTERNAL = "127.0.0.5", "127.0.1.5", "203.0.113.7"


def listener(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((address, 0))
    made.setblocking(False)
    return made


async def addresses(listening: socket.socket) -> tuple[str, str]:
    """Where an INVITE says that we are: for SIP (Contact), and for sound (SDP)."""
    async with asyncio.timeout(SOON.total_seconds()):
        invite = (await asyncio.get_running_loop().sock_recv(listening, 65_000)).decode()
    contact, sound = re.search(r"Contact: <sip:[^@]*@?([\d.]+)", invite), re.search(r"c=IN IP4 ([\d.]+)", invite)
    assert contact is not None
    assert sound is not None
    return contact[1], sound[1]


async def test_who_is_outside_is_told_of_the_address_that_it_reaches(home: Path, tmp_path: Path) -> None:
    nat = nat_lines(EXTERNAL, ["127.0.0.1/32", "127.0.1.0/24"])
    asterisk = LocalAsterisk(home, tmp_path / "engine", values={"nat": nat})
    await asterisk.start()
    ear = Ear(AsteriskEngine.of(asterisk))
    await ear.start()
    await ear.next(EngineBack)
    found = {}
    for name, address in (("o-out", OUTSIDE), ("o-in", INSIDE)):
        with listener(address) as there:
            trunk = Trunk(name, f"{address}:{there.getsockname()[1]}", watched=False)
            await ear.engine.perform(Provision(trunks=(trunk,)))
            await ear.engine.perform(Open(name))
            await ear.engine.perform(Dial(name, f"{name}.1", name, "8001", "", "1", SOON))
            found[name] = await addresses(there)
    await ear.close()
    await asterisk.stop()
    assert found == {"o-out": (EXTERNAL, EXTERNAL), "o-in": ("127.0.0.1", "127.0.0.1")}
