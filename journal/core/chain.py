"""The hash chain over a tenant's facts: ``hash = SHA-256(previous hash | canonical fact)`` (isolation.md 10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from journal.core.facts import Fact

GENESIS = bytes(32)
"""What the first fact of a journal is chained to."""


def canonical(fact: Fact) -> bytes:
    """Return the one byte form of a fact: JSON, keys sorted, no spaces, UTF-8, the instant in UTC with microseconds."""
    value = {
        "tenant_id": str(fact.tenant_id),
        "seq": fact.seq,
        "at": fact.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": fact.kind,
        "version": fact.version,
        "subject": str(fact.subject),
        "actor": dict(fact.actor),
        "data": dict(fact.data),
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def chain(previous: bytes, facts: Iterable[Fact]) -> list[bytes]:
    """Return the hash after each fact, in order."""
    hashes: list[bytes] = []
    for fact in facts:
        previous = hashlib.sha256(previous + canonical(fact)).digest()
        hashes.append(previous)
    return hashes


@dataclass(frozen=True, slots=True)
class Seal:
    """One stored batch of hashes over the facts ``first_seq`` to ``last_seq``; ``prev`` is the hash before them."""

    first_seq: int
    last_seq: int
    prev: bytes
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where a journal and its seals disagree."""

    seq: int
    reason: str


def first_break(seals: Sequence[Seal], facts: Sequence[Fact], *, after: int, head: bytes) -> BrokenLink | None:
    """Walk ``seals`` in order from the hash ``head`` of fact ``after``; return the first broken link, if any."""
    by_seq = {fact.seq: fact for fact in facts}
    for seal in seals:
        if seal.first_seq != after + 1:
            return BrokenLink(after + 1, f"no seal covers it: the next one begins at {seal.first_seq}")
        if seal.prev != head:
            return BrokenLink(seal.first_seq, "its seal does not continue the hash before it")
        if len(seal.hashes) != seal.last_seq - seal.first_seq + 1:
            return BrokenLink(seal.first_seq, "its seal has the wrong number of hashes")
        for seq, sealed in zip(range(seal.first_seq, seal.last_seq + 1), seal.hashes, strict=True):
            fact = by_seq.get(seq)
            if fact is None:
                return BrokenLink(seq, "the fact is missing")
            head = chain(head, [fact])[0]
            if head != sealed:
                return BrokenLink(seq, "the fact does not match its seal")
        after = seal.last_seq
    return None
