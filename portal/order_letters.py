"""Mails about work orders: to a client's own address, and to its developers when a message waits for the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from exchange.core.reply import MARK
from portal import i18n
from portal.letters import Text
from portal.sentences import Gettext
from portal.words import order_words

_LONGEST_TITLE: Final = 150


def order_letter(locale: str, event: Mapping[str, Any], words: Sequence[str], link: str) -> Text | None:
    """Return the mail that tells an event of a work order; None: it is nothing to write about.

    ``words``: the statuses that an answer may ask for. The subject is the same in all mails about an order.
    """
    _ = i18n.translations(i18n.choose(locale)).gettext
    order, said = event["data"], _said(_, event)
    if said is None:
        return None
    tables = order_words(_)
    given = (
        (_("Status"), tables["order_status"][order["status"]]),
        (_("Reason"), order["status_reason"]),
        (_("Priority"), tables["priority"][order["priority"]]),
    )
    facts = [f"{name}: {value}" for name, value in given if value]
    how = [_("Answer this mail to write a comment; files may come with it.")]
    if words:
        how.append(_("A first line such as %(word)s changes the status. Known: %(words)s.")
                   % {"word": f"#{words[0]}", "words": ", ".join(f"#{word}" for word in words)})  # fmt: skip
    lines = [
        " ".join((MARK, _("Please write above this line"), MARK[::-1])), "", *said, "",
        f"#{order['number']} {order['title']}", *facts, "", *how, link, "", "-- ", "Glassfloor", "",
    ]  # fmt: skip
    return Text(" ".join(f"[#{order['number']}] {order['title'][:_LONGEST_TITLE]}".split()), "\n".join(lines))


def mapping_letter(locale: str, name: str, company: str, connection: str, kind: str, link: str) -> Text:
    """Return the mail that a message waits for the map. ``kind``: what the map lacks, as the inbox names it."""
    _ = i18n.translations(i18n.choose(locale)).gettext
    given = {"connection": connection, "what": _("a status") if kind == "status" else f"“{kind}”"}
    lines = [
        _("Dear %(name)s,") % {"name": name}, "",
        _("a message of %(connection)s waits: its map does not know %(what)s that came. It is not guessed, and those"
          " behind it about the same thing wait too, in order. Name it in the map, and they go on:") % given,
        "", link, "", _("You get this mail once a day at most for each gap of this kind."), "", "Glassfloor", "",
    ]  # fmt: skip
    subject = _("%(connection)s: a message waits for the map") % given
    return Text(f"{subject} · {company}", "\n".join(lines))


def _said(_: Gettext, event: Mapping[str, Any]) -> list[str] | None:
    order, kind = event["data"], event["type"].removeprefix("work_order.")
    changed = _("The status of this work order has changed.")
    told = {
        "created": (_("The call centre has a work order for you:"), (order["title"], "", order["description"])),
        "comment.created": (_("The call centre writes:"), (_of(order, "comment", "body"),)),
        "info.requested": (_("The call centre asks:"), (_of(order, "info_request", "question"),)),
        "info.answered": (_("The call centre answers your question:"), (_of(order, "info_request", "answer"),)),
        "cancellation.requested": (
            _("The call centre asks to cancel this work order:"), (_of(order, "cancellation", "reason"),)
        ),
        **dict.fromkeys(("status_changed", "resolved", "closed", "cancelled"), (changed, ())),
        "reopened": (_("The call centre has opened this work order again."), ()),
    }  # fmt: skip
    if kind not in told:
        return None
    sentence, lines = told[kind]
    return [sentence, *(["", *(line or "" for line in lines)] if lines else [])]


def _of(order: Mapping[str, Any], part: str, name: str) -> str:
    return str((order.get(part) or {}).get(name) or "")
