"""What the screens and the audit say of a client's own thresholds and the alerts that they raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from live.core.thresholds import COUNT, OF_WINDOWS, SECONDS, Rule
from portal import i18n
from portal.sentences import Gettext


def alert_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact about thresholds."""
    return {
        "AlertRuleSet": _("The threshold “%(name)s” was set (version %(version)s)."),
        "AlertRuleDeleted": _("The threshold “%(name)s” was deleted."),
        "AlertRaised": _("Alert: “%(name)s” %(about_name)s, value %(value)s %(unit)s, threshold %(threshold)s."),
        "AlertCleared": _("The alert “%(name)s” %(about_name)s is over after %(lasted_ms)s: %(why)s."),
        "AlertTested": _("%(person)s tried the threshold “%(name)s” out."),
        "AlertTaken": _("%(person)s takes care of the alert “%(name)s”, %(after_ms)s after it was raised."),
    }


def alert_codes(_: Gettext) -> dict[str, Any]:
    """Return the words of codes in these facts."""
    return {
        "alert_why": whys(_),
        "alert_unit": {"count": "", "s": _("seconds"), "permille": _("tenths of a percent")},
    }


def whys(_: Gettext) -> dict[str, str]:
    """Return why an alert is over."""
    return {
        "value": _("the value is back"),
        "gone": _("the queue or seat is gone"),
        "rule": _("the threshold was deleted or switched off"),
        "changed": _("the threshold was changed"),
    }


def figures(_: Gettext) -> dict[str, str]:
    """Return the names of the figures, in the order of the form."""
    return {
        "waiting": _("Waiting now"),
        "longest_wait": _("Longest wait now"),
        "service_level": _("Service level"),
        "loss_rate": _("Loss rate"),
        "abandoned": _("Abandoned"),
        "seats_available": _("Seats available now"),
        "seats_staffed": _("Seats staffed now"),
        "occupancy": _("Occupancy"),
        "seat_state": _("A seat's time in one state"),
        "phone_down": _("A seat's phone is down"),
        "desk_lost": _("A seat's desk is not reached"),
        "callbacks_overdue": _("Callbacks overdue"),
        "work_orders_open": _("Work orders open"),
    }


def severities(_: Gettext) -> dict[str, str]:
    """Return the words of severities."""
    return {"info": _("For information"), "warning": _("Warning"), "critical": _("Critical")}


def ways(_: Gettext) -> dict[str, tuple[str, str]]:
    """Return the ways with a hint each."""
    return {
        "screen": (
            _("On the screen"),
            _("A line on the live board, a ring on the seat or queue, the bell on every page."),
        ),
        "sound": (_("By sound"), _("For those who have switched sound on for themselves.")),
        "email": (_("By mail"), _("At most one mail in five minutes to one person; several alerts stand in one.")),
        "webhook": (_("To your systems"), _("As alert.raised and alert.cleared, to connections that ask for alerts.")),
    }


def kinds(_: Gettext) -> dict[str, str]:
    """Return what a person is told."""
    return {
        "raised": _("Raised"), "again": _("Still open"), "cleared": _("Over"), "test": _("Test"),
    }  # fmt: skip


def trials(_: Gettext) -> dict[str, str]:
    """Return what came of a test at a system of the client."""
    return {
        "waiting": _("on its way"), "failing": _("not taken, it is tried again"), "delivered": _("taken"),
        "dead": _("given up"), "disabled": _("switched off, because it took nothing for days"),
    }  # fmt: skip


def exports(_: Gettext) -> dict[str, str]:
    """Return what a person is told of exports of searches, by the kind of the notification."""
    return {
        "export_ready": _("Your export is ready to fetch"),
        "export_failed": _("Your export could not be built"),
        "export_refused": _("Your export was refused"),
        "export_waits": _("An export waits for a second manager"),
    }


def shown_value(value: int | None, unit: str) -> str:
    """Return a value as people read it: a count, minutes and seconds, or percent; a dash when it is not known."""
    if value is None:
        return "—"
    if unit == COUNT:
        return str(value)
    return i18n.duration(value * 1000) if unit == SECONDS else f"{value / 10:.1f} %"


def about(_: Gettext, rule: Rule, names: Mapping[str, str]) -> str:
    """Return what a rule looks at, in words: figure, window, and of what."""
    name = figures(_)[rule.figure]
    if rule.figure in OF_WINDOWS:
        window = _("last %(num)s min") % {"num": rule.window_s // 60} if rule.window_s else _("today")
        name = f"{name} ({window})"
    if rule.scope in {"queue", "seat"}:
        return f"{name} · {names.get(rule.scope_id, rule.scope_id)}"
    return f"{name} · " + {
        "all": _("whole centre"), "each_queue": _("each queue"), "each_seat": _("each seat"),
    }[rule.scope]  # fmt: skip


def limit(_: Gettext, rule: Rule) -> str:
    """Return a rule's comparison in words, with how long."""
    sign = "≥" if rule.above else "<"
    told = f"{sign} {shown_value(rule.threshold, rule.unit)}"
    return f"{told} · " + _("for %(time)s") % {"time": i18n.duration(rule.for_s * 1000)} if rule.for_s else told
