"""Every type of id that the tables know: how a tenant's are found, or why a table has none of its own."""

from __future__ import annotations

from collections.abc import Mapping

PEOPLE = "(SELECT user_id FROM control.membership WHERE tenant_id = $1)"
"""Stands for ``@people`` below."""

CONTROL_IDS: Mapping[str, str] = {
    "agent": "SELECT agent_id::text AS id FROM control.agent_alias WHERE tenant_id = $1 LIMIT $2",
    "agent_alias": "SELECT id::text FROM control.agent_alias WHERE tenant_id = $1 LIMIT $2",
    "api_key": "SELECT id FROM control.api_key WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT $2",
    "idp": "SELECT id::text FROM control.idp WHERE tenant_id = $1 LIMIT $2",
    "idp_identity": "SELECT id::text FROM control.idp_identity WHERE tenant_id = $1 LIMIT $2",
    "listening_phone": "SELECT id::text FROM control.listening_phone WHERE tenant_id = $1 LIMIT $2",
    "letter": "SELECT id::text FROM control.letter WHERE user_id IN @people ORDER BY id DESC LIMIT $2",
    "move": "SELECT id::text FROM control.move WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2",
    "number": "SELECT number AS id FROM control.number WHERE tenant_id = $1 LIMIT $2",
    "oauth_client": "SELECT id FROM control.oauth_client WHERE tenant_id = $1 LIMIT $2",
    "onboarding": "SELECT id::text FROM control.onboarding WHERE tenant_id = $1 LIMIT $2",
    "passkey": "SELECT encode(id, 'hex') AS id FROM control.passkey WHERE user_id IN @people LIMIT $2",
    "probe_turn": "SELECT run_id::text AS id FROM control.probe_turn WHERE tenant_id = $1 LIMIT $2",
    "seat": "SELECT seat_id AS id FROM control.rental WHERE tenant_id = $1 LIMIT $2",
    "session": "SELECT id::text FROM control.session WHERE user_id IN @people ORDER BY seen_at DESC LIMIT $2",
    "staff_grant": "SELECT id::text FROM control.staff_grant WHERE tenant_id = $1 ORDER BY asked_at DESC LIMIT $2",
    "tenant": "SELECT id::text FROM control.tenant WHERE id = $1 LIMIT $2",
    "trunk": "SELECT name AS id FROM control.trunk WHERE tenant_id = $1 LIMIT $2",
    "user": "SELECT user_id::text AS id FROM control.membership WHERE tenant_id = $1 LIMIT $2",
}
"""How a tenant's ids are found in the control plane, by table."""

_PERSONS = "one for a person, found by the user's id"
_SECRETS = "found by the hash of a secret, never by an id"
_ONE_EACH = "one for a tenant, found by the tenant's id"
_HOUSE = "the installation's own"
NO_IDS: Mapping[str, str] = {
    "control.authenticator": _PERSONS, "control.membership": _PERSONS, "control.sign_in_link": _PERSONS,
    "control.standing": _PERSONS, "control.recovery_code": _PERSONS,
    "control.idp_flow": _SECRETS, "control.idp_invitation": _SECRETS, "control.pending_sign_in": _SECRETS,
    "control.oauth_assertion": _SECRETS, "control.oauth_secret": _SECRETS, "control.oauth_token": _SECRETS,
    "control.live_pass": _SECRETS,
    "control.probe_alarm": _ONE_EACH, "control.erasure_order": _ONE_EACH,
    "gf.export_key": _ONE_EACH, "gf.reseal": _ONE_EACH,
    "control.erasure": _ONE_EACH, "control.idp_policy": _ONE_EACH, "control.placement": _ONE_EACH,
    "control.rate_limit": _ONE_EACH, "control.sign_in_policy": _ONE_EACH,
    "control.connection_hold": "found by tenant and connection",
    "control.rental": "found by tenant and seat", "control.floor": _HOUSE,
    "control.trunk_secret": "found by its trunk's name",
    "control.phone_engine": _HOUSE, "control.desk_listener": _HOUSE,
    "control.desk_page": "one for an agent, found by the agent's id",
    "control.probe_world": _HOUSE,
    "gf.journal": "counted for each tenant", "gf.journal_cut": "counted for each tenant",
    "gf.seal": "counted for each tenant",
    "gf.board_keyframe": "counted for each tenant", "gf.journal_head": _ONE_EACH, "gf.key_server": _ONE_EACH,
    "gf.work_order_counter": _ONE_EACH, "gf.work_order_plan": "numbered; nobody asks for one",
    "gf.idempotency": "found by the caller's own credential and key",
    "gf.read_mark": "found by the reader", "gf.notice_choice": "found by the reader",
    "gf.desktop_withheld": "found by the name of the client's queue",
}  # fmt: skip
"""Tables without a type of id of their own, with the reason."""
