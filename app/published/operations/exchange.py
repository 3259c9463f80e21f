"""What clients' systems tell us, and the connections over which they do."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import JSON, Operation, Operations, Told
from app.published.shapes import exchange as shapes
from exchange.errors import (
    AddressUnknown,
    AgreementNotPossible,
    AgreementWrongSide,
    MailNotSetUp,
    MapNotTotal,
    NotAMessage,
    SenderRefused,
    SignatureRefused,
)
from exchange.schemas import Inbound
from tenants.errors import ConnectionNotActive

_ONE: Final = "/v1/connections/{connection}"
MESSAGE: Final[dict[str, Any]] = {
    "type": "work_order.state", "external_id": "INC-4711", "external_version": 7,
    "work_order_id": "01937ca0-7f3e-7c41-9d0b-3f6a52a4d1c8", "status": "resolved",
    "resolution": {"code": "refunded", "summary": "The money is back today."},
    "comments": [{"id": "c-1", "body": "Refunded by the shop."}],
}  # fmt: skip
_SENT: Final = {JSON: {"schema": Inbound.model_json_schema(ref_template="#/components/schemas/{model}"),
                       "example": MESSAGE}}  # fmt: skip
_SENT[JSON]["schema"].pop("$defs", None)
for _part in ("resolution", "comments"):
    _SENT[JSON]["schema"]["properties"][_part] = {
        "type": "array" if _part == "comments" else "object",
        "description": {"comments": "Each with `id` and `body`.", "resolution": "`code` and `summary`."}[_part],
    }
KEPT: Final = {"id": "01937ca6-0d4e-7b1f-a2c3-d4e5f6a7b8c9", "message_id": "msg-1", "result": "kept"}

TABLE: Operations = {
    "POST /v1/inbound/{connection_token}": Operation(
        "send_inbound_message", "Tell us of one of your things",
        {
            202: Told("It is kept; work orders follow it in a moment.", shapes.Kept, KEPT),
            200: Told("It was kept before: nothing happens.", shapes.Kept),
        },
        refuses=(NotAMessage, SignatureRefused, SenderRefused, ConnectionNotActive, AddressUnknown), tag="inbound",
        body=_SENT,
    ),
    "GET /v1/connections": Operation(
        "list_connections", "List the connections", {200: Told("By name.", shapes.ConnectionList)},
    ),
    f"GET {_ONE}": Operation(
        "get_connection", "Say how a connection is", {200: Told("As it is now.", shapes.ConnectionHealth)},
    ),
    f"GET {_ONE}/messages": Operation(
        "list_inbound_messages", "List what came in", {200: Told("Newest first.", shapes.InboundMessages)},
    ),
    f"GET {_ONE}/links": Operation(
        "list_exchange_links", "List linked work orders", {200: Told("Newest first.", shapes.ExchangeLinks)},
    ),
    f"POST {_ONE}/agreement/{{agreement_act}}": Operation(
        "agree_connection", "Invite, accept, decline, suspend, resume, revoke",
        {200: Told("It is in force.", shapes.ConnectionHealth)}, refuses=(AgreementNotPossible, AgreementWrongSide),
    ),
    f"POST {_ONE}/address": Operation(
        "make_inbound_address", "Make the address for messages",
        {201: Told("Shown this once.", shapes.NewAddress)}, refuses=(ConnectionNotActive,),
    ),
    f"POST {_ONE}/secret": Operation(
        "change_inbound_secret", "Change the secret that signs messages",
        {200: Told("It signs from now on.", shapes.NewSecret)}, refuses=(AddressUnknown, ConnectionNotActive),
    ),
    f"GET {_ONE}/map": Operation(
        "get_connection_map", "Read the map", {200: Told("The version in force.", shapes.ConnectionMap)},
    ),
    f"PUT {_ONE}/map": Operation(
        "put_connection_map", "Put a map in force", {200: Told("It is in force.", shapes.ConnectionMap)},
        refuses=(MapNotTotal,),
    ),
    f"POST {_ONE}/trial": Operation(
        "try_inbound_message", "Say what a message would do", {200: Told("Nothing was done.", shapes.TrialAnswer)},
        refuses=(MapNotTotal,),
    ),
    f"GET {_ONE}/connector": Operation(
        "get_connector", "Say how the system is called by its own API",
        {200: Told("As it is now.", shapes.ConnectorSettings)},
    ),
    f"PUT {_ONE}/connector": Operation(
        "put_connector", "Call the system by its own API", {200: Told("It is in force.", shapes.ConnectorSettings)},
        refuses=(ConnectionNotActive,),
    ),
    f"GET {_ONE}/mail": Operation(
        "get_connection_mail", "Say how the connection goes by mail", {200: Told("As it is now.", shapes.MailSettings)},
    ),
    f"PUT {_ONE}/mail": Operation(
        "put_connection_mail", "Let the connection go by mail", {200: Told("It is in force.", shapes.MailSettings)},
        refuses=(ConnectionNotActive, MailNotSetUp),
    ),
    f"POST {_ONE}/mail/key": Operation(
        "rotate_connection_mail_key", "Sign the addresses of answers anew", {204: Told("It signs from now on.")},
    ),
    f"GET {_ONE}/files": Operation(
        "get_connection_files", "Say how the connection goes by files",
        {200: Told("As it is now.", shapes.FilesSettings)},
    ),
    f"PUT {_ONE}/files": Operation(
        "put_connection_files", "Let the connection go by files", {200: Told("It is in force.", shapes.FilesSettings)},
        refuses=(ConnectionNotActive,),
    ),
}  # fmt: skip
