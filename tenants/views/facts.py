"""Facts of saved views; the subject is the view."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class ViewSaved(Payload):
    """Somebody keeps a view of a list for itself, or keeps another one under the same name. ``page``: of which list."""

    page: str


@fact_kind()
class ViewForgotten(Payload):
    """Somebody keeps one of its views no longer."""

    page: str
