"""What a client keeps for later: numbers not to be called, held conversations, heads of its journal; and its keys."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Shown, Told
from app.published.shapes import centre as shapes
from app.published.shapes import keys
from kit.errors import NotFound

_FORM: Final = "application/x-www-form-urlencoded"


def _form(*required: str, **more: str) -> dict[str, Any]:
    fields = {name: {"type": "string"} for name in ("client_id", "client_secret", *required)}
    for name, const in more.items():
        fields[name] = {"type": "string", "const": const}
    return {_FORM: {"schema": {"type": "object", "properties": fields, "required": [*required, *more]}}}


_NO: Final = {
    400: Told("Not understood, or not granted (RFC 6749, 5.2).", keys.OAuthError),
    401: Told("The client did not prove who it is.", keys.OAuthError),
}

TABLE: Operations = {
    "GET /v1/do-not-call": Operation(
        "list_do_not_call", "List the numbers, or ask about one", {200: Told("Newest first.", shapes.ListedPage)},
        {"all": Shown(200)},
    ),
    "POST /v1/do-not-call": Operation(
        "add_do_not_call", "Put numbers on the list", {200: Told("How many were new.", shapes.Added)},
        {"one": Shown(200, {"numbers": ["+886223456789"], "why": "asked for it on the phone"})},
    ),
    "POST /v1/do-not-call/{line_id}/lift": Operation(
        "lift_do_not_call", "Take a number off", {204: Told("It may be called again.")},
    ),
    "GET /v1/holds": Operation(
        "list_holds", "List what is held", {200: Told("Newest first.", shapes.HoldPage)}, {"all": Shown(200)},
    ),
    "GET /v1/holds/{interaction_id}": Operation(
        "get_hold", "Read a hold", {200: Told("The hold.", shapes.Hold)},
    ),
    "PUT /v1/holds/{interaction_id}": Operation(
        "hold_interaction", "Hold a conversation",
        {200: Told("It was held already.", shapes.Hold), 201: Told("It is held.", shapes.Hold)},
    ),
    "POST /v1/holds": Operation(
        "hold_interactions", "Hold several conversations",
        {200: Told("All are held.", shapes.HeldNow, headers=("Idempotency-Replayed",))}, refuses=(NotFound,),
        once="required",
    ),
    "POST /v1/holds/found": Operation(
        "hold_found_interactions", "Hold what a search finds",
        {200: Told("All are held.", shapes.HeldNow, headers=("Idempotency-Replayed",))}, once="required",
    ),
    "POST /v1/holds/{interaction_id}/lift": Operation(
        "lift_hold", "Lift a hold", {200: Told("It is held no more.", shapes.Lifted)}, {}, once="required",
    ),
    "GET /v1/journal/heads": Operation(
        "list_journal_heads", "List signed heads", {200: Told("Newest first.", shapes.Heads)}, {"newest": Shown(200)},
    ),
    "POST /v1/journal/heads": Operation(
        "sign_journal_head", "Sign the head of now", {201: Told("The head.", shapes.HeadSigned)},
        {"now": Shown(201)},
    ),
    "GET /v1/keys/self": Operation(
        "get_own_key", "See what your key is", {200: Told("Your credential.", keys.OwnKey)}, {"own": Shown(200)},
    ),
    "POST /oauth/token": Operation(
        "issue_token", "Get a token", {200: Told("A token.", keys.Token), **_NO},
        body=_form(grant_type="client_credentials"),
    ),
    "POST /oauth/revoke": Operation(
        "revoke_token", "End a token", {200: Told("It is over.", schema={"type": "object"}), **_NO},
        body=_form("token"),
    ),
    "POST /oauth/introspect": Operation(
        "introspect_token", "Ask about a token", {200: Told("How it stands.", keys.TokenState), **_NO},
        body=_form("token"),
    ),
    "GET /.well-known/oauth-authorization-server": Operation(
        "get_oauth_metadata", "See what this OAuth server can do",
        {200: Told("RFC 8414.", schema={"type": "object", "required": ["issuer", "token_endpoint"]})},
        {"all": Shown(200)},
    ),
}  # fmt: skip
