"""What an answer to a wrong sign-in tells: nothing, by its words, its headers, its time, and the time of the next."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import aiohttp
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kit.ids import new_id
from tenants.service import passwords
from tests.support.site import Site

KINDS = ("unknown", "wrong", "locked", "disabled", "passwordless", "enrolled")
PEOPLE, TRIES = 5, 6
"""So many people of each kind, each tried so often: fewer than the door lets through."""


async def furnish(site: Site, hashed: str) -> dict[str, list[str]]:
    """Make people of each kind in one client."""
    pool = await site.house.control.pool()
    made: dict[str, list[str]] = {kind: [f"{kind:x<12}{n}@galaxy.example" for n in range(PEOPLE)] for kind in KINDS}
    for kind, emails in made.items():
        for email in emails if kind != "unknown" else ():
            user = new_id()
            await pool.execute(
                'INSERT INTO control."user" (id, email, name, password_hash, disabled_at)'
                " VALUES ($1, $2, 'Made', $3, CASE WHEN $4 THEN now() END)",
                user, email, None if kind == "passwordless" else hashed, kind == "disabled",
            )  # fmt: skip
            await pool.execute(
                "INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, 'client_viewer')",
                user, site.tenants["galaxy"],
            )  # fmt: skip
            if kind == "locked":
                await pool.execute("INSERT INTO control.standing (user_id, locked_at) VALUES ($1, now())", user)
            if kind == "enrolled":
                await pool.execute(
                    "INSERT INTO control.passkey (id, user_id, public_key, sign_count, name, created_at)"
                    " VALUES ($1, $2, 'x', 0, '', now())", user.bytes, user,
                )  # fmt: skip
    return made


async def ask(http: aiohttp.ClientSession, email: str) -> tuple[str, float, float]:
    """Return what was said, without what is the caller's own, and the seconds of this answer and of the next one."""
    began = time.perf_counter()
    async with http.post("/sign-in", data={"email": email, "password": "not the one"}, allow_redirects=False) as got:
        text = await got.text()
        took = time.perf_counter() - began
        headers = sorted((k, v) for k, v in got.headers.items() if k.lower() not in {"x-request-id", "date"})
        said = re.sub(r'nonce[-="\w/+]*', "", f"{got.status} {headers} {text}".replace(email, "MAIL"))
    began = time.perf_counter()
    async with http.get("/healthz") as got:
        await got.read()
    return said, took, time.perf_counter() - began


def better_than_chance(ones: list[float], others: list[float]) -> float:
    """Return how often one of the first is quicker than one of the others: 0.5 when time tells nothing."""
    pairs = [(a < b) + (a == b) / 2 for a in ones for b in others]
    return sum(pairs) / len(pairs)


async def measure(
    site: Site, made: dict[str, list[str]]
) -> tuple[set[str], dict[str, list[float]], dict[str, list[float]]]:
    said: set[str] = set()
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    after: dict[str, list[float]] = {kind: [] for kind in KINDS}
    async with aiohttp.ClientSession(site.url, headers={"Sec-Fetch-Site": "same-origin"}) as http:
        for _ in range(TRIES):
            for n in range(PEOPLE):
                for kind in KINDS:  # in turn, so that a busy machine is as busy for all of them
                    text, seconds, next_seconds = await ask(http, made[kind][n])
                    said.add(text)
                    took[kind].append(seconds)
                    after[kind].append(next_seconds)
    return said, took, after


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the work of a password some milliseconds, so that nothing hides behind it."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8192),)))
    passwords._nobodys.cache_clear()
    passwords._nobodys()


async def test_a_wrong_sign_in_tells_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    made = await furnish(site, await passwords.hash_password("the right one, long"))
    said, took, after = await measure(site, made)
    assert len(said) == 1, said
    for kind in KINDS[1:]:
        for times in (took, after):
            assert 0.2 < better_than_chance(times["unknown"], times[kind]) < 0.8, (kind, times)

    honest: Callable[[str, str | None], bool] = passwords._verify
    dear = Argon2Hasher(time_cost=2).hash("the right one, long")  # nearly what it costs in the product
    await (await site.house.control.pool()).execute(
        'UPDATE control."user" SET password_hash = $1 WHERE email = ANY($2)', dear, made["wrong"]
    )
    planted = lambda password, stored: honest(password, stored) if stored else False  # noqa: E731 - the usual mistake
    monkeypatch.setattr(passwords, "_verify", planted)
    async with aiohttp.ClientSession(site.url, headers={"Sec-Fetch-Site": "same-origin"}) as http:
        strangers, known = [], []
        for n in range(15):
            strangers.append((await ask(http, f"new{n}@x.example"))[1])
            known.append((await ask(http, made["wrong"][n % PEOPLE]))[1])
    assert better_than_chance(strangers, known) > 0.8, "the measure finds a planted tell"
    passwords._nobodys.cache_clear()
