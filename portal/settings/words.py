"""The words of settings: weekdays, countries, languages, sections of a blueprint, and what each value is called."""

from __future__ import annotations

from portal.callback_words import callback_choices, callback_labels
from portal.desktop_words import desktop_labels
from portal.sentences import Gettext
from portal.settings.contract_words import contract_labels, contract_words
from portal.settings.lines import labels as line_labels
from portal.sharing_words import sharing_choices, sharing_labels

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
        **policy_words(_),
        **callback_choices(_),
        **sharing_choices(_),
        **_directory_words(_),
        "verb": {"+": _("new"), "~": _("changed"), "-": _("removed")},
        "section": sections(_),
        "event": {
            "work_orders": _("Work orders and their changes"),
            "journal_heads": _("Signed heads of the journal"),
            "handed_calls": _("Calls handed to your people"),
            "alerts": _("Alerts of your thresholds"),
        },
    }


def _directory_words(_: Gettext) -> dict[str, dict[str, str]]:
    return {
        "phone": {"desk": _("Desk"), "mobile": _("Mobile"), "other": _("Another phone")},
        "way": {
            "header": _("In the call itself (SIP headers)"),
            "page": _("A link to a page, by e-mail"),
            "webhook": _("Your systems, by webhook"),
            "work_order": _("A work order in your system"),
        },
        "after_hours": {"chief": _("the chief is asked"), "nobody": _("nobody is asked")},
    }


def policy_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what each choice of a policy is called."""
    return {
        "policy": {
            "always": _("Every conversation"),
            "percentage": _("Some conversations"),
            "on_demand": _("When the agent asks for it"),
            "never": _("No conversation"),
        },
        "voices": {"apart": _("parties apart"), "together": _("all together")},
        "after_pause": {"resume": _("the recording goes on"), "end": _("the recording ends")},
        "shown": {
            "hidden": _("Nothing"),
            "last4": _("The last four digits"),
            "masked": _("Where from, and the last four"),
            "full": _("The whole number"),
        },
        "approval": {"client": _("We decide each time"), "standing": _("They may always come in")},
        **contract_words(_),
        "told": {
            "sign": _("The agent sees it"),
            "tone": _("The agent sees and hears it"),
            "nothing": _("The agent is not told"),
        },
        "report_kind": {
            "service_level": _("Service level"),
            "interactions": _("Interactions"),
            "queues": _("Queues"),
            "work_orders": _("Work orders"),
        },
        "every": {"daily": _("every day"), "weekly": _("every week"), "monthly": _("every month")},
        "report_format": {"csv": "CSV", "xlsx": "Excel (XLSX)", "pdf": "PDF"},
        "kept": _kept_words(_),
        "answer": {"True": _("yes"), "False": _("no")},
    }


def _kept_words(_: Gettext) -> dict[str, str]:
    return {
        "recordings_days": _("Recordings"),
        "interactions_days": _("Interactions"),
        "work_orders_days": _("Work orders"),
        "work_orders_archived_days": _("Closed work orders in lists"),
        "journal_days": _("Journal"),
    }


def sections(_: Gettext) -> dict[str, str]:
    """Return what each section of a blueprint is called."""
    return {
        "tenant": _("Company"),
        "contract": _("Contract"),
        "people": _("People"),
        "calendars": _("Hours"),
        "prompts": _("Prompts"),
        "music": _("Music"),
        "skills": _("Skills"),
        "queues": _("Queues"),
        "flows": _("Flows"),
        "numbers": _("Numbers"),
        "seats": _("Seats"),
        "connections": _("Connections"),
        "directory": _("Your people's phones"),
        "masking": _("Masking of numbers"),
        "retention": _("Retention"),
        "recording": _("Recording"),
        "callbacks": _("Callbacks"),
        "reports": _("Reports"),
        "staff_access": _("Access of the call centre's people"),
        "supervision": _("Supervision of calls"),
        "sharing": _("Recordings by link"),
        "work_orders": _("Work orders"),
        "trunks": _("Lines"),
    }


def labels(_: Gettext) -> dict[str, str]:
    """Return what each key of an entry is called; a key without a word is shown as it is."""
    return {
        **_policy_labels(_),
        "agent": _("Agent"),
        "alias": _("Alias"),
        "code": _("Code"),
        "dispositions": _("Outcomes"),
        "desk": _("At the desk"),
        "email": _("E-mail address"),
        "exceptions": _("Days that are different"),
        "flow": _("Leads to the flow"),
        "events": _("What it is told"),
        "holidays": _("Public holidays"),
        "kind": _("Rent"),
        "languages": _("Languages"),
        "locale": _("Language"),
        "max_wait_s": _("Wait at most"),
        "name": _("Name"),
        "needs": _("Skills needed"),
        "notes": _("Notes for agents"),
        "number": _("Number"),
        "percent": _("Share recorded"),
        "policy": _("Conversations recorded"),
        "ring_s": _("Ring an agent for"),
        "role": _("Role"),
        "screen_pop": _("Screen pop"),
        "script": _("Script"),
        "seat": _("Seat"),
        "skills": _("Skills"),
        "threshold_s": _("Answer within"),
        "target_pct": _("Target"),
        "url": _("Address for webhooks"),
        "wrap_up_ends": _("ends by itself"),
        "wrap_up_s": _("Wrap-up after a call"),
        "zone": _("Time zone"),
        "like_monday": _("open like a Monday"),
        "seconds": _("%(count)s s"),
        "step": _("Step"),
    }


def _directory_labels(_: Gettext) -> dict[str, str]:
    return {
        **contract_labels(_),
        "guests_wrap_up": _("also for who was called in"),
        "music": _("Music while waiting"),
        "hold": _("On hold, and for everybody who waits"),
        "outcome_required": _("needs an outcome"),
        "department": _("Department"),
        "phones": _("Phones"),
        "together": _("All phones ring at once"),
        "hours": _("Hours"),
        "after_hours": _("Outside these hours"),
        "chief": _("Chief"),
        "ways": _("How it is sent"),
        "shown": _("The contact's number"),
        "recording": _("Recording"),
        "minutes": _("The page lives, in minutes"),
        "context": _("Context"),
    }


def _supervision_labels(_: Gettext) -> dict[str, str]:
    return {
        **desktop_labels(_),
        **sharing_labels(_),
        "listeners": _("Listeners at once"),
        "alerts": _("Alerts"),
        "help_s": _("An agent asks for help, after"),
        "wait_s": _("A contact waits longer than"),
        "talk_s": _("A conversation lasts longer than"),
        "wrap_s": _("A wrap-up lasts longer than"),
        "break_s": _("A break lasts longer than"),
        "phone_s": _("An available agent has no phone for"),
        "again_s": _("Nobody takes care of it: again every"),
    }


def _policy_labels(_: Gettext) -> dict[str, str]:
    return {
        **_kept_words(_),
        **_directory_labels(_),
        **line_labels(_),
        **callback_labels(_),
        **_supervision_labels(_),
        "allowed": _("allowed"),
        "announce": _("Prompt that tells contacts"),
        "apart": _("Parties apart"),
        "refuse": _("Key that refuses the recording"),
        "pause": _("Pause for card data"),
        "longest_s": _("at most, in seconds"),
        "then": _("Then"),
        "barge": _("Join the conversation"),
        "client_listens": _("The client may listen"),
        "approval": _("Who lets them in"),
        "at": _("At"),
        "audio": _("Recorded sound"),
        "day": _("Day of the month"),
        "every": _("How often"),
        "format": _("Format"),
        "listen": _("Listen"),
        "per_hour": _("at most, per hour and person"),
        "quality": _("Quality"),
        "queues": _("Queues"),
        "report": _("Report"),
        "reveal": _("Reveal a whole number"),
        "supervisor": _("Supervisor"),
        "take_over": _("Take a conversation over"),
        "told": _("How the agent learns of it"),
        "whisper": _("Speak to the agent alone"),
        "without_reason": _("without a reason"),
        "to": _("Goes to"),
        "weekday": _("Day of the week"),
        "days": _("%(count)s days"),
    }
