"""The server's clock steps forth and back: nothing lives longer by more than the skew, nothing used comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.errors import NotSignedIn
from tenants.identity.errors import LinkSpent, SignInExpired, WrongCode
from tenants.oneself import is_fresh
from tenants.service import links, sessions
from tenants.service.links import make_link, read_link, use_link
from tenants.service.people import Attempt, sign_in, take_code
from tenants.service.sessions import confirm_session, open_session, read_session, sessions_of
from tests.support.house import House
from tests.tenants.entering import HERE, PASSWORD, VIEWER, WANG, enrolled, entrance_of, half, person
from tests.tenants.world import NOW, two_clients

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEW = "three green bottles"


async def test_sessions_while_the_clock_steps(house: House) -> None:
    await two_clients(house)
    entrance = entrance_of(house)
    control, who = house.control, await person(entrance, WANG)
    token = await open_session(control, who, NOW)
    await read_session(control, token, NOW - 4 * MINUTE)  # another server's clock
    with pytest.raises(NotSignedIn):  # it began in a future that never was
        await read_session(control, token, NOW - 6 * MINUTE)
    with pytest.raises(NotSignedIn):
        await read_session(control, token, NOW + 13 * HOUR)
    back = await read_session(control, token, NOW + MINUTE)  # a step forth and back ends nobody's session
    await read_session(control, token, NOW + 20 * MINUTE)  # used while the clock was ahead
    await read_session(control, token, NOW + MINUTE)
    with pytest.raises(NotSignedIn):  # that use does not count any more
        await read_session(control, token, NOW + MINUTE + sessions.IDLE + MINUTE)
    (seen,) = await sessions_of(control, back, NOW + MINUTE)
    assert seen.seen_at == NOW + MINUTE


async def test_a_confirmation_of_the_future_is_none(house: House) -> None:
    await two_clients(house)
    entrance = entrance_of(house)
    token = await open_session(house.control, await person(entrance, WANG), NOW)
    token = await confirm_session(house.control, token, NOW + 2 * HOUR)
    who = await read_session(house.control, token, NOW + MINUTE)
    assert is_fresh(who, NOW + 2 * HOUR + 9 * MINUTE)
    assert not is_fresh(who, NOW + 2 * HOUR + 10 * MINUTE)
    assert is_fresh(who, NOW + 2 * HOUR - 5 * MINUTE)
    assert not is_fresh(who, NOW + MINUTE)


async def test_links_codes_and_proofs_while_the_clock_steps(house: House) -> None:
    await two_clients(house)
    entrance = entrance_of(house)
    viewer = await person(entrance, VIEWER)
    link, _ = await make_link(entrance, viewer, NOW)
    with pytest.raises(LinkSpent):
        await read_link(house.control, link, NOW + links.LIFE)
    await read_link(house.control, link, NOW + links.LIFE - MINUTE)
    await use_link(entrance, link, NEW, "", NOW)
    for step in (-HOUR, -MINUTE, MINUTE, HOUR, links.LIFE):
        with pytest.raises(LinkSpent):  # no clock brings a used link back
            await use_link(entrance, link, NEW + "!", "", NOW + step)
    _, app, codes = await enrolled(entrance, WANG)
    ahead = NOW + HOUR
    token = (await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), ahead)).second_step
    await take_code(entrance, token, app.at(ahead), HERE, ahead)
    with pytest.raises(SignInExpired):  # used up, whatever time it is
        await take_code(entrance, token, app.at(NOW), HERE, NOW)
    for old in (NOW, ahead - MINUTE, ahead):
        token = (await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), old)).second_step
        with pytest.raises(WrongCode):  # codes before the last one stay worth nothing when the clock goes back
            await take_code(entrance, token, app.at(old), HERE, old)
    assert await take_code(entrance, await half(entrance, WANG), codes[0], HERE, NOW)  # and there is a way in
