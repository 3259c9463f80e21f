"""Systems that speak our own format, which :class:`exchange.schemas.Inbound` describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from exchange.adapters.port import Json
from exchange.core.document import Document
from exchange.errors import NotAMessage
from exchange.schemas import Inbound
from kit.errors import Detail, pointer_of

_MOST_ERRORS = 20


class Native:
    """Reads messages in our own format, and asks for them at ``<address>/<external id>``."""

    statuses: frozenset[str] = frozenset()

    def read(self, body: Json) -> Document:
        """Return what it says. Raises :class:`NotAMessage` with a pointer to each wrong place."""
        try:
            return Inbound.model_validate(body).document()
        except ValidationError as error:
            raise NotAMessage(errors=tuple(_detail(each) for each in error.errors()[:_MOST_ERRORS])) from error

    def hint(self, body: Json) -> str:
        """Return its ``external_id``."""
        found = body.get("external_id")
        if not isinstance(found, str) or not 0 < len(found) <= 200 or found.isspace() or not found.isprintable():  # noqa: PLR2004 - as External
            raise NotAMessage("it does not say which thing it is about: external_id")
        return found

    def message_id(self, headers: Mapping[str, str]) -> str:
        """Return the id that a signed one would have."""
        return headers.get("webhook-id", "")

    def asks(self, external_id: str) -> Sequence[str]:
        """Ask once."""
        return (quote(external_id, safe=""),)

    def credentials(self, secret: str) -> Mapping[str, str]:
        """Show it as a bearer token."""
        return {"Authorization": f"Bearer {secret}"}

    def document(self, answers: Sequence[Any]) -> Document:
        """Read the answer as a message."""
        if not isinstance(answers[0], Mapping):
            raise NotAMessage("the answer is no JSON object")
        return self.read(answers[0])


def _detail(error: Any) -> Detail:  # noqa: ANN401 - pydantic's ErrorDetails
    return Detail(pointer_of(error["loc"]), str(error["type"]), str(error["msg"])[:300])
