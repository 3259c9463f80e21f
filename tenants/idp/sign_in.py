"""From a provider's answer to a session: whose identity it is, which role its groups give, and what ends with them.

An identity is (connection, issuer, subject), never an e-mail address. It is linked once: by an invitation, or by an
address that the provider vouches for, of one of its allowed domains, that is one of *this* tenant's people already.
The session reaches this tenant only, even if the person has places elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from journal.core.facts import Actor, Payload
from kit.db import Database, Plane
from kit.ids import new_id
from kit.secretbox import SecretBox
from tenants import facts
from tenants.access import for_system
from tenants.core.idp import domain_of, groups_of, role_of, verified_email
from tenants.core.permissions import CLIENT_PEOPLE, Role
from tenants.idp import connections
from tenants.idp.client import Connection, Idps
from tenants.idp.connections import Change, Idp, Planes
from tenants.idp.errors import IdpRefused
from tenants.idp.flows import Flow, Purpose, take
from tenants.idp.people import PERSON
from tenants.idp.tokens import SKEW_S, proved_at, read_id_token, read_logout_token, refuse_old, refuse_stranger
from tenants.service.people import Visit
from tenants.service.sessions import open_session, token_hash

_KNOWN = (
    "SELECT id, user_id, role FROM control.idp_identity WHERE idp_id = $1 AND issuer = $2 AND subject = $3 FOR UPDATE"
)
_ACCEPT = """
DELETE FROM control.idp_invitation WHERE idp_id = $1 AND user_id = $2 AND expires_at > $3 RETURNING true
"""
_LINK = """
INSERT INTO control.idp_identity (id, idp_id, tenant_id, issuer, subject, user_id, role, linked_by, linked_at, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
"""

IDP = "idp"
"""The method of these sessions."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back to the redirect address: the query, and the cookie that the browser brought."""

    state: str
    code: str
    iss: str | None
    error: str
    browser: str | None
    visit: Visit


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back, and what for. ``token`` is a new session's, for the purposes that open one."""

    purpose: Purpose
    next: str
    claims: Mapping[str, Any]
    role: Role | None
    token: str | None = None
    user_id: UUID | None = None
    identity: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a session keeps of its provider: the identity, what ends it there, when its person last proved itself."""

    identity: UUID
    id_token: str = field(repr=False)
    end_session: str | None
    proved_at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in through a provider needs."""

    control: Database
    plane: Plane
    box: SecretBox
    idps: Idps
    public_url: str

    async def opened(self, idp_id: UUID) -> tuple[Idp, Connection]:
        """Return a provider that may be used now. Raises :class:`NotFound`."""
        idp, connection = await connections.opened(self.control, self.box, idp_id, self.public_url)
        return idp, connection

    @property
    def planes(self) -> Planes:
        """Both planes and the box."""
        return Planes(self.control, self.plane, self.box)


async def finish(door: Door, idp_id: UUID, answer: Answer, now: datetime) -> Came:
    """Take a provider's answer. Raises :class:`IdpRefused`, :class:`tenants.idp.errors.IdpAway` and ``NotFound``."""
    flow = await take(door.control, idp_id, answer.state, answer.browser, now)
    idp, connection = await door.opened(idp_id)
    if not idp.enabled and flow.purpose != "test":
        raise IdpRefused("disabled")
    await _check_iss(door.idps, connection, answer.iss)
    if answer.error or not answer.code:
        raise IdpRefused("refused_by_idp", answer.error[:100] or "no code")
    claims, id_token = await _claims(door.idps, connection, flow, answer.code, now)
    role = role_of(groups_of(claims, idp.groups_claim), idp.roles, idp.default_role)
    if flow.purpose == "test":
        return Came("test", flow.next, claims, role, user_id=flow.user_id)
    if flow.purpose == "confirm":
        refuse_old(claims, flow.begun_at, now)
    user_id, identity = await _identify(door, idp, flow, claims, now)
    if flow.purpose == "confirm":
        return Came("confirm", flow.next, claims, role, user_id=user_id, identity=identity)
    opened = await open_session(door.control, user_id, now, tenant_id=idp.tenant_id, how=answer.visit.how(IDP))
    metadata = await door.idps.metadata(connection)
    kept = Kept(identity, id_token, metadata.end_session_endpoint, proved_at(claims, now))
    token = await _mark(door, opened, kept, claims)
    return Came(flow.purpose, flow.next, claims, role, token, user_id)


async def _check_iss(idps: Idps, connection: Connection, iss: str | None) -> None:
    """Compare who answers with whom we asked (RFC 9207): always when said, and said when promised."""
    metadata = await idps.metadata(connection)
    if iss is None and metadata.sends_iss:
        raise IdpRefused("wrong_answer", "no iss")
    if iss is not None and iss != metadata.issuer:
        raise IdpRefused("wrong_answer", "another issuer answered")


async def _claims(idps: Idps, connection: Connection, flow: Flow, code: str, now: datetime) -> tuple[Any, str]:
    tokens = await idps.exchange(connection, code, flow.verifier)
    id_token = tokens.get("id_token")
    claims = await idps.verified(
        connection,
        lambda keys: read_id_token(
            id_token, keys, connection.expected, now, nonce=flow.nonce, access_token=tokens.get("access_token")
        ),
    )
    return claims, str(id_token)


async def _identify(door: Door, idp: Idp, flow: Flow, claims: Mapping[str, Any], now: datetime) -> tuple[UUID, UUID]:
    """Return the user and the identity, with the role of this moment. Raises :class:`IdpRefused`."""
    role = role_of(groups_of(claims, idp.groups_claim), idp.roles, idp.default_role)
    pool = await door.control.pool()
    refused: IdpRefused | None = None
    async with pool.acquire() as connection, connection.transaction():
        known = await connection.fetchrow(_KNOWN, idp.id, idp.issuer, claims["sub"])
        if known is None:
            if role is None:
                raise IdpRefused("no_role")
            if flow.purpose == "confirm":
                raise IdpRefused("other_identity")
            return await _link(door, connection, idp, (flow, claims, role), now)
        if flow.purpose in {"invited", "confirm"} and known["user_id"] != flow.user_id:
            raise IdpRefused("other_identity")
        if not await connection.fetchval(PERSON + "AND u.id = $3", idp.tenant_id, sorted(CLIENT_PEOPLE),
                                         known["user_id"]):  # fmt: skip
            raise IdpRefused("not_linked", "no place in this tenant any more")
        if known["role"] != role:
            fact = facts.IdentityRoleChanged(
                idp_id=str(idp.id), user_id=str(known["user_id"]), before=known["role"], after=role
            )
            await _tell(door, idp, fact, known["user_id"], now)
        if role is None:  # out of every group: every session of this identity ends
            await connection.execute("DELETE FROM control.session WHERE identity_id = $1", known["id"])
            refused = IdpRefused("no_role")
        await connection.execute(
            "UPDATE control.idp_identity SET role = $2, seen_at = $3 WHERE id = $1", known["id"], role, now
        )
    if refused is not None:
        raise refused
    return known["user_id"], known["id"]


async def _link(
    door: Door,
    connection: Any,  # noqa: ANN401 - asyncpg's proxy
    idp: Idp,
    what: tuple[Flow, Mapping[str, Any], Role],
    now: datetime,
) -> tuple[UUID, UUID]:
    """Link a new identity to one of this tenant's people. Raises :class:`IdpRefused`."""
    flow, claims, role = what
    by = "invitation" if flow.purpose == "invited" else "email"
    user_id = flow.user_id if by == "invitation" else await _person_of(connection, idp, claims)
    if user_id is None or not await connection.fetchval(
        PERSON + "AND u.id = $3", idp.tenant_id, sorted(CLIENT_PEOPLE), user_id
    ):
        raise IdpRefused("not_linked", "not one of this tenant's people")
    if by == "invitation" and not await connection.fetchval(_ACCEPT, idp.id, user_id, now):
        raise IdpRefused("not_linked", "the invitation was used")
    identity = new_id()
    try:
        async with connection.transaction():
            await connection.execute(
                _LINK, identity, idp.id, idp.tenant_id, idp.issuer, claims["sub"], user_id, role, by, now
            )
    except asyncpg.UniqueViolationError as error:
        raise IdpRefused("other_identity", "this person has another account there") from error
    fact = facts.IdentityLinked(idp_id=str(idp.id), user_id=str(user_id), by=by)
    await _tell(door, idp, fact, user_id, now)
    return user_id, identity


async def _person_of(connection: Any, idp: Idp, claims: Mapping[str, Any]) -> UUID:  # noqa: ANN401 - asyncpg's proxy
    email = verified_email(claims)
    if email is None:
        raise IdpRefused("email_unverified")
    if domain_of(email) not in idp.domains:
        raise IdpRefused("wrong_domain")
    row = await connection.fetchrow(PERSON + "AND u.email = $3", idp.tenant_id, sorted(CLIENT_PEOPLE), email)
    if row is None:
        raise IdpRefused("not_linked", "nobody of this tenant has this address")
    found: UUID = row["id"]
    return found


async def _mark(door: Door, token: str, kept: Kept, claims: Mapping[str, Any]) -> str:
    """Bind a new session, which nobody knows yet, to the identity that vouches for it; return its token."""
    sid = claims.get("sid")
    pool = await door.control.pool()
    await pool.execute(
        "UPDATE control.session SET identity_id = $2, idp_sid = $3, id_hint = $4, end_session = $5, confirmed_at = $6"
        " WHERE token_hash = $1", token_hash(token), kept.identity, sid if isinstance(sid, str) else None,
        door.box.seal(kept.id_token.encode(), _hint(kept.identity)), kept.end_session, kept.proved_at,
    )  # fmt: skip
    return token


def _hint(identity: UUID) -> str:
    return f"session|id_hint|{identity}"


async def logout_url(door: Door, session: bytes, state: str) -> str | None:
    """Return where this session's provider ends its own session (RP-Initiated Logout 1.0); None: nowhere.

    What it takes lies in the session's row, so nobody is asked for it: neither a provider that is away nor a restart of
    ours keeps anybody signed in there.
    """
    pool = await door.control.pool()
    row = await pool.fetchrow(
        "SELECT s.id_hint, s.end_session, i.id, i.idp_id FROM control.session s"
        " JOIN control.idp_identity i ON i.id = s.identity_id WHERE s.token_hash = $1", session,
    )  # fmt: skip
    if row is None or row["id_hint"] is None or row["end_session"] is None:
        return None
    _, connection = await door.opened(row["idp_id"])
    hint = door.box.open(bytes(row["id_hint"]), _hint(row["id"])).decode()
    return door.idps.logout_url(connection, row["end_session"], hint, state)


async def back_channel_logout(door: Door, idp_id: UUID, logout_token: str, now: datetime) -> int:
    """End the sessions that a provider says are over; return how many. Raises :class:`IdpRefused` and ``IdpAway``.

    Only those that had begun when it said so: the same token, heard and sent again, ends nobody's next session.
    """
    idp, connection = await door.opened(idp_id)
    refuse_stranger(logout_token, connection.expected)
    claims = await door.idps.verified(
        connection, lambda keys: read_logout_token(logout_token, keys, connection.expected, now)
    )
    pool = await door.control.pool()
    ended = await pool.fetch(
        "DELETE FROM control.session s USING control.idp_identity i WHERE i.id = s.identity_id AND i.idp_id = $1"
        " AND ($2::text IS NULL OR i.subject = $2) AND ($3::text IS NULL OR s.idp_sid = $3)"
        " AND extract(epoch FROM s.created_at) <= $4::float8 RETURNING 1",
        idp.id, claims.get("sub"), claims.get("sid"), float(max(0, claims["iat"])) + SKEW_S,
    )  # fmt: skip
    return len(ended)


async def _tell(door: Door, idp: Idp, fact: Payload, user_id: UUID, now: datetime) -> None:
    change = Change(for_system(idp.tenant_id, "sign-in by the client's provider"), Actor("user", str(user_id)), now)
    await connections.tell(door.plane, change, fact, user_id)
