"""The words of settings: weekdays, countries, languages, sections of a blueprint, and what each value is called."""

from __future__ import annotations

from portal.sentences import Gettext

LANGUAGES = ("zh-CN", "zh-HK", "zh-TW", "en")
"""The languages that a client's contacts can be offered in forms; a file may name others."""


def settings_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the tables of the settings' pages."""
    return {
        "weekday": {
            "mon": _("Monday"),
            "tue": _("Tuesday"),
            "wed": _("Wednesday"),
            "thu": _("Thursday"),
            "fri": _("Friday"),
            "sat": _("Saturday"),
            "sun": _("Sunday"),
        },
        "country": {
            "CN": _("Mainland China"),
            "HK": _("Hong Kong"),
            "MO": _("Macau"),
            "TW": _("Taiwan"),
            "SG": _("Singapore"),
        },
        "language": {
            "zh-CN": _("Chinese (Mainland)"),
            "zh-HK": _("Chinese (Hong Kong)"),
            "zh-TW": _("Chinese (Taiwan)"),
            "en": _("English"),
        },
        "opening": {"open": _("open"), "closed": _("closed"), "holiday": _("closed for a public holiday")},
        "kind": {"dedicated": _("dedicated"), "shared": _("shared")},
        "verb": {"+": _("new"), "~": _("changed"), "-": _("removed")},
        "section": sections(_),
    }


def sections(_: Gettext) -> dict[str, str]:
    """Return what each section of a blueprint is called."""
    return {
        "tenant": _("Company"),
        "contract": _("Contract"),
        "people": _("People"),
        "calendars": _("Hours"),
        "prompts": _("Prompts"),
        "skills": _("Skills"),
        "queues": _("Queues"),
        "flows": _("Flows"),
        "numbers": _("Numbers"),
        "seats": _("Seats"),
        "connections": _("Connections"),
        "masking": _("Masking of numbers"),
        "retention": _("Retention"),
        "recording": _("Recording"),
        "reports": _("Reports"),
        "staff_access": _("Access of the call centre's people"),
    }


def labels(_: Gettext) -> dict[str, str]:
    """Return what each key of an entry is called; a key without a word is shown as it is."""
    return {
        "agent": _("Agent"),
        "alias": _("Alias"),
        "code": _("Code"),
        "dispositions": _("Outcomes"),
        "email": _("E-mail address"),
        "exceptions": _("Days that are different"),
        "flow": _("Leads to the flow"),
        "holidays": _("Public holidays"),
        "kind": _("Rent"),
        "languages": _("Languages"),
        "locale": _("Language"),
        "max_wait_s": _("Wait at most"),
        "name": _("Name"),
        "needs": _("Skills needed"),
        "number": _("Number"),
        "percent": _("Share recorded"),
        "policy": _("Conversations recorded"),
        "ring_s": _("Ring an agent for"),
        "role": _("Role"),
        "seat": _("Seat"),
        "skills": _("Skills"),
        "threshold_s": _("Answer within"),
        "target_pct": _("Target"),
        "url": _("Address for webhooks"),
        "wrap_up_s": _("Wrap-up after a call"),
        "zone": _("Time zone"),
        "like_monday": _("open like a Monday"),
        "seconds": _("%(count)s s"),
        "step": _("Step"),
    }
