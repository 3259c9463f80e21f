"""Whether a centre file hangs together: seats and people once, every agent at a seat of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tenants.core.complaints import Complaint
from tenants.core.documents import pointer

OWN_REASONS = frozenset({"not_responding", "rejected", "phone_down", "phone_silent", "desk_lost", "elsewhere"})
"""The reasons of breaks that the house itself gives."""


def staffing_complaints(
    content: Mapping[str, Any], rented: frozenset[str], clients: frozenset[str]
) -> Iterator[Complaint]:
    """Yield everything that is wrong.

    ``rented``: ``seat email`` pairs that tenants rent, which must stay. ``clients``: addresses of clients' people.
    """
    yield from _doubles(content)
    for index, each in enumerate(content["breaks"]):
        if each["code"] in OWN_REASONS:
            yield Complaint(pointer("breaks", index, "code"), "this reason is one that nobody chooses")
    pairs = set()
    for index, person in enumerate(content["staff"]):
        where = pointer("staff", index, "seat")
        if person["email"] in clients:
            yield Complaint(pointer("staff", index, "email"), "this is one of a client's people")
        if (person["role"] == "agent") != (person["seat"] is not None):
            yield Complaint(where, "an agent has a seat, and nobody else has")
        elif person["seat"] is not None and person["seat"] not in content["seats"]:
            yield Complaint(where, f"there is no seat {person['seat']!r}")
        yield from _last_days(index, person)
        pairs.add(f"{person['seat']} {person['email']}")
    for pair in sorted(rented - pairs):
        seat, email = pair.split(" ", 1)
        yield Complaint(
            "/staff", f"seat {seat} with {email} is rented to clients: take it out of their blueprints first"
        )


def _last_days(index: int, person: Mapping[str, Any]) -> Iterator[Complaint]:
    for code, day in person["clients_until"].items():
        where = pointer("staff", index, "clients_until", code)
        if person["clients"] is not None and code not in person["clients"]:
            yield Complaint(where, f"{code!r} is not among the clients of this person")
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Complaint(where, f"there is no day {day}")


def _doubles(content: Mapping[str, Any]) -> Iterator[Complaint]:
    for section, key in (
        ("trunks", "name"),
        ("staff", "email"),
        ("staff", "seat"),
        ("seats", ""),
        ("desks", ""),
        ("breaks", "code"),
    ):
        seen: set[str] = set(content["seats"]) if section == "desks" else set()
        for index, entry in enumerate(content[section]):
            name = entry[key] if key else entry
            if name in seen:
                yield Complaint(
                    pointer(section, index, key) if key else pointer(section, index), f"{name!r} stands twice"
                )
            if name is not None:
                seen.add(name)
