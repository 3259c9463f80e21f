"""Where events go, how that went, and the feed that they can be read from."""

from __future__ import annotations

from typing import Final

from app.published.parts import Operation, Operations, Shown, Told
from app.published.shapes import webhooks as shapes
from webhooks.errors import (
    BlueprintsEndpoint,
    ConnectorsEndpoint,
    EndpointExists,
    EndpointUnverified,
    NoConsent,
    TooManyEndpoints,
    UrlRefused,
)

_ONE: Final = "/v1/endpoints/{endpoint_id}"
_AS_IT_IS: Final = {200: Told("As it is now.", shapes.Endpoint)}

TABLE: Operations = {
    "GET /v1/events": Operation(
        "list_events", "Read what happened", {200: Told("Oldest first.", shapes.Feed)}, {"all": Shown(200)},
        tag="events",
    ),
    "GET /v1/endpoints": Operation(
        "list_endpoints", "List where events go", {200: Told("All of them.", shapes.Endpoints)}, {"all": Shown(200)},
        tag="endpoints",
    ),
    "POST /v1/endpoints": Operation(
        "create_endpoint", "Add an address",
        {201: Told("Verify it next; the secret is shown this once.", shapes.NewEndpointMade, headers=("Location",))},
        refuses=(UrlRefused, EndpointExists, TooManyEndpoints), tag="endpoints",
    ),
    f"GET {_ONE}": Operation("get_endpoint", "Read an endpoint", _AS_IT_IS, tag="endpoints"),
    f"PATCH {_ONE}": Operation(
        "change_endpoint", "Change an endpoint", _AS_IT_IS,
        refuses=(UrlRefused, EndpointExists, BlueprintsEndpoint, ConnectorsEndpoint), tag="endpoints",
    ),
    f"DELETE {_ONE}": Operation(
        "delete_endpoint", "Remove an endpoint", {204: Told("Nothing is sent there any more.")},
        refuses=(BlueprintsEndpoint, ConnectorsEndpoint), tag="endpoints",
    ),
    f"POST {_ONE}/rotate": Operation(
        "rotate_secret", "Get a new secret", {200: Told("For 24 hours both sign.", shapes.Rotated)},
        refuses=(ConnectorsEndpoint,), tag="endpoints",
    ),
    f"POST {_ONE}/verify": Operation(
        "verify_endpoint", "Ask an address for its consent", _AS_IT_IS,
        refuses=(NoConsent, ConnectorsEndpoint), tag="endpoints",
    ),
    f"POST {_ONE}/enable": Operation(
        "enable_endpoint", "Send to it again", _AS_IT_IS, refuses=(EndpointUnverified,), tag="endpoints",
    ),
    f"POST {_ONE}/disable": Operation(
        "disable_endpoint", "Send nothing to it", _AS_IT_IS, refuses=(EndpointUnverified,), tag="endpoints",
    ),
    f"POST {_ONE}/test": Operation(
        "test_endpoint", "Send a test", {202: Told("It is on its way.", shapes.Endpoint)},
        refuses=(EndpointUnverified,), tag="endpoints",
    ),
    f"POST {_ONE}/replay": Operation(
        "replay_events", "Send events again", {202: Told("They are on their way.", shapes.Replayed)}, tag="endpoints",
    ),
    f"GET {_ONE}/deliveries": Operation(
        "list_deliveries", "List what went there", {200: Told("Newest first.", shapes.DeliveryPage)}, tag="endpoints",
    ),
    "GET /v1/deliveries/{delivery_id}": Operation(
        "get_delivery", "Read a delivery and its attempts", {200: Told("As it is now.", shapes.DeliveryWithTries)},
        tag="endpoints",
    ),
    "POST /v1/deliveries/{delivery_id}/redeliver": Operation(
        "redeliver_event", "Send one event again", {202: Told("It is on its way.", shapes.Delivery)},
        tag="endpoints",
    ),
}  # fmt: skip
