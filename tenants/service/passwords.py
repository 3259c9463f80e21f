"""Passwords: argon2id through pwdlib, on four threads of their own.

A check costs some 180 ms of CPU on purpose, so a flood of sign-ins must not take the event loop or all cores: four run
at once, a few wait, the rest are sent away (isolation.md 11).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from tenants.core.password_rule import LONGEST
from tenants.errors import SignInBusy

AT_ONCE = 4
MOST_WAITING = 32

_R = TypeVar("_R")
_hasher = PasswordHash((Argon2Hasher(),))
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
_under_way: set[asyncio.Future[object]] = set()


async def hash_password(password: str) -> str:
    """Return the argon2id hash; whether it is good enough is the rule's to say (tenants.core.password_rule)."""
    return await _in_thread(lambda: _hasher.hash(password))


async def verify(password: str, stored: str | None) -> bool:
    """Say whether the password fits. Without a stored hash the same work is done, so that time tells nothing.

    Raises :class:`SignInBusy` when too many wait already.
    """
    return await _in_thread(lambda: _verify(password, stored))


def _verify(password: str, stored: str | None) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        fits = _hasher.verify(password, stored or _nobodys())
    except UnknownHashError:
        return False
    return fits and stored is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return the hash of a password that nobody knows."""
    return _hasher.hash(secrets.token_urlsafe(32))


async def _in_thread(work: Callable[[], _R]) -> _R:
    if len(_under_way) >= AT_ONCE + MOST_WAITING:
        raise SignInBusy
    future = asyncio.get_running_loop().run_in_executor(_threads, work)
    _under_way.add(future)  # type: ignore[arg-type] # a set of futures of whatever
    future.add_done_callback(_under_way.discard)
    return await future
