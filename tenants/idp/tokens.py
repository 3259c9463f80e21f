"""ID tokens and logout tokens: signed by one of the provider's keys, for us, for this sign-in, now.

Authlib's claim rules (OpenID Connect Core 3.1.3.7) over joserfc's signatures; algorithms are ours, not the token's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.common.encoding import json_loads
from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from tenants.core.idp import ALGORITHMS, LONGEST_SUBJECT
from tenants.idp.errors import IdpRefused

SKEW_S = 60
"""How far a provider's clock may be from ours, in seconds."""
_MOST_KEYS = 32
_ASYMMETRIC = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_FOREIGN_KEYS = frozenset({"jwk", "jku", "x5u", "crit"})
"""Header members that bring a key of the token's own, or ask for rules that we do not know."""
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class UnknownKey(Exception):
    """The token names a key that is not in the set: fetch the set again, once."""


@dataclass(frozen=True, slots=True)
class Expected:
    """For whom a token must be."""

    issuer: str
    client_id: str


def read_keys(document: object) -> KeySet:
    """Return the usable public keys of a JWKS. Raises ValueError when there is none.

    Shared secrets, encryption keys and keys with private parts are left out.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        raise ValueError("no JWKS, or too many keys")
    usable = []
    for key in listed:
        if not isinstance(key, Mapping) or key.get("kty") not in _ASYMMETRIC or key.get("use", "sig") != "sig":
            continue
        if _PRIVATE & set(key) or not all(isinstance(key.get(part), str) for part in _ASYMMETRIC[key["kty"]]):
            continue
        try:
            KeySet.import_key_set({"keys": [dict(key)]})
        except (JoseError, ValueError, TypeError):
            continue  # one key that we cannot read does not spoil the others
        usable.append(dict(key))
    if not usable:
        raise ValueError("no usable key")
    return KeySet.import_key_set({"keys": usable})


def read_id_token(
    token: object, keys: KeySet, expected: Expected, now: datetime, *, nonce: str, access_token: object = None
) -> dict[str, Any]:
    """Return the claims of an ID token. Raises :class:`IdpRefused` and :class:`UnknownKey`."""
    decoded = _decode(token, keys)
    options: Any = {"iss": {"essential": True, "value": expected.issuer},
                    "aud": {"essential": True, "value": expected.client_id},
                    "sub": {"essential": True}}  # fmt: skip
    params: dict[str, Any] = {"nonce": nonce, "client_id": expected.client_id}
    if isinstance(access_token, str):
        params["access_token"] = access_token
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    _validate(claims, now)
    _check_subject(claims)
    return dict(claims)


def read_logout_token(token: object, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """Return the claims of a back-channel logout token (OpenID Connect Back-Channel Logout 1.0, 2.6).

    Raises :class:`IdpRefused` and :class:`UnknownKey`.
    """
    decoded = _decode(token, keys)
    options: Any = {name: {"essential": True} for name in ("iat", "exp", "jti", "events")}
    options |= {"iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id}}  # fmt: skip
    claims = JWTClaims(decoded.claims, decoded.header, options)
    _validate(claims, now)
    events = claims["events"]
    if "nonce" in claims or not isinstance(events, Mapping) or not isinstance(events.get(_LOGOUT_EVENT), Mapping):
        raise IdpRefused("wrong_answer", "not a logout token")
    if not isinstance(claims.get("sub", ""), str) or not isinstance(claims.get("sid", ""), str):
        raise IdpRefused("wrong_answer", "sub or sid is no text")
    if not claims.get("sub") and not claims.get("sid"):
        raise IdpRefused("wrong_answer", "neither sub nor sid")
    return dict(claims)


def proved_at(claims: Mapping[str, Any], now: datetime) -> datetime:
    """Return when the provider last asked its person for a proof (``auth_time``); now, when it does not say."""
    said = claims.get("auth_time")
    if not isinstance(said, int) or isinstance(said, bool) or said >= now.timestamp() or said < 0:
        return now
    return datetime.fromtimestamp(said, UTC)


def refuse_old(claims: Mapping[str, Any], begun_at: datetime, now: datetime) -> None:
    """Raise :class:`IdpRefused` unless the provider says that it asked anew since ``begun_at``.

    With ``max_age`` it has to say when (OpenID Connect Core 2, ``auth_time``).
    """
    said = claims.get("auth_time")
    if not isinstance(said, int) or isinstance(said, bool):
        raise IdpRefused("not_anew", "no auth_time")
    if not begun_at.timestamp() - SKEW_S <= said <= now.timestamp() + SKEW_S:
        raise IdpRefused("not_anew", "auth_time is of another sign-in")


def refuse_stranger(token: str, expected: Expected) -> None:
    """Raise :class:`IdpRefused` when a token does not even claim to be for us: then nobody is asked for keys."""
    try:
        claims = json_loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise IdpRefused("wrong_answer", repr(error)) from error
    if not isinstance(claims, dict) or claims.get("iss") != expected.issuer:
        raise IdpRefused("wrong_answer", "another issuer's token")


def _decode(token: object, keys: KeySet) -> jwt.Token:
    if not isinstance(token, str):
        raise IdpRefused("wrong_answer", "no token")
    try:
        header = jws.extract_compact(token.encode()).headers()
        if _FOREIGN_KEYS & set(header) or header.get("alg") not in ALGORITHMS:
            raise IdpRefused("wrong_answer", f"header {sorted(header)}, alg {header.get('alg')!r}")
        registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        return jwt.decode(token, keys, registry=registry)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IdpRefused("wrong_answer", repr(error)) from error


def _validate(claims: JWTClaims, now: datetime) -> None:
    try:
        claims.validate(now=int(now.timestamp()), leeway=SKEW_S)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IdpRefused("wrong_answer", repr(error)) from error


def _check_subject(claims: Mapping[str, Any]) -> None:
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject.isprintable() or not subject.isascii():
        raise IdpRefused("wrong_answer", "sub is not printable ASCII")
    if not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise IdpRefused("wrong_answer", "sub has a wrong length")
