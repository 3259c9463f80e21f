"""Tokens that nobody signed, and the oracle for what the guard answers to them (isolation.md 3)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import asyncpg

from kit.guard import ContextSigner

ALPHABET = ".0123456789abcdef -"
Verdict = Literal["refused", "own rows", "LEAK", "SILENT"]


@dataclass(frozen=True)
class Aim:
    """A connection of tenant A, the tenant that it must never see, and a signer with the real key.

    Fresh tokens are good for an hour: on a busy machine ten thousand take longer than their usual minute.
    """

    connection: asyncpg.Connection[Any]
    own: UUID
    other: UUID
    signer: ContextSigner
    now: float

    def signed(self, tenant: UUID, *, pid: int = 0, age_s: int = 0) -> str:
        """Return a signed token for this connection, or for another one (``pid`` is added), made ``age_s`` ago."""
        made_at = self.now - age_s if age_s else self.now + 3600
        return self.signer.token(tenant, self.connection.get_server_pid() + pid, made_at)


def named(aim: Aim) -> Iterator[str]:
    """Yield the tokens that somebody would write by hand: every one of them must be refused."""
    good = aim.signed(aim.own).split(".")
    stolen = [good[0], str(aim.other), *good[2:]]
    yield ""
    for parts in (good[:4], stolen[:4], [*stolen, "0"], [*good, ""], ["", *stolen[1:]], stolen[:1], stolen[:2]):
        yield ".".join(parts)
    for place in range(5):
        yield ".".join("" if index == place else part for index, part in enumerate(stolen))
    yield ".".join(stolen)
    yield ".".join(["2", *stolen[1:]])
    yield ".".join([*stolen[:4], ""])
    yield ".".join([*stolen[:4], "00" * 32])
    yield aim.signed(aim.other, pid=1)
    yield aim.signed(aim.other, age_s=61)
    yield aim.signed(aim.other, age_s=86_400)
    yield ContextSigner(1, bytes(32)).token(aim.other, aim.connection.get_server_pid(), aim.now)
    yield ContextSigner(7, aim.signer.key).token(aim.other, aim.connection.get_server_pid(), aim.now)
    yield ".".join(stolen).upper()


def tokens(aim: Aim, seed: int, count: int) -> Iterator[str]:
    """Yield ``count`` tokens: the named ones, then one to three random edits of three beginnings."""
    drawn = 0
    for token in named(aim):
        yield token
        drawn += 1
    dice = random.Random(seed)
    good = aim.signed(aim.own)
    kid, _, pid, exp, mac = good.split(".")
    beginnings = (good, ".".join([kid, str(aim.other), pid, exp, mac]), f"1.{aim.other}.{pid}.{exp}")
    for _ in range(count - drawn):
        token = dice.choice(beginnings)
        for _ in range(dice.randint(1, 3)):
            token = _edited(token, dice)
        yield token


def _edited(token: str, dice: random.Random) -> str:
    place = dice.randrange(len(token) + 1)
    match dice.randrange(3):
        case 0:
            return token[:place] + token[place + 1 :]
        case 1:
            return token[:place] + dice.choice(ALPHABET) + token[place:]
        case _:
            return token[:place] + dice.choice(ALPHABET) + token[place + 1 :]


async def verdict(aim: Aim, token: str | None) -> Verdict:
    """Say what comes of reading a table that holds rows of both tenants under this token; None: never set."""
    if token is not None:
        await aim.connection.execute(f"SET app.ctx = '{token}'")
    try:
        rows = await aim.connection.fetch("SELECT tenant_id FROM gf.skill")
    except asyncpg.PostgresError:
        return "refused"
    seen = {row["tenant_id"] for row in rows}
    if aim.other in seen:
        return "LEAK"
    return "own rows" if seen == {aim.own} else "SILENT"


async def first_failure(aim: Aim, seed: int, count: int) -> tuple[int, str | None, Verdict] | None:
    """Return the first token whose answer breaks the oracle: foreign rows, or no rows and no error."""
    for number, token in enumerate((None, *tokens(aim, seed, count))):
        said = await verdict(aim, token)
        if said in {"LEAK", "SILENT"}:
            return number, token, said
    return None
