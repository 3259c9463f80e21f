"""The words of endpoints and deliveries, what the audit says of them, and the mail to a client's developers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal import i18n
from portal.letters import Text
from portal.sentences import Gettext


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells: the kind of the fact, and what stands in it."""

    kind: str
    connection: str
    host: str
    reason: str
    since: datetime


def endpoint_letter(locale: str, name: str, client: tuple[str, str], link: str, told: Told) -> Text:
    """Return the mail about an endpoint; ``client``: its name and zone."""
    _ = i18n.translations(i18n.choose(locale)).gettext
    company, zone = client[0], ZoneInfo(client[1])
    given = {
        "connection": told.connection, "host": told.host,
        "since": f"{i18n.clock(told.since, zone)} ({i18n.zone_label(zone, told.since)})",
    }  # fmt: skip
    subject, said = _letters(_)[told.kind, told.reason]
    lines = [
        _("Dear %(name)s,") % {"name": name}, "", said % given, "",
        _("No event is lost: what waits is kept, and the feed has everything."), "", link, "", "Glassfloor", "",
    ]  # fmt: skip
    return Text(" ".join(f"{subject % given} · {company}".split()), "\n".join(lines))


def _letters(_: Gettext) -> dict[tuple[str, str], tuple[str, str]]:
    failing = _("%(connection)s takes no webhooks")
    disabled = _("Webhooks to %(connection)s are switched off")
    return {
        ("EndpointFailing", "failing"): (
            failing, _("the address at %(host)s has taken no event since %(since)s. We try again and again."),
        ),
        ("EndpointDisabled", "failing"): (
            disabled,
            _("the address at %(host)s has taken no event for five days, since %(since)s. Nothing is sent there until"
              " somebody enables it."),
        ),
        ("EndpointDisabled", "gone"): (
            disabled,
            _("the address at %(host)s answered that it is gone for good. Nothing is sent there until somebody enables"
              " it."),
        ),
        ("EndpointRecovered", ""): (
            _("%(connection)s takes webhooks again"),
            _("the address at %(host)s takes events again, what waited since %(since)s first."),
        ),
    }  # fmt: skip


def endpoint_words(_: Gettext) -> dict[str, Any]:
    """Return the tables of words about endpoints and deliveries, by their names under ``words``."""
    return {
        "endpoint_state": {
            "unverified": _("Not verified yet"),
            "active": _("Works"),
            "failing": _("Takes nothing"),
            "disabled": _("Switched off"),
        },
        "endpoint_reason": {
            "gone": _("It answered that it is gone for good."),
            "failing": _("It took nothing for five days."),
            "by_hand": _("Somebody switched it off."),
        },
        "delivery_state": {
            "waiting": _("Waiting to be sent"),
            "delivered": _("Delivered"),
            "dead": _("Given up"),
        },
        "event_format": {
            "standard": _("Standard Webhooks"),
            "cloudevents": _("CloudEvents 1.0"),
            "tmf621_v4": "TMF621 4.0",
            "tmf621_v5": "TMF621 5.0",
            "connector": _("Called by its own API"),
        },
        "event_signature": {
            "v1": _("HMAC-SHA256, by a secret that both have"),
            "v1a": _("Ed25519, by a key that only we have"),
        },
    }


def endpoint_problems(_: Gettext) -> dict[str, str]:
    """Return what the refusals of endpoints mean."""
    return {
        "too_many_endpoints": _("This connection has twenty endpoints. Remove one first."),
        "endpoint_exists": _("This connection has an endpoint with this address already."),
        "endpoint_unverified": _("Verify this endpoint first."),
        "endpoint_of_blueprint": _("The address of this endpoint is part of the connection: change it there."),
        "endpoint_of_connector": _("This is a system that is called by its own API: change it under Exchange."),
        "endpoint_no_consent": _("The address did not answer as one that wants to have events."),
        "url_refused": _("Events go to https addresses of the public internet only."),
    }


def endpoint_sentences(_: Gettext) -> dict[str, str]:
    """Return what the audit says of each fact about an endpoint."""
    return {
        "EndpointChanged": _("An endpoint of %(connection)s at %(host)s was changed: %(change)s."),
        "EndpointFailing": _("The endpoint of %(connection)s at %(host)s takes no events."),
        "EndpointDisabled": _("The endpoint of %(connection)s at %(host)s was switched off."),
        "EndpointRecovered": _("The endpoint of %(connection)s at %(host)s takes events again."),
    }
