"""What somebody of a client wants, checked against its contract and its configuration. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kit.errors import Detail
from tenants.controls.errors import BeyondAgreed, ControlNotClear, NotAgreed
from tenants.core import controls
from tenants.core.controls import Act, Agreed, EndPassed
from tenants.core.permissions import Role
from tenants.core.texts import normalised

LONGEST_TEXT, LONGEST_REASON = 500, 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act as somebody asks for it; ``until``: see :func:`tenants.core.controls.end_of`."""

    act: str
    scope: str
    target: str
    until: str
    reason: str
    opening: str = ""
    seconds: int = 0
    prompt: str = ""
    flow: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, str] = field(default_factory=dict)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, as the client's journal names it; ``id`` of a person or of a key."""

    id: str
    name: str
    role: Role
    kind: str = "user"


def checked(wanted: Wanted, by: Doer, agreed: Agreed, content: Mapping[str, Any], now: datetime) -> tuple[Act, str]:
    """Return the act, without an id, and its reason as it is kept.

    Raises :class:`NotAgreed`, :class:`BeyondAgreed` and :class:`ControlNotClear`.
    """
    if not agreed.lets(by.role) or wanted.act not in agreed.acts:
        raise NotAgreed
    if wanted.scope not in controls.ACTS[wanted.act]:
        raise ControlNotClear(f"{wanted.act} is about {' or '.join(sorted(controls.ACTS[wanted.act]))}")
    if wanted.target not in _targets(content, wanted.scope):
        raise ControlNotClear(f"there is no {wanted.scope} {wanted.target[:64]!r}")
    refuse_unnamed(agreed, wanted.act, (wanted.scope, wanted.target), "/target")
    parts = {
        controls.HOURS: _hours, controls.PAUSE: _pause, controls.ANNOUNCEMENT: _announcement,
        controls.PRIORITY: _priority,
    }[wanted.act](wanted, agreed, content)  # fmt: skip
    until = _until(wanted.until, now, ZoneInfo(content["tenant"]["zone"]), agreed)
    reason = _plain(wanted.reason, LONGEST_REASON)
    if not reason:
        raise ControlNotClear("say why")
    return Act(UUID(int=0), wanted.act, wanted.scope, wanted.target, now, until, by.name, **parts), reason


def refuse_unnamed(agreed: Agreed, wanted: str, about: tuple[str, str], pointer: str) -> None:
    """Raise :class:`NotAgreed` when the contract names what this may be about, and not this (scope, target)."""
    scope, target = about
    if not agreed.names(wanted, scope, target):
        named = ", ".join(agreed.targets(wanted, scope) or ()) or "none"
        raise NotAgreed(
            f"the contract names what this may be about, and not the {scope} {target[:64]}",
            errors=(Detail(pointer, "not_named", f"each {scope} that is named: {named}"),),
        )


def _targets(content: Mapping[str, Any], scope: str) -> set[str]:
    section, key = controls.PLACES[scope]
    return {each[key] for each in content[section]}


def _hours(wanted: Wanted, _agreed: Agreed, _content: Mapping[str, Any]) -> dict[str, Any]:
    if wanted.opening not in {controls.OPEN, controls.CLOSED}:
        raise ControlNotClear("opening is open or closed")
    if wanted.scope == "queue" and wanted.opening == controls.OPEN:
        raise ControlNotClear("a queue has no hours of its own: it can be closed, and opened by taking that back")
    return {"opening": wanted.opening}


def _pause(wanted: Wanted, _agreed: Agreed, content: Mapping[str, Any]) -> dict[str, Any]:
    if bool(wanted.prompt) == bool(wanted.flow):
        raise ControlNotClear("say a prompt or a flow that callers hear instead")
    if wanted.prompt and wanted.prompt not in {each["code"] for each in content["prompts"]}:
        raise ControlNotClear(f"there is no prompt {wanted.prompt[:64]!r}")
    if wanted.flow and wanted.flow not in _targets(content, "flow"):
        raise ControlNotClear(f"there is no flow {wanted.flow[:64]!r}")
    return {"prompt": wanted.prompt, "flow": wanted.flow}


def _announcement(wanted: Wanted, _agreed: Agreed, content: Mapping[str, Any]) -> dict[str, Any]:
    languages = content["tenant"]["languages"]
    texts = {language: _plain(wanted.texts.get(language, ""), LONGEST_TEXT) for language in languages}
    sounds = {language: name for language, name in wanted.sounds.items() if language in languages and name}
    missing = [language for language in languages if not texts[language] and language not in sounds]
    if missing or set(wanted.texts) - set(languages):
        raise ControlNotClear(f"say it in each of the languages: {', '.join(languages)}")
    if wanted.waiting and wanted.scope != "queue":
        raise ControlNotClear("only in a queue somebody waits")
    return {"texts": texts, "sounds": sounds, "waiting": wanted.waiting}


def _priority(wanted: Wanted, agreed: Agreed, _content: Mapping[str, Any]) -> dict[str, Any]:
    bounds = agreed.priority
    if not bounds.allow(wanted.seconds):
        raise BeyondAgreed(f"agreed: {bounds.lowest_s} to {bounds.highest_s} seconds, in steps of {bounds.step_s}")
    return {"seconds": wanted.seconds}


def _until(said: str, now: datetime, zone: ZoneInfo, agreed: Agreed) -> datetime:
    try:
        return controls.end_of(said, now, zone, agreed.longest)
    except EndPassed:
        raise ControlNotClear("the end is not in the future") from None
    except ValueError as error:
        if str(error) == "longer than agreed":
            raise BeyondAgreed(f"agreed: at most {agreed.longest // controls.SHORTEST} minutes") from None
        raise ControlNotClear("until is a time of today such as 18:00, today, open, or minutes") from None


def _plain(text: str, longest: int) -> str:
    try:
        kept = normalised(text.strip(), lines=False)
    except ValueError:
        raise ControlNotClear("a text holds what nobody can see") from None
    if len(kept) > longest:
        raise ControlNotClear(f"a text is longer than {longest} characters")
    return kept
