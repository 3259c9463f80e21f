"""What callers and phones do wrong: unknown numbers, unasked digits, dead phones, answers that cross the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import pytest_asyncio

from journal import service as journal
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones
from tests.failure.people import AGENT_TONE, Agent, People
from tests.failure.plant import Plant, until
from tests.support.house import INSTALLATION
from tests.telephony.sounds import hear
from tests.telephony.world import SOON

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

KEYS = "0123456789*#ABCD"
OUTCOMES = {"answered", "expired", "rejected"}


@pytest_asyncio.fixture(loop_scope="session")
async def far_phones(plant: Plant) -> AsyncIterator[AsteriskPhones]:
    """Phones in a place of their own, whose plug can be pulled."""
    target = (plant.asterisk.bind, plant.asterisk.sip_port)
    made = AsteriskPhones(
        plant.asterisk.home, plant.folder / "far", target=target, carrier_address="127.0.0.4",
        phones_address="127.0.0.5",
    )  # fmt: skip
    await made.start()
    yield made
    await made.close()


@pytest.mark.parametrize("number", ["+862150009876", "999", "98765432109876543210987654321"])
async def test_an_unknown_number_is_announced_and_hung_up(people: People, number: str) -> None:
    plant = people.plant

    async def unknown() -> list[dict[str, object]]:
        async with plant.house.app.transaction(INSTALLATION) as scope:
            facts = await journal.read(scope, kinds=["NumberUnknown"], limit=10_000)
        return [dict(fact.data) for fact in facts if str(fact.data["number"]).lstrip("+") == number.lstrip("+")]

    line = await people.dial(number)
    await line.answered(SOON)
    await line.press("1")
    await line.ended(SOON)
    await until(unknown, SOON.total_seconds(), "the fact lies with the installation")
    (fact,) = await unknown()
    assert fact["trunk"] == "o-carrier"
    assert not [f for f in await people.facts("InteractionStarted") if f.data["number"] == number]


async def test_digits_that_nobody_asked_for_change_nothing(people: People) -> None:
    li = await people.agent("8001", "on_break")
    unasked = KEYS.replace("1", "")  # who waits may press 1 to be called back
    contact, interaction = await people.waits()
    await contact.press(unasked)
    await li.be("available")
    line = await li.rings()
    await contact.press(unasked)
    await line.answer()
    await line.play(AGENT_TONE)
    await contact.press(KEYS)
    await hear(contact, AGENT_TONE)
    await line.hang_up()
    ended = await people.fact("InteractionEnded", interaction)
    assert (ended.data["ended_by"], ended.data["cause"]) == ("agent", "normal")
    steps = [fact.data for fact in await people.facts("FlowStepped", subject=interaction)]
    assert {step.get("digits") or "" for step in steps} <= {"", "1"}
    await contact.ended(SOON)


async def test_a_phone_that_says_goodbye_gets_no_calls_until_it_is_back(people: People) -> None:
    li = await people.agent("8001")
    await people.agent("8002", "on_break")  # somebody is there: the queue is open
    await people.plant.phones.unregister("o-8001")
    await li.shows("on_break:phone_down")
    contact, interaction = await people.waits()
    assert not await people.happened("OfferMade", interaction)
    await li.register()
    await li.shows("offered")
    line = await li.rings()
    await people.plant.phones.unregister("o-8001")  # in the middle of ringing: the INVITE is there already
    await line.answer()
    await line.play(AGENT_TONE)
    await li.shows("talking")
    await hear(contact, AGENT_TONE)
    await contact.hang_up()
    await li.shows("wrapping_up")
    await li.be("available")
    await li.shows("on_break:phone_down")


async def test_a_pulled_plug_and_an_answer_at_the_moment_of_expiry(people: People, far_phones: AsteriskPhones) -> None:
    dead = await _far_agent(people, far_phones)
    late = await people.agent("8002")
    contacts = [await people.waits(), await people.waits()]
    ringing = await late.rings()
    assert dead.phone is not None
    await dead.phone.incoming(SOON)
    await far_phones.process.kill()
    offers = {UUID(f.data["agent_id"]): f for f in await people.facts("OfferMade")}
    expires_at = datetime.fromisoformat(offers[late.id].data["expires_at"])
    await asyncio.sleep((expires_at - datetime.now(UTC)).total_seconds() - 0.02)
    await _answer(ringing)
    rescuer = await people.agent("8003", "on_break")
    outcome = await _outcome(people, offers[dead.id].data["offer_id"])
    assert outcome == "expired"
    await dead.shows("on_break:phone_down")  # it does not answer when it is asked whether it is there (SIP OPTIONS)
    outcome = await _outcome(people, offers[late.id].data["offer_id"])
    assert outcome in {"answered", "expired"}
    left = offers[dead.id].subject
    if outcome == "expired":
        await late.shows("on_break:not_responding")
        await ringing.ended(SOON)
    await rescuer.be("available")
    await _answer(await rescuer.rings())
    served = {subject: contact for contact, subject in contacts}
    oldest = contacts[0][1] if outcome == "expired" else left
    await people.fact("InteractionConnected", oldest)
    await hear(served[oldest], AGENT_TONE)
    if outcome == "expired":  # the younger one would ring at whoever is there next
        await contacts[1][0].hang_up()
        await people.fact("InteractionEnded", contacts[1][1])
    await dead.register()  # the phone stands here now: the newest registration is the one that rings
    await dead.be("available")
    assert await people.talk(dead)


async def test_an_answer_and_a_rejection_at_once_have_one_winner(people: People) -> None:
    """The first phone's answer crosses the desk's rejection, while a second agent may get the offer."""
    li, lei = await people.agent("8001"), await people.agent("8002")
    by_id = {li.id: li, lei.id: lei}
    contact, interaction = await people.waits()
    offer = await people.fact("OfferMade", interaction)
    first = by_id[UUID(offer.data["agent_id"])]
    second = next(agent for agent in by_id.values() if agent is not first)
    ringing = await first.rings()
    _, (status, _) = await asyncio.gather(_answer(ringing), first.press("reject", interaction=str(interaction)))
    assert status in {200, 403, 409}
    if await _outcome(people, offer.data["offer_id"]) != "answered":
        await ringing.ended(SOON)
        await _answer(await second.rings())
    connected = await people.fact("InteractionConnected", interaction)
    await hear(contact, AGENT_TONE)
    await contact.hang_up()
    await people.fact("InteractionEnded", interaction)
    await by_id[UUID(connected.data["agent_id"])].shows("wrapping_up")


async def _far_agent(people: People, far: AsteriskPhones) -> Agent:
    """Bring an agent to a seat whose phone stands in the far place."""
    agent = await people.agent("8001", "on_break")
    await people.plant.phones.unregister("o-8001")
    agent.phone = await far.register("o-8001", people.plant.secrets["8001"])
    await agent.be("available")
    await agent.shows("available")
    return agent


async def _answer(line: Line) -> None:
    """Answer and speak; the call may be over in this very moment."""
    await line.answer()
    await line.play(AGENT_TONE)


async def _outcome(people: People, offer_id: str) -> str:
    found: list[str] = []

    async def is_over() -> bool:
        facts = await people.facts("OfferEnded")
        found[:] = [f.data["outcome"] for f in facts if f.data["offer_id"] == offer_id]
        return bool(found)

    await until(is_over, SOON.total_seconds(), "the offer is over")
    assert found[0] in OUTCOMES
    return found[0]
