"""Facts of exports of searches. The subject is the export, of ``RecordingExported`` the interaction; ids as text."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class SearchExportAsked(Payload):
    """Somebody asked for what a search found. ``found``: how many conversations; ``wants``: csv, recordings, facts.

    ``second``: another manager of the client has to approve it. ``filter``: a digest that does not tell what was looked
    for; ``why``: the reason that was given.
    """

    by: str
    name: str
    found: int
    wants: list[str]
    filter: str
    why: str
    second: bool


@fact_kind()
class SearchExportDecided(Payload):
    """A manager of the client decided about it. ``what``: approved, refused or cancelled (by whoever asked, too)."""

    what: str
    by: str
    name: str


@fact_kind()
class RecordingExported(Payload):
    """A recording is in an export of a search that somebody asked for; the subject is the interaction."""

    export_id: str
    recording_id: str
    by: str


@fact_kind()
class SearchExportBuilt(Payload):
    """It can be fetched until ``until`` (ISO 8601). ``gone``: so many of what was found were deleted meanwhile."""

    found: int
    gone: int
    recordings: int
    files: int
    bytes: int
    manifest_sha256: str
    until: str


@fact_kind()
class SearchExportFailed(Payload):
    """It could not be built, and nothing of it is kept. ``reason``: a short code."""

    reason: str


@fact_kind()
class SearchExportFetched(Payload):
    """Somebody began to fetch it."""

    by: str
    name: str


@fact_kind()
class SearchExportDeleted(Payload):
    """It is no longer kept. ``why``: over (its time is), or discarded (``by`` somebody)."""

    why: str
    by: str
