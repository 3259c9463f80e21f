"""The same event in the form that an endpoint asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from webhooks.core import tmf621

Format = Literal["standard", "cloudevents", "tmf621_v4", "tmf621_v5"]
"""What an endpoint may ask for: Standard Webhooks as they are, structured CloudEvents 1.0, or TMF621's events."""
CONNECTOR: Final = "connector"
"""No form of a message: the endpoint is a client's system that is called by its own API, by whoever carries for it."""
STANDARD: Final[Format] = "standard"
CLOUDEVENTS: Final[Format] = "cloudevents"
CONTENT_TYPES: Final[Mapping[str, str]] = {
    STANDARD: "application/json",
    CLOUDEVENTS: "application/cloudevents+json; charset=utf-8",
    **dict.fromkeys(tmf621.FORMATS.values(), "application/json"),
}
_SOURCE = "/v1/connections/"
_REVERSED = "glassfloor."
"""What the types of events begin with where other senders' events go to the same place."""


def cloud_event(event: Mapping[str, Any], connection: str) -> dict[str, Any]:
    """Return an event as structured CloudEvents 1.0 writes it (github.com/cloudevents/spec, cloudevents/spec.md).

    Names of extension attributes are lower-case letters and digits; ``sequence`` is compared as text there.
    """
    made = {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"{_SOURCE}{connection}",
        "type": f"{_REVERSED}{event['type']}",
        "subject": event["subject"],
        "time": event["timestamp"],
        "datacontenttype": "application/json",
        "sequence": event["sequence"],
        "correlationid": event["correlationid"],
        "origin": event["origin"],
        "schemaversion": event["schema_version"],
        "data": event["data"],
    }
    if "causationid" in event:
        made["causationid"] = event["causationid"]
    return {**made, "gapbefore": True} if event.get("gap_before") else made


def formed(event: Mapping[str, Any], wanted: str, connection: str, public_url: str) -> Mapping[str, Any]:
    """Return an event in the form that an endpoint wants; one that TMF621 has no word for goes as it is."""
    if wanted == CLOUDEVENTS:
        return cloud_event(event, connection)
    for version, name in tmf621.FORMATS.items():
        if wanted == name:
            return tmf621.event(event, tmf621.Edition(version, public_url)) or event
    return event


def matches(types: tuple[str, ...], event_type: str) -> bool:
    """Say whether a filter lets an event through: no filter, its exact type, or ``work_order.*`` for all below."""
    return not types or any(
        event_type == each or (each.endswith(".*") and event_type.startswith(each[:-1])) for each in types
    )
