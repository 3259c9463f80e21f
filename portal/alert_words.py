"""What the screens and the audit say of a client's own thresholds and the alerts that they raise."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def alert_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact about thresholds."""
    return {
        "AlertRuleSet": _("The threshold “%(name)s” was set (version %(version)s)."),
        "AlertRuleDeleted": _("The threshold “%(name)s” was deleted."),
        "AlertRaised": _("Alert: “%(name)s” %(about_name)s, value %(value)s %(unit)s, threshold %(threshold)s."),
        "AlertCleared": _("The alert “%(name)s” %(about_name)s is over after %(lasted_ms)s: %(why)s."),
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
