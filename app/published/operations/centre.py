"""What a client changes at its centre while it runs, and begins there: controls, calls, sounds, the blueprint."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import JSON, Operation, Operations, Shown, Told
from app.published.shapes import centre as shapes
from ivr.errors import SoundNotTaken
from kit.errors import NotFound
from tenants.controls.errors import BeyondAgreed, ControlChanged, ControlInForce, ControlNotClear, NotAgreed
from tenants.errors import BlueprintChanged, NoBlueprint, Refused, SectionNotYours, TooManySounds

YAML: Final = "application/yaml"
_BEGUN: Final = {201: Told("It is in force.", shapes.Act, headers=("ETag", "Location", "Idempotency-Replayed"))}
_ACT: Final = (BeyondAgreed, ControlChanged, ControlInForce, ControlNotClear, NotAgreed)
_FILE: Final[dict[str, Any]] = {
    YAML: {"schema": {"type": "string", "description": "The whole file; comments are kept."}},
    JSON: {"schema": {"type": "object", "description": "The same as a value: docs/schemas/blueprint.json."}},
}
_BLUEPRINT: Final = Told(
    "The text that was applied; JSON if Accept asks for it.", headers=("ETag",), media=(YAML, JSON),
    schema={"description": "The file, or the same as a value."},
)  # fmt: skip


def _begin(name: str, summary: str) -> Operation:
    return Operation(name, summary, _BEGUN, refuses=_ACT, once="required", if_match="optional")


TABLE: Operations = {
    "GET /v1/controls": Operation(
        "list_controls", "See what is agreed and in force", {200: Told("Now.", shapes.Controls)}, {"now": Shown(200)},
    ),
    "GET /v1/controls/{act_id}": Operation(
        "get_control", "Read one act", {200: Told("As it is.", shapes.Act, headers=("ETag",))},
    ),
    "POST /v1/controls/hours": _begin("control_hours", "Open or close for a time"),
    "POST /v1/controls/pauses": _begin("control_pause", "Pause a number for a time"),
    "POST /v1/controls/announcements": _begin("control_announcement", "Publish an announcement"),
    "POST /v1/controls/priorities": _begin("control_priority", "Move a queue forward or back"),
    "DELETE /v1/controls/{act_id}": Operation(
        "end_control", "Take an act back", {204: Told("It is over.")}, refuses=(NotAgreed,),
    ),
    "GET /v1/controls/asks": Operation(
        "list_asks", "See what was asked of the supervisors", {200: Told("Newest first.", shapes.Asks)},
        {"today": Shown(200)},
    ),
    "POST /v1/controls/messages": Operation(
        "send_message", "Write to the supervisors or to a seat",
        {201: Told("It was sent.", shapes.Made, headers=("Idempotency-Replayed",))}, refuses=(NotAgreed, NotFound),
        once="required",
    ),
    "POST /v1/controls/listening": Operation(
        "ask_to_listen", "Ask to listen in",
        {201: Told("It was asked.", shapes.Made, headers=("Idempotency-Replayed",))},
        refuses=(NotAgreed, ControlNotClear, NotFound), once="required",
    ),
    "POST /v1/calls": Operation(
        "begin_call", "Let an agent call", {202: Told("The agent's phone rings.", shapes.CallBegun)},
        refuses=(NotFound,), once="optional",
    ),
    "DELETE /v1/calls/{interaction_id}": Operation(
        "cancel_call", "Take a callback back", {204: Told("Nobody will be called.")},
    ),
    "POST /v1/sounds": Operation(
        "upload_sound", "Keep a recording",
        {201: Told("It is kept.", shapes.Sound), 200: Told("It was there already.", shapes.Sound)},
        refuses=(SoundNotTaken, TooManySounds),
    ),
    "GET /v1/blueprint": Operation(
        "get_blueprint", "Read the blueprint in force", {200: _BLUEPRINT}, {"now": Shown(200)},
        refuses=(NoBlueprint,),
    ),
    "GET /v1/blueprint/versions": Operation(
        "list_blueprint_versions", "List the versions", {200: Told("Newest first.", shapes.Versions)},
        {"all": Shown(200)},
    ),
    "GET /v1/blueprint/versions/{version}": Operation(
        "get_blueprint_version", "Read an earlier version", {200: _BLUEPRINT}, refuses=(NoBlueprint,),
    ),
    "GET /v1/blueprint/diff": Operation(
        "compare_blueprint_versions", "See what changed between two versions",
        {200: Told("Every change.", shapes.Plan)}, {"first": Shown(200, query={"earlier": "1", "later": "1"})},
    ),
    "POST /v1/blueprint/plan": Operation(
        "plan_blueprint", "See what a file would change", {200: Told("The plan.", shapes.Plan, headers=("ETag",))},
        refuses=(Refused, SectionNotYours), body=_FILE,
    ),
    "POST /v1/blueprint/apply": Operation(
        "apply_blueprint", "Apply a file",
        {200: Told("It is in force.", shapes.AppliedPlan, headers=("ETag",))},
        refuses=(Refused, SectionNotYours, BlueprintChanged), if_match="required", body=_FILE,
    ),
    "POST /v1/blueprint/calendars/{code}/days-off": Operation(
        "close_calendar_days", "Close the days of a calendar file",
        {200: Told("They are closed.", shapes.ClosedDays, headers=("ETag",))},
        refuses=(Refused, SectionNotYours, BlueprintChanged, NoBlueprint, NotFound), if_match="required",
        body={"text/calendar": {"schema": {"type": "string", "description": "A file of RFC 5545, 1 MB at most."}}},
    ),
    "POST /v1/blueprint/revert": Operation(
        "revert_blueprint", "Go back to an earlier version",
        {200: Told("It is in force.", shapes.AppliedPlan, headers=("ETag",))},
        refuses=(Refused, SectionNotYours, BlueprintChanged, NoBlueprint), if_match="required",
    ),
}  # fmt: skip
