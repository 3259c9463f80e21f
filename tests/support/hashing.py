"""Passwords in this process cost a millisecond instead of 180: thousands of sign-ins would wait for their hashes."""

from __future__ import annotations

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tenants.service import passwords

FULL = passwords._hasher
"""What the product uses; a test of its cost puts it back."""
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))


def quicken() -> None:
    """Use the cheap hash from now on."""
    passwords._hasher = QUICK
