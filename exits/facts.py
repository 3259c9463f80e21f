"""Facts of this room. The subject is the export; of keys the tenant; ids are UUIDs as text."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class ExportAsked(Payload):
    """A manager of the client asked for everything. ``by``: the user's id."""

    export_id: str
    by: str
    name: str


@fact_kind()
class ExportApproved(Payload):
    """A second manager of the client approved the export."""

    export_id: str
    by: str
    name: str


@fact_kind()
class ExportRefused(Payload):
    """A manager of the client refused the export, or took it back."""

    export_id: str
    by: str
    name: str


@fact_kind()
class ExportBuilt(Payload):
    """The export can be fetched until ``until`` (ISO 8601). ``manifest_sha256``: of its manifest, in hex."""

    export_id: str
    files: int
    bytes: int
    manifest_sha256: str
    until: str


@fact_kind()
class ExportFailed(Payload):
    """The export could not be built; nothing of it is kept. ``reason``: a short code."""

    export_id: str
    reason: str


@fact_kind()
class ExportFetched(Payload):
    """Somebody began to fetch the export."""

    export_id: str
    by: str
    name: str


@fact_kind()
class ExportDeleted(Payload):
    """The export is no longer kept: its time is over."""

    export_id: str


@fact_kind()
class ExportWritten(Payload):
    """The outsourcer exported everything of the client on the command line, into a folder."""

    export_id: str
    by: str
    files: int
    bytes: int
    manifest_sha256: str


@fact_kind()
class ExportKeyNamed(Payload):
    """Exports are encrypted to this public key of the client's from now on; the subject is the tenant."""

    recipient: str
    by: str
    name: str


@fact_kind()
class ExportKeyForgotten(Payload):
    """Exports are encrypted to this key no longer; the subject is the tenant."""

    recipient: str
    by: str
    name: str


@fact_kind()
class RecordingDeleted(Payload):
    """A recording was deleted; the subject is the interaction. ``why``: retention."""

    recording_id: str
    why: str


@fact_kind()
class RetentionApplied(Payload):
    """What was older than the configuration keeps was deleted, a batch in a fact; the subject is the tenant.

    ``section``: interactions or work_orders; ``before``: ISO 8601, what ended before it is gone; ``deleted``: how many
    rows of what.
    """

    section: str
    before: str
    deleted: dict[str, int]


@fact_kind()
class WorkOrderErased(Payload):
    """A work order was deleted with all that was its own; it is the subject. ``why``: retention."""

    number: int
    why: str


@fact_kind()
class KeyRotated(Payload):
    """The tenant's keys changed; the subject is the tenant. ``what``: data (what seals) or tenant (what wraps)."""

    what: str
    key_id: str
    by: str


@fact_kind()
class DataKeyDestroyed(Payload):
    """A data key that sealed no more was destroyed: nothing was under it any more; the subject is the tenant."""

    key_id: str


@fact_kind()
class KeyServerNamed(Payload):
    """The tenant's data keys are wrapped by its own key server from now on, or no longer; the subject is the tenant."""

    host: str
    by: str


@fact_kind()
class KeyDestroyed(Payload):
    """A tenant's keys were destroyed for ever (the installation's journal; the subject is the tenant)."""

    key_ids: list[str]


@fact_kind()
class TenantErased(Payload):
    """Everything of a tenant was destroyed (the installation's journal; the subject is the tenant)."""

    rows: int
    files: int
    certificate_sha256: str


@fact_kind()
class ErasureAsked(Payload):
    """Somebody of the outsourcer asked to erase a client (the installation's journal; the subject is the tenant)."""

    by: str
    name: str
    why: str


@fact_kind()
class ErasureConfirmed(Payload):
    """A second person confirmed it; from ``due_at`` on it may be carried out (the installation's journal)."""

    by: str
    name: str
    due_at: str


@fact_kind()
class ErasureWithdrawn(Payload):
    """An erasure that had not begun was stopped (the installation's journal; the subject is the tenant)."""

    by: str
    name: str


@fact_kind()
class TenantStateChanged(Payload):
    """A tenant was suspended, resumed or left; the subject is the tenant. ``state``: active, suspended or left."""

    state: str
    by: str
    why: str


@fact_kind()
class HoldSet(Payload):
    """The conversation is not deleted although its time is over; the subject is the interaction. ``by``: the user."""

    hold_id: str
    by: str
    name: str
    reason: str


@fact_kind()
class HoldLifted(Payload):
    """The conversation may be deleted again when its time is over; the subject is the interaction."""

    hold_id: str
    by: str
    name: str
    reason: str
