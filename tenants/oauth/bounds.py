"""What a credential is bound to, said anew by the client's people, and kept when somebody comes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from kit.db import Database, Plane
from kit.errors import Detail, NotFound, ValidationFailed
from tenants.core.origin import MOST, Bounds, Origin, fingerprint, usual_network
from tenants.idp.connections import Change, Planes, tell
from tenants.oauth import facts

Kind = Literal["key", "client"]

_TABLES: Final = {"key": "control.api_key", "client": "control.oauth_client"}
_BIND: Final = """
UPDATE {} SET networks = $3, certificates = $4, refused_at = NULL, refused_from = NULL
WHERE id = $1 AND tenant_id = $2 AND revoked_at IS NULL RETURNING connection
"""
_REFUSED: Final = """
UPDATE {} SET refused_at = $2, refused_from = $3 WHERE id = $1 AND (refused_at IS NULL OR refused_at < $4)
"""
_NOTE_EVERY: Final = timedelta(seconds=60)


def read_bounds(networks: Iterable[str], certificates: Iterable[str]) -> Bounds:
    """Return bounds in their usual form. Raises ``ValidationFailed`` with a pointer to each wrong one."""
    bounds, wrong = judged_bounds(networks, certificates)
    if wrong:
        raise ValidationFailed("; ".join(f"{each.pointer}: {each.detail}" for each in wrong), errors=tuple(wrong))
    return bounds


def judged_bounds(networks: Iterable[str], certificates: Iterable[str]) -> tuple[Bounds, list[Detail]]:
    """Return what of the bounds can be read, and what is wrong with the rest."""
    wrong = []
    read: list[tuple[str, ...]] = []
    for name, code, given, understand, why in (
        ("networks", "network", networks, usual_network, "an address or a network as 192.0.2.0/24"),
        ("certificates", "certificate", certificates, fingerprint, "a certificate as PEM, or its SHA-256 fingerprint"),
    ):
        found = [understand(text) for text in given]
        wrong += [Detail(f"/{name}/{n}", code, why) for n, each in enumerate(found) if each is None]
        read.append(tuple(dict.fromkeys(each for each in found if each is not None)))
        if len(found) > MOST:
            wrong.append(Detail(f"/{name}", "too_many", f"{MOST} at most"))
    return Bounds(*read), wrong


async def bind(planes: Planes, change: Change, kind: Kind, credential: str, bounds: Bounds) -> None:
    """Bind a living key or OAuth client of this tenant anew; in force with the next request. Raises ``NotFound``."""
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            _BIND.format(_TABLES[kind]), credential, change.tenant_id, list(bounds.networks), list(bounds.certificates)
        )
        if row is None:
            raise NotFound
        await tell_bound(planes.plane, change, (kind, credential, row["connection"]), bounds)


async def tell_bound(plane: Plane, change: Change, what: tuple[str, str, str], bounds: Bounds) -> None:
    """Write the fact of it. ``what``: kind, public part and connection of the credential."""
    kind, credential, connection = what
    fact = facts.CredentialBound(
        type=kind, credential=credential, connection=connection, networks=list(bounds.networks),
        certificates=list(bounds.certificates),
    )  # fmt: skip
    await tell(plane, change, fact, change.tenant_id)


async def note_refused(control: Database, kind: Kind, credential: str, origin: Origin, now: datetime) -> None:
    """Keep that a credential was shown from where it may not be used, once a minute: somebody else may have it."""
    pool = await control.pool()
    await pool.execute(_REFUSED.format(_TABLES[kind]), credential, now, origin.address, now - _NOTE_EVERY)
