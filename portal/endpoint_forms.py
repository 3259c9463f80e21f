"""What the forms of endpoints hold, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from kit.errors import ValidationFailed
from portal.pages import local_instant, typed
from webhooks.core.events import TYPES
from webhooks.core.formats import STANDARD, Format
from webhooks.core.signature import SHARED
from webhooks.schemas import FAMILIES, EndpointChange, NewEndpoint, Replay
from webhooks.service.deliveries import Selection

Body = TypeVar("Body", bound=BaseModel)
_FAMILIES = tuple(f"{family}.*" for family in sorted(FAMILIES, reverse=True))


def fields(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an endpoint with what stands in them, and what may be chosen.

    A filter that only the API can ask for is among the choices of who has it: saving the form does not lose it.
    """
    asked = [kind for kind in shown["types"] if kind not in {*_FAMILIES, *TYPES}]
    return {
        "url": shown["url"], "description": shown["description"], "format": shown["format"], "types": shown["types"],
        "families": [*_FAMILIES, *asked], "single": TYPES, "formats": get_args(Format),
    }  # fmt: skip


def typed_in(form: FormData) -> dict[str, Any]:
    """Return what was typed into these fields, as an endpoint has it."""
    texts = {name: typed(form, name) for name in ("url", "description")}
    types = [each for each in form.getlist("types") if isinstance(each, str)]
    return {**texts, "format": typed(form, "format") or STANDARD, "types": types}


def new_endpoint(form: FormData) -> NewEndpoint:
    """Return the endpoint of a form. Raises ``ValidationFailed``."""
    return _read(NewEndpoint, {**typed_in(form), "signature": typed(form, "signature") or SHARED})


def change_of(form: FormData, url: str) -> EndpointChange:
    """Return what is to be different of the endpoint at ``url``. Raises ``ValidationFailed``."""
    given = typed_in(form)
    return _read(EndpointChange, {**given, "url": None if given["url"] == url else given["url"]})


def _read(kind: type[Body], given: Mapping[str, Any]) -> Body:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise ValidationFailed("; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors()[:3])) from error


def selection(form: FormData, zone: ZoneInfo) -> Selection:
    """Return what a form asks to be sent again. Raises ``ValidationFailed``."""
    which = typed(form, "which")
    try:
        if which == "chosen":
            return Selection(Replay.model_validate({"event_ids": form.getlist("event")}).event_ids, only_failed=False)
        if which == "time":
            since, until = (local_instant(typed(form, name), zone) for name in ("since", "until"))
            if since is None:
                raise ValidationFailed("say from when on")
            return Selection(None, since, until, only_failed=typed(form, "only_failed") == "yes")
    except ValueError as error:
        raise ValidationFailed("choose events of the list, 200 at most, or a time") from error
    return Selection(only_failed=True)
