"""The client's own people on a real Asterisk: what stands in the INVITE on the wire, whose phone rings, who talks."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from interactions.people import links
from kit.signing import DocumentSigner
from telephony.port import Cause
from tenants.service.blueprints import Order, apply_blueprint
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.test_asterisk import AsteriskWorld, all_hear, world
from tests.switchboard.world import AGENT_TONE, CONTACT, CONTACT_TONE, START, VOICEMAIL, no_findings, seconds
from tests.telephony.sounds import OUTSIDE_TONE
from tests.telephony.world import SOON

__all__ = ["world"]

DESK, MOBILE, CHIEF = "+862150001111", "+8613800001111", "+8613800002222"
RINGS_S = 5
DIRECTORY = f"""
directory:
  - code: liu
    name: Liu Wei
    phones: [{{number: "{DESK}", ring_s: {RINGS_S}}}, {{kind: mobile, number: "{MOBILE}", ring_s: 20}}]
    chief: ma
    context: {{ways: [header, page]}}
    email: liu@alpha.example
  - {{code: ma, name: Ma, phones: [{{number: "{CHIEF}"}}]}}
"""
SIGNER = DocumentSigner(b"s" * 32)


def fields(invite: str) -> dict[str, str]:
    """The headers of an INVITE as a phone system reads them (RFC 3261, section 7.3)."""
    head = invite.partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in head)}


def context_of(user_to_user: str) -> UUID:
    """Read User-to-User as its receiver does: RFC 7433, hexadecimal, IA5 characters behind the discriminator 04."""
    data, *parameters = user_to_user.split(";")
    assert re.fullmatch(r"[0-9A-Fa-f]+", data), "a token without quotes (RFC 7433, section 4.1)"
    assert {"encoding=hex", "purpose=isdn-uui", "content=isdn-uui"} == set(parameters)
    octets = bytes.fromhex(data)
    assert (octets[0], len(octets)) == (4, 33)
    return UUID(octets[1:].decode("ascii"))


async def configured(made: AsteriskWorld) -> None:
    """Alpha has people, and an address under which their pages are."""
    order = Order(by="tester", at=START, check_flow=no_findings, why="people")
    await apply_blueprint(made.house.control, made.house.app, ALPHA + DIRECTORY, order)
    assert (await made.handle({"command": "reload", "tenants": None}))["ok"]
    await made.quiet()
    made.loop.floor.link_of = lambda *about: links.address(SIGNER, "https://centre.example", *about)


def carries_ids_and_the_link_only(made: AsteriskWorld, invite: str, call: str) -> str:
    """Look at the INVITE as it came over the wire; return the id of the telling."""
    told = fields(invite)
    context = context_of(told["User-to-User"])
    own = {name: value for name, value in told.items() if name.startswith("X-")}
    link = own.pop("X-Glassfloor-Link")
    assert own == {"X-Glassfloor-Interaction": call, "X-Glassfloor-Context": str(context)}
    opened = links.read(SIGNER, link.removeprefix(f"https://centre.example{links.PATH}"))
    assert (opened.tenant_id, opened.context_id) == (made.alpha, context)
    assert timedelta(minutes=119) < opened.ends - datetime.now(UTC) <= timedelta(minutes=120)
    foreign = (str(made.beta), str(made.li), str(made.bo), *made.secrets.values(), CONTACT, CONTACT[3:], "li@", "Beta",
               "liu@", "Liu", MOBILE, CHIEF, (b"s" * 32).hex(), made.lab.asterisk.ari_password)  # fmt: skip
    assert [each for each in foreign if each in invite] == []
    return str(context)


async def test_headers_on_the_wire_and_the_call_follows_a_person_over_two_phones(world: AsteriskWorld) -> None:
    await configured(world)
    phones = world.lab.phones
    li_phone = await phones.register("o-8001", world.secrets["8001"])
    await world.available(world.li)
    contact = await phones.dial(VOICEMAIL.removeprefix("+"), CONTACT)
    agent = await li_phone.incoming(SOON)
    await agent.answer()
    await contact.answered(SOON)
    await asyncio.gather(agent.play(AGENT_TONE), contact.play(CONTACT_TONE))
    await world.until(lambda: any(call.connected_at for call in world.loop.floor.calls.values()))
    (call,) = map(str, world.loop.floor.calls)
    desk, mobile, _chief = [await phones.outside(number) for number in (DESK, MOBILE, CHIEF)]
    target = {"kind": "person", "person": "liu"}
    assert await world.ask(world.li, "transfer", interaction=call, target=target) == {"ok": True}

    first = await desk.incoming(SOON)
    (invite,) = world.refuser.invites  # the line before this one saw the same call, and was full
    context = carries_ids_and_the_link_only(world, invite, call)
    for name in ("User-to-User", "X-Glassfloor-Link", "X-Glassfloor-Interaction"):
        assert await first.header(name) == fields(invite)[name], "as the other phone system understands it"
    await agent.ended(SOON)
    assert first.caller_number == VOICEMAIL

    second = await mobile.incoming(seconds(RINGS_S) + SOON)
    assert await first.ended(SOON) is not Cause.BUSY, "the desk phone rings no more"
    assert await second.header("X-Glassfloor-Context") == context, "one person is told of a call once"
    await second.answer()
    await second.play(OUTSIDE_TONE)
    await all_hear((contact, {OUTSIDE_TONE}), (second, {CONTACT_TONE}))
    steps = [f for f in await world.facts() if f.kind.startswith("Person")]
    assert [(f.kind, f.data.get("phone")) for f in steps] == [
        ("PersonRung", "desk"), ("PersonRung", "mobile"), ("PersonAnswered", "mobile"),
    ], "it stops with the answer"  # fmt: skip
    waited = (steps[1].at - steps[0].at).total_seconds()
    assert RINGS_S <= waited < RINGS_S + 3
    await second.hang_up()
    await contact.ended(SOON)
    await world.until(lambda: not world.loop.floor.calls)
    assert (await world.one("InteractionEnded"))["ended_by"] == "person"
