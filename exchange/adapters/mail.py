"""E-mail: an answer to a work order's mail, as :mod:`exchange.service.answers` keeps it in the inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from exchange.adapters.native import Native
from exchange.adapters.port import Json
from exchange.core.document import Document, Remark
from exchange.errors import NotAMessage


class Mail(Native):
    """Reads answers; nothing comes to an address of ours but mail, so nothing is asked for."""

    def read(self, body: Json) -> Document:
        """Return what an answer says: comments, and perhaps the status that it asks for. Raises as the port says."""
        try:
            order = UUID(body["work_order_id"])
            said = tuple(Remark(str(each["id"]), str(each["body"])) for each in body["comments"])
            return Document(
                str(order), None, datetime.fromisoformat(body["at"]), work_order_id=order, status=body["status"],
                asks=body["status"] is not None, reason=body["reason"], comments=said,
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise NotAMessage("it is no answer to a mail") from error
