"""The door: one count for all web processes, its own when the counts are away, and never none."""

from __future__ import annotations

import asyncio

import pytest
import redis.asyncio as aioredis

from kit.embedded.machine import free_port
from kit.tally import Bucket, Tally, TallyAway
from tenants.errors import TooManySignIns
from tenants.service.door import PERSON_SIZE, Door
from tests.tenants.entering import WANG

KEY = b"a key of this installation"


async def tries(door: Door, how_many: int, address: str = "192.0.2.1", person: str = WANG) -> int:
    let_in = 0
    for _ in range(how_many):
        try:
            await door.knock(address, person)
            let_in += 1
        except TooManySignIns:
            continue
    return let_in


async def test_two_processes_count_together(redis: str) -> None:
    doors = [Door(Tally(redis), KEY) for _ in range(2)]
    assert await tries(doors[0], 6) == 6
    assert await tries(doors[1], 20, address="198.51.100.7") == PERSON_SIZE - 6
    with pytest.raises(TooManySignIns) as refused:
        await doors[0].knock("203.0.113.9", WANG)
    assert 0 < int(str(refused.value.data["retry_after_s"])) <= 31
    for door in doors:
        await door.close()


async def test_a_thousand_tries_at_once_are_no_more_than_ten(redis: str) -> None:
    doors = [Door(Tally(redis), KEY) for _ in range(4)]
    ends = await asyncio.gather(
        *(doors[n % 4].knock(f"192.0.2.{n % 250}", WANG) for n in range(200)), return_exceptions=True
    )
    assert sum(end is None for end in ends) == PERSON_SIZE
    for door in doors:
        await door.close()


async def test_what_was_right_is_given_back(redis: str) -> None:
    door = Door(Tally(redis), KEY)
    for _ in range(3 * PERSON_SIZE):
        await door.knock("192.0.2.1", WANG)
        await door.welcome("192.0.2.1", WANG)
    assert await tries(door, 20) == PERSON_SIZE
    await door.close()


async def test_while_the_counts_are_away_each_process_counts_for_itself() -> None:
    doors = [Door(Tally(f"redis://127.0.0.1:{free_port()}"), KEY) for _ in range(2)]
    assert [await tries(door, 3 * PERSON_SIZE) for door in doors] == [PERSON_SIZE, PERSON_SIZE]
    with pytest.raises(TallyAway):
        await Tally(f"redis://127.0.0.1:{free_port()}").take([Bucket("x", 1, 1)])
    for door in doors:
        await door.close()


async def test_no_address_of_a_person_stands_in_the_counts(redis: str) -> None:
    door = Door(Tally(redis), KEY)
    await door.knock("192.0.2.1", WANG)
    await door.knock("192.0.2.1", WANG, "forgot")
    client = aioredis.from_url(redis)
    names = sorted([key.decode() async for key in client.scan_iter()])
    assert len(names) == 4
    assert not any(word in name for name in names for word in ("wang", "192", "alpha"))
    assert all([0 < await client.pttl(name) <= 600_000 for name in names])
    other = Door(Tally(redis), b"the key of another installation")
    assert other._digest(WANG) != door._digest(WANG)
    await client.aclose()
    await door.close()
