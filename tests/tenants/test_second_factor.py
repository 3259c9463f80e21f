"""The second step: codes, replays, clocks, recovery codes, locks, half-done proofs that are forged or swapped."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import text

from kit.db import AccessibleTenantId
from kit.errors import NotSignedIn
from kit.secretbox import Unreadable
from tenants.core.one_time import matching_step, recovery_hash
from tenants.errors import WrongPassword
from tenants.identity.errors import SignInExpired, SignInLocked, WrongCode
from tenants.service import factors, pending, standing
from tenants.service.entrance import Entrance
from tenants.service.new_password import set_password
from tenants.service.people import Attempt, Passed, sign_in, take_code, tell_failed
from tenants.service.sessions import read_session
from tests.support.house import INSTALLATION, TENANT_B, House
from tests.tenants.entering import (
    HERE,
    PASSWORD,
    STEP,
    SUPERVISOR,
    VIEWER,
    WANG,
    WRONG,
    enrolled,
    entrance_of,
    half,
    person,
    told,
)
from tests.tenants.world import NOW, two_clients


@pytest.fixture
async def entrance(house: House) -> Entrance:
    await two_clients(house)
    return entrance_of(house)


async def test_the_password_alone_opens_nothing_and_the_code_opens_a_session(entrance: Entrance, house: House) -> None:
    who, app, codes = await enrolled(entrance, WANG)
    assert len(set(codes)) == factors.RECOVERY_CODES
    token = await half(entrance, WANG)
    with pytest.raises(NotSignedIn):
        await read_session(house.control, token, NOW)
    session = await take_code(entrance, token, app.at(NOW), HERE, NOW)
    principal = await read_session(house.control, session, NOW)
    assert (principal.email, principal.confirmed_at) == (WANG, NOW)
    (tenant,) = principal.memberships
    facts = await told(house, AccessibleTenantId(tenant), "SignedIn", "SecondFactorChanged")
    assert facts[-1] == ("SignedIn", {"user_id": str(who), "method": "password+authenticator"})
    with pytest.raises(SignInExpired):  # the half-done proof is used up
        await take_code(entrance, token, app.at(NOW + STEP), HERE, NOW + STEP)


async def test_a_code_is_taken_once_and_no_earlier_one_after_it(entrance: Entrance) -> None:
    _, app, _ = await enrolled(entrance, WANG)
    await take_code(entrance, await half(entrance, WANG), app.at(NOW), HERE, NOW)
    for replayed in (app.at(NOW), app.at(NOW - STEP)):
        with pytest.raises(WrongCode):
            await take_code(entrance, await half(entrance, WANG), replayed, HERE, NOW)
    await take_code(entrance, await half(entrance, WANG), app.at(NOW + STEP), HERE, NOW)  # a clock that is ahead


async def test_one_step_of_a_wrong_clock_is_borne_and_no_more(entrance: Entrance) -> None:
    secret = random_base32(32)
    app = TOTP(secret)
    steps = {n: matching_step(secret, app.at(NOW + n * STEP), NOW, 0) is not None for n in range(-4, 5)}
    assert {n for n, taken in steps.items() if taken} == {-1, 0, 1}
    for odd in ("", "12345", "1234567", "١٢٣٤٥٦", "12 34 5", "abcdef", "٠" * 6, "-12345", "1e5000"):
        assert matching_step(secret, odd, NOW, 0) is None
    assert matching_step(secret, f" {app.at(NOW)[:3]} {app.at(NOW)[3:]} ", NOW, 0) is not None


async def test_the_same_code_at_once_lets_one_in(entrance: Entrance) -> None:
    _, app, _ = await enrolled(entrance, WANG)
    tokens = [await half(entrance, WANG) for _ in range(6)]
    ends = await asyncio.gather(
        *(take_code(entrance, token, app.at(NOW), HERE, NOW) for token in tokens), return_exceptions=True
    )
    assert sum(isinstance(end, str) for end in ends) == 1
    again = await half(entrance, WANG)
    ends = await asyncio.gather(
        *(take_code(entrance, again, app.at(NOW + STEP), HERE, NOW + STEP) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(end, str) for end in ends) == 1


async def test_a_recovery_code_works_once_however_it_is_typed(entrance: Entrance) -> None:
    who, _, codes = await enrolled(entrance, WANG)
    await take_code(entrance, await half(entrance, WANG), codes[0].upper().replace("-", " "), HERE, NOW)
    assert (await factors.factors_of(entrance.control, who)).codes == 9
    with pytest.raises(WrongCode):
        await take_code(entrance, await half(entrance, WANG), codes[0], HERE, NOW)
    tokens = [await half(entrance, WANG) for _ in range(4)]
    ends = await asyncio.gather(
        *(take_code(entrance, token, codes[1], HERE, NOW) for token in tokens), return_exceptions=True
    )
    assert sum(isinstance(end, str) for end in ends) == 1
    fresh = await factors.new_recovery_codes(entrance.control, who)
    with pytest.raises(WrongCode):  # the old ones end with the new ones
        await take_code(entrance, await half(entrance, WANG), codes[2], HERE, NOW)
    await take_code(entrance, await half(entrance, WANG), fresh[2], HERE, NOW)


async def test_anothers_recovery_code_and_app_are_worth_nothing(entrance: Entrance) -> None:
    _, app, codes = await enrolled(entrance, WANG)
    other, _, _ = await enrolled(entrance, VIEWER)
    for theirs in (codes[0], app.at(NOW)):
        with pytest.raises(WrongCode):
            await take_code(entrance, await half(entrance, VIEWER), theirs, HERE, NOW)
    assert recovery_hash(other, codes[0]) != recovery_hash(UUID(int=1), codes[0])


async def test_five_wrong_codes_end_the_proof_and_ten_in_a_row_lock_the_person(
    entrance: Entrance, house: House
) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    token = await half(entrance, WANG)
    for _ in range(pending.MOST_TRIES):
        with pytest.raises(WrongCode):
            await take_code(entrance, token, WRONG, HERE, NOW)
    with pytest.raises(SignInExpired):
        await take_code(entrance, token, app.at(NOW), HERE, NOW)
    token = await half(entrance, WANG)
    for n in range(5):
        with pytest.raises(SignInLocked if n == 4 else WrongCode):
            await take_code(entrance, token, WRONG, HERE, NOW)
    with pytest.raises(SignInLocked):  # the right password, and a right code, no longer help
        await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), NOW + timedelta(days=30))
    with pytest.raises(WrongPassword):  # and who has only guessed is told nothing of the lock
        await sign_in(entrance, Attempt(WANG, "a wrong one, longer", HERE), NOW)
    tenants = await (await house.control.pool()).fetch(
        "SELECT tenant_id FROM control.membership WHERE user_id = $1", who
    )
    facts = await told(house, AccessibleTenantId(tenants[0]["tenant_id"]), "SignInLocked", "SignInFailed")
    assert [kind for kind, _ in facts] == ["SignInFailed"] * 10 + ["SignInLocked"]
    assert await standing.lift(entrance.control, who)
    await take_code(entrance, await half(entrance, WANG), app.at(NOW), HERE, NOW)


async def test_many_guesses_at_once_are_no_more_than_ten(entrance: Entrance) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    right = app.at(NOW)
    tokens = [await half(entrance, WANG) for _ in range(8)]
    looked = 0
    ends = await asyncio.gather(
        *(take_code(entrance, token, f"{n:06d}", HERE, NOW) for token in tokens for n in range(6)),
        return_exceptions=True,
    )
    looked = sum(type(end) is WrongCode for end in ends)
    assert looked <= standing.MOST_WRONG
    assert not any(isinstance(end, str) for end in ends) or right.startswith("00000")
    with pytest.raises(SignInLocked):
        await standing.refuse_locked(entrance.control, who)


async def test_a_right_code_begins_the_count_anew(entrance: Entrance) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    for n in range(3):
        now = NOW + 3 * n * STEP
        token = (await sign_in(entrance, Attempt(WANG, PASSWORD, HERE), now)).second_step
        for _ in range(4):
            with pytest.raises(WrongCode):
                await take_code(entrance, token, WRONG, HERE, now)
        await take_code(entrance, token, app.at(now), HERE, now)
    await standing.refuse_locked(entrance.control, who)


async def test_forged_swapped_late_and_strange_proofs_open_nothing(entrance: Entrance) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    await enrolled(entrance, VIEWER)
    token = await half(entrance, WANG)
    for forged in ("", "x", token[:-1], token + "=", token.swapcase(), "\x00", "é" * 43):
        with pytest.raises(SignInExpired):
            await take_code(entrance, forged, app.at(NOW), HERE, NOW)
    with pytest.raises(WrongCode):  # another person's proof with one's own code
        await take_code(entrance, await half(entrance, VIEWER), app.at(NOW), HERE, NOW)
    for purpose in ("passkey", "confirm", "register"):
        other = await pending.open_pending(entrance.control, purpose, NOW, user_id=who)
        with pytest.raises(SignInExpired):
            await take_code(entrance, other, app.at(NOW), HERE, NOW)
    late = NOW + pending.LIFE
    with pytest.raises(SignInExpired):
        await take_code(entrance, token, app.at(late), HERE, late)
    await take_code(entrance, await half(entrance, WANG), app.at(NOW), HERE, NOW)


async def test_who_is_disabled_or_gets_a_new_password_midway_does_not_get_in(entrance: Entrance, house: House) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    token = await half(entrance, WANG)
    await set_password(entrance.control, WANG, "another good one, long")
    with pytest.raises(SignInExpired):
        await take_code(entrance, token, app.at(NOW), HERE, NOW)
    passed = await sign_in(entrance, Attempt(WANG, "another good one, long", HERE), NOW)
    async with house.control.plain() as session:
        await session.execute(text('UPDATE control."user" SET disabled_at = now() WHERE id = :id'), {"id": who})
    with pytest.raises(SignInExpired):
        await take_code(entrance, passed.second_step, app.at(NOW), HERE, NOW)


async def test_a_new_app_counts_only_once_it_has_shown_a_code(entrance: Entrance) -> None:
    who, app, _ = await enrolled(entrance, WANG)
    await factors.begin_authenticator(entrance, who, NOW)
    await take_code(entrance, await half(entrance, WANG), app.at(NOW), HERE, NOW)
    with pytest.raises(WrongCode):
        await factors.confirm_authenticator(entrance, who, app.at(NOW), NOW)
    secret = await factors.new_secret(entrance, who, NOW)
    assert secret is not None
    fresh = TOTP(secret)
    assert await factors.new_secret(entrance, who, NOW + factors.SET_UP_WITHIN) is None
    await factors.confirm_authenticator(entrance, who, fresh.at(NOW), NOW)
    with pytest.raises(WrongCode):  # the confirming code is used up, and the old app is worth nothing
        await take_code(entrance, await half(entrance, WANG), fresh.at(NOW), HERE, NOW)
    with pytest.raises(WrongCode):
        await take_code(entrance, await half(entrance, WANG), app.at(NOW + STEP), HERE, NOW)


async def test_secrets_at_rest_are_sealed_to_their_person(entrance: Entrance, house: House) -> None:
    who, app, codes = await enrolled(entrance, WANG)
    other, theirs, _ = await enrolled(entrance, VIEWER)
    pool = await house.control.pool()
    rows = "".join(str(dict(r)) for r in await pool.fetch("SELECT * FROM control.authenticator"))
    assert app.secret not in rows
    assert codes[0] not in str([dict(r) for r in await pool.fetch("SELECT * FROM control.recovery_code")])
    await pool.execute(
        "UPDATE control.authenticator SET sealed = (SELECT sealed FROM control.authenticator WHERE user_id = $2)"
        " WHERE user_id = $1", who, other,
    )  # fmt: skip
    with pytest.raises(Unreadable):  # a secret that somebody copied over does not open
        await factors.use_code(entrance, who, theirs.at(NOW), NOW)


async def test_staff_signing_in_is_told_to_the_installation_and_to_no_client(entrance: Entrance, house: House) -> None:
    who = await person(entrance, SUPERVISOR)
    passed: Passed = await sign_in(entrance, Attempt(SUPERVISOR, PASSWORD, HERE), NOW)
    assert passed.session
    with pytest.raises(WrongPassword) as wrong:
        await sign_in(entrance, Attempt(SUPERVISOR, "nope", HERE), NOW)
    await tell_failed(entrance, wrong.value, NOW)
    assert [kind for kind, _ in await told(house, INSTALLATION, "SignedIn", "SignInFailed")] == [
        "SignedIn", "SignInFailed",
    ]  # fmt: skip
    assert await told(house, TENANT_B, "SignedIn", "SignInFailed") == []
    assert str(who) not in str(wrong.value.data)


async def test_a_strangers_address_is_in_no_fact_and_no_row(entrance: Entrance, house: House) -> None:
    with pytest.raises(WrongPassword) as wrong:
        await sign_in(entrance, Attempt("stranger@evil.example", PASSWORD, HERE), NOW)
    assert wrong.value.user_id is None
    await tell_failed(entrance, wrong.value, NOW)
    assert await told(house, INSTALLATION, "SignInFailed") == []
