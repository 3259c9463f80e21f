"""What is put into each place: a value of the victim, and one of the same shape that belongs to nobody.

A name that is not here fails the crawl: whoever adds a parameter says what an attacker would try in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from pydantic import BaseModel

from probe.core.messages import Request
from probe.service.attached import attachment_of
from probe.service.endpoints import delivery_of, endpoint_of, event_of
from probe.service.handshaken import info_request_of, seat_task_of
from probe.service.hung_up import view_of
from probe.service.members import Member, Parameter, model_of
from probe.service.unwanted import line_of
from probe.service.world import Victim
from probe.service.written import act_of, alert_of, ask_of, comment_of, kept_view_of, link_of, message_of, rule_of


class NoCase(AssertionError):
    """A member has a place that nobody said how to attack."""


Values = Callable[[Victim], tuple[str, ...]]

FILLERS: Mapping[str, Values] = {
    "interaction_id": lambda v: (v.interaction,),
    "interaction": lambda v: (v.interaction,),
    "interaction_ids": lambda v: (v.interaction,),
    "contact": lambda v: (v.number, v.number[-4:]),
    **dict.fromkeys(
        ("work_order_id", "work_order", "order_id", "order", "relationship", "relationships.id", "id"),
        lambda v: (v.order,),
    ),
    "info_request_id": lambda v: (str(info_request_of(UUID(v.tenant))),),
    "endpoint_id": lambda v: (str(endpoint_of(UUID(v.tenant))),),
    "delivery_id": lambda v: (str(delivery_of(UUID(v.tenant))),),
    **dict.fromkeys(("event_id", "event"), lambda v: (str(event_of(UUID(v.tenant))),)),
    "seat_task_id": lambda v: (str(seat_task_of(UUID(v.tenant))),),
    "attachment_id": lambda v: (str(attachment_of(UUID(v.tenant))),),
    "attachments": lambda v: (str(attachment_of(UUID(v.tenant))),),
    "call_id": lambda v: (v.interaction,),
    "context_id": lambda v: (v.context,),
    "recording": lambda v: (v.recording, v.key),
    "grant_id": lambda v: (v.grant,),
    "subject": lambda v: (v.interaction, v.order),
    "export_id": lambda v: (v.export,),
    "run_id": lambda v: (v.run,),
    "queue": lambda v: (v.queue,),
    **dict.fromkeys(("agent", "agent_id", "last_agent"), lambda v: (v.agent,)),
    "after": lambda v: (v.cursor, v.interaction),
    "before": lambda v: (v.cursor,),
    "entry": lambda v: (v.disposition, v.email, v.queue),
    "code": lambda v: (v.code, v.disposition),
    "connection": lambda v: (v.connection,),
    "email": lambda v: (v.email,),
    "person_id": lambda v: (v.person or v.agent,),
    "session_id": lambda v: (v.session or v.agent,),
    "tenant": lambda v: (v.tenant, v.code),
    "tenant_id": lambda v: (v.tenant,),
    "q": lambda v: (v.interaction, v.number, v.number[-4:], v.title),
    "number": lambda v: (v.order_number, v.number),
    "title": lambda v: (v.title,),
    "topic": lambda v: (f"t:{v.tenant}:journal", "*", f"../{v.tenant}"),
    "channel": lambda v: (f"t:{v.tenant}:journal", f"agent:{v.agent}"),
    "idp_id": lambda v: (v.idp,),
    "key_id": lambda v: (v.api_key,),
    "client_id": lambda v: (v.oauth_client,),
    "prefix": lambda v: (v.oauth_client,),
    "idp": lambda v: (v.idp,),
    "line": lambda v: (f"t-{v.code}.line",),
    "person": lambda v: (v.agent,),
    "ask_id": lambda v: (str(ask_of(UUID(v.tenant))),),
    "act_id": lambda v: (str(act_of(UUID(v.tenant))),),
    "target": lambda v: (v.queue, v.number),
    "about": lambda v: (f"queue:{v.queue}",),
    "line_id": lambda v: (str(line_of(UUID(v.tenant))),),
    "message": lambda v: (str(message_of(UUID(v.tenant))),),
    "view_id": lambda v: (str(view_of(UUID(v.tenant))),),
    "kept_id": lambda v: (str(kept_view_of(UUID(v.tenant))),),
    "link_id": lambda v: (str(link_of(UUID(v.tenant))),),
    "comment_id": lambda v: (str(comment_of(UUID(v.tenant))),),
    "rule_id": lambda v: (str(rule_of(UUID(v.tenant))),),
    "alert_id": lambda v: (str(alert_of(UUID(v.tenant))),),
    "recovery": lambda v: (v.agent,),
    "key": lambda v: (v.key, f"../recordings/{v.key}", f"x/../{v.key}"),
}
"""By name, whatever the place: what an attacker would try."""

NEUTRAL: Mapping[str, Any] = {
    "secret": "words of B", "part": "http", "came": "finding", "first": "0", "signing_secret": None,
    "password": "wrong-password", "next": "/live", "limit": "20", "since": "2020-01-01T00:00:00Z", "in_folder": "words",
    "until": "2040-01-01T00:00:00Z", "state": "available", "reason": "words of B", "note": "words of B",
    "type": "callback", "description": "words of B", "priority": "low", "severity": "minor", "body": "words of B",
    "visibility": "shared", "to": "acknowledged", "pending_on": None, "summary": "words of B", "status": "submitted",
    "figure": "answered", "outcome": "answered", "from": "2020-01-01", "lang": "en", "status_reason": "words of B",
    "one_time_code": "000000", "link": "not-a-link", "credential": "{}", "new_password": "a new one, long enough",
    "passkey": "00ff", "passkey_name": "words of B", "second_factor": "false", "told": "policy", "out_folder": "words",
    "requester_side": "tenant", "archived": "true", "kiosk": "1", "csrf_token": "x", "floor": "main", "engine": "b",
    "onboarding_id": "01990f4e-7c1d-7000-8000-000000000000", "step": "company", "alert": "help_asked:nobody:1",
    "minutes": "61", "role": "supervisor", "client": "nobodys-code", "audience": "client", "desk_seat": "S1",
    "token": "words-of-b", "iss": "https://b.example", "error": "access_denied", "logout_token": "a.b.c",
    "only_idp": "yes", "given": "true", "numbers": ["+8613800138000"], "keys": {}, "name": "words of B", "locale": "en",
    "expires_at": "2040-01-01T00:00:00Z", "desk": "9999", "seat": "9999", "mode": "listen", "phone": "desk",
    "host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+1Q65nyXUFAy4HpcT/mhQxX1Tg2k97Pt5sGUW4elBO",
    "address": "b@b.example", "senders": [], "days": 30, "words": False, "host": "b.example", "port": 22, "login": "b",
    "version": "1", "to_version": "7", "earlier": "1", "later": "1", "why": "words of B",
    "schema_name": "board", "clock": "24", "ticket": "words-of-b", "context_token": "words-of-b", "do": "open",
    "link_token": "words-of-b", "passcode": "words-of-b", "spans": [[0, 1000]], "hours": 1, "openings": 1, "from_ms": 0,
    "until_ms": 1000, "back": "all", "at_ms": 0, "comment": "words of B", "file_token": "words-of-b",
    "text": "words of B", "question": "words of B", "answer": "words of B", "instructions": "words of B",
    "path": "/title", "due_at": "2040-01-01T00:00:00Z", "fields": {}, "agree": True, "close": False,
    "connection_token": "words-of-b", "agreement_act": "accept", "adapter": "native", "signed": True, "networks": [],
    "certificates": [], "out_map": None, "tells": "yes", "takes_new": "yes", "every_minutes": "5",
    "settings": "group = words of B", "ask_url": None, "ask_secret": None, "map": None,
    "status_map": [{"status": "open", "to": "inProgress"}],
    "field_map": [{"to": "type", "constant": "words"}, {"to": "title", "path": "title"}], "column": "submitted",
    "payload": {"type": "work_order.state", "external_id": "words-of-b", "external_version": 1, "status": "open"},
    "seen": "0", "was": "{}", "inside": "", "owner": "words-of-b", "relation": "blocks", "wall_token": "words-of-b",
    "tile_token": "words-of-b", "before_seq": "9", "group": "staff", "scope": "queue", "opening": "closed",
    "seconds": 60, "prompt": "", "texts": {}, "sounds": {}, "waiting": False, "language": "en",
    "use": "prompt", "act": "transfer", "kind": "agent", "party": "nobody", "digits": "1", "flow": "words-of-b",
    "on": "2026-11-22", "kinds": "all", "unread": "1", "at": "", "marked_at": "2026-01-01T00:00:00Z",
    "zone": "Asia/Shanghai", "tour": "words-of-b", "single_keys": "on",
    "query": "q=words", "filters": {"outcome": "answered"}, "wants": ["csv"], "columns": ["id"],
    "requested_resolution_at": "2040-01-01T00:00:00Z", "expected_resolution_at": "2040-01-01T00:00:00Z",
    "sla.state": "running", "sla.due_at.gte": "2020-01-01T00:00:00Z", "sla.due_at.lt": "2040-01-01T00:00:00Z",
    "channel": "api", "parties": [], "related": [], "external_ref": [], "custom": {}, "side": "tenant", "team": "b",
    **dict.fromkeys(("parties.id", "parties.name", "related.id", "related.name", "resolution.code", "created_by.name",
                     "assignment.team", "assignment.person"), "words of B"),
    **{f"{name}{end}": "2020-01-01T00:00:00Z" for end in ("", ".gte", ".lt")
       for name in ("created_at", "updated_at", "acknowledged_at", "started_at", "resolved_at", "auto_close_at",
                    "closed_at")},
    **{f"{name}{end}": "2020-01-01T00:00:00Z" for end in (".gte", ".lt")
       for name in ("requested_resolution_at", "expected_resolution_at")},
    **{f"{name}{end}": "1" for end in (".gte", ".lt") for name in ("number", "version", "sequence")}, "sequence": "1",
    "direction": "inbound", "task": "callback", "wait_min": "1", "wait_max": "9", "talk_min": "1", "talk_max": "9",
    "node": "words-of-b", "recorded": "yes", "supervised": "yes", "sort": "-started", "disposition": "words-of-b",
    "id": "words-of-b", "at_type": None, "at_base_type": None, "at_schema_location": None, "ticket_type": "callback",
    "ticket_status": "acknowledged", "status_change_reason": None, "requested_resolution_date": None,
    "expected_resolution_date": None, "href": None, "referred_type": None, "relations": [], "notes": [],
    "attachments": [], "external_id": None, "related_party": [], "related_entity": [], "external_identifier": [],
    "characteristics": [], "creation_date": None, "last_update": None, "resolution_date": None,
    "status_change_date": None, "status_change": None, "types": [], "format": "standard", "wait": "0",
    "callback": "https://example.org/words-of-b", "event_query": None,
    "url": "https://127.0.0.1:9/b", "event_ids": None, "only_failed": True,
    "signature": "v1", "sent": "1", "which": "time",
}  # fmt: skip
"""Names that point at nobody's thing: the same in both, and never a word of A."""

WITHIN: Mapping[str, Callable[[Victim], tuple[str, Any]]] = {
    "relationships": lambda v: (v.order, [{"type": "relates_to", "id": v.order}]),
}
"""Names in a body whose values are made of parts: the victim's own thing in them, and the whole value."""

LISTS = frozenset({"interaction_ids", "attachments"})
"""In a body these are lists, of one thing here."""

TEXTS = frozenset({"title", "code"})
"""In a body these are B's own words: A's would then stand in B's rows, and be found there rightly."""

ALWAYS = frozenset({"tenant", "tenant_id", "q", "key", "topic"})
"""Names that are tried at every address, whatever its module reads."""

OWN_WORDS = "qwords-of-b"

HEADERS: Mapping[str, Values] = {
    "If-Match": lambda v: (f'"wo-{v.order}-1"',),
    "Idempotency-Key": lambda v: (v.idempotency,),
    "X-Tenant-Id": lambda v: (v.tenant,),
    "X-Tenant": lambda v: (v.code,),
    "X-Forwarded-User": lambda v: (v.email,),
}
"""Sent with every request; the first two are read by routes, the others must not be."""
EVERY_FIELD = urlencode({k: v for k, v in NEUTRAL.items() if v is not None and k != "csrf_token"}).encode()


def fill(member: Member, victim: Victim, texts: str = OWN_WORDS) -> list[Request]:
    """Return the member's requests with this victim's values, one for each alternative. Raises :class:`NoCase`.

    ``texts`` stands where a body names a thing of the caller's own.
    """
    names = [name for name in _names(member) if name in FILLERS]
    most = max([1, *(len(FILLERS[name](victim)) for name in names)])
    return [_request(member, victim, n, texts) for n in range(most)]


def extras(member: Member, victim: Victim) -> list[Request]:
    """Return the member's first request with names in the address that it may read by itself.

    One for each value of a name that its module reads, or that any might; and one with all the others together.
    """
    made = []
    rest = {name: values(victim)[0] for name, values in FILLERS.items() if name not in member.reads | ALWAYS}
    together = _request(member, victim, 0)
    together.target += ("&" if "?" in together.target else "?") + urlencode(rest)
    together.sent, together.filled = (*together.sent, *rest.values()), ("every other name",)
    made.append(together)
    for name in sorted((member.reads | ALWAYS) & set(FILLERS)):
        for value in FILLERS[name](victim):
            request = _request(member, victim, 0)
            request.target += ("&" if "?" in request.target else "?") + urlencode({name: value})
            request.sent, request.filled = (*request.sent, value), (name,)
            made.append(request)
    return made


def takes_texts(member: Member) -> bool:
    """Say whether a body of this member names a thing of the caller's own."""
    return bool(TEXTS & set(_names(member)))


def _names(member: Member) -> list[str]:
    names = []
    for parameter in member.parameters:
        model = model_of(parameter.annotation)
        names += [parameter.name] if model is None else list(_fields(model))
    return names


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        inner = model_of(info.annotation)
        found |= {name: info.annotation} if inner is None else _fields(inner)
    return found


def _request(member: Member, victim: Victim, n: int, texts: str = OWN_WORDS) -> Request:
    sent: list[str] = []
    filled: list[str] = []

    def value(name: str, where: str = "body") -> Any:  # noqa: ANN401 - any JSON value
        if name in NEUTRAL:
            return NEUTRAL[name]
        if name in WITHIN:
            own, whole = WITHIN[name](victim)
            filled.append(name)
            sent.append(own)
            return whole
        if name not in FILLERS:
            raise NoCase(f"{member}: nobody said what to put into {name!r}")
        if where == "body" and name in TEXTS:
            return texts
        values = FILLERS[name](victim)
        filled.append(name)
        sent.append(values[n % len(values)])
        return [sent[-1]] if where == "body" and name in LISTS else sent[-1]

    path = member.path
    for parameter in member.named("path"):
        path = path.replace(f"{{{parameter.name}}}", quote(value(parameter.name, "path"), safe=""))
    query = {p.name: value(p.name, "query") for p in member.named("query")}
    headers = {name: values(victim)[0] for name, values in HEADERS.items()}
    headers |= {p.name: value(p.name, "header") for p in member.named("header") if p.name not in HEADERS}
    headers["Idempotency-Key"] += f"-{n}" if n else ""
    cookies = "; ".join(f"{p.name}={value(p.name, 'cookie')}" for p in member.named("cookie"))
    if cookies:
        headers["X-Cookies"] = cookies
    body, kind = _body(member, value)
    if kind:
        headers["Content-Type"] = kind
    target = path + (f"?{urlencode(query)}" if query else "")
    return Request(member.method, target, headers, body, (*sent, *(h for h in headers.values())), tuple(filled))


def _body(member: Member, value: Callable[..., Any]) -> tuple[bytes | None, str]:
    forms, bodies = member.named("form"), member.named("body")
    if forms:
        return urlencode({p.name: value(p.name, "form") for p in forms}).encode(), "application/x-www-form-urlencoded"
    if bodies:
        parts = {p.name: _json(p, value) for p in bodies}
        whole = next(iter(parts.values())) if len(bodies) == 1 and model_of(bodies[0].annotation) else parts
        return json.dumps(whole).encode(), "application/json"
    if member.method in {"POST", "PUT", "PATCH"}:  # the handler may read a form by itself: give it every field
        return EVERY_FIELD, "application/x-www-form-urlencoded"
    return None, ""


def _json(parameter: Parameter, value: Callable[..., Any]) -> Any:  # noqa: ANN401 - any JSON value
    model = model_of(parameter.annotation)
    return value(parameter.name) if model is None else _document(model, value)


def _document(model: type[BaseModel], value: Callable[..., Any]) -> dict[str, Any]:
    made = {}
    for name, info in model.model_fields.items():
        inner = model_of(info.annotation)
        if inner is not None and not info.is_required():
            _document(inner, value)  # every field needs a case; an optional part is left out
            continue
        made[info.alias or name] = value(name) if inner is None else _document(inner, value)
    return made
