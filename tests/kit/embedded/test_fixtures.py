from __future__ import annotations

import socket

import asyncpg
import pytest
from pytest_socket import SocketConnectBlockedError
from redis.asyncio import Redis

from kit.embedded.postgres import EmbeddedPostgres


async def test_each_test_gets_an_empty_database_of_its_own(postgres: str, postgres_server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute("CREATE TABLE thing (id int)")
    finally:
        await connection.close()
    other = postgres_server.create_database("copy_of_it", template=postgres.rpartition("/")[2])
    try:
        assert postgres_server.sql("SELECT count(*) FROM thing", database=other.rpartition("/")[2]) == "0"
    finally:
        postgres_server.drop_database("copy_of_it")


@pytest.mark.parametrize("_round", [1, 2])
async def test_redis_is_empty_at_the_start_of_a_test(redis: str, _round: int) -> None:
    async with Redis.from_url(redis) as client:
        assert await client.dbsize() == 0
        await client.set("left", "over")


def test_no_test_reaches_beyond_this_machine() -> None:
    with (
        socket.socket() as plain,
        pytest.warns(UserWarning, match="192.0.2.1"),
        pytest.raises(SocketConnectBlockedError),
    ):
        plain.connect(("192.0.2.1", 80))


def test_loopback_addresses_are_allowed() -> None:
    with socket.create_server(("127.0.0.2", 0)) as server, socket.create_connection(server.getsockname()):
        pass
