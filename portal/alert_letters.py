"""The mail about alerts, in its reader's language and the client's zone. No contact is named in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from portal import alert_words, i18n
from portal.letters import Text
from portal.notices import told


def alert_letter(locale: str, name: str, client: tuple[str, str], url: str, rows: Sequence[dict[str, Any]]) -> Text:
    """Return the text about these notifications; ``client``: its name and zone."""
    catalogue = i18n.translations(i18n.choose(locale))
    _, company, zone = catalogue.gettext, client[0], ZoneInfo(client[1])
    lines = [_line(_, told(_, row), zone) for row in rows]
    one = told(_, rows[0])
    if len(rows) == 1:
        subject = f"{alert_words.kinds(_)[one['kind']]}: {one['name']} · {company}"
    else:
        some = catalogue.ngettext("%(num)s alert", "%(num)s alerts", len(rows)) % {"num": len(rows)}
        subject = f"{some} · {company}"
    body = [
        _("Dear %(name)s,") % {"name": name}, "", *lines, "",
        _("Times in %(zone)s") % {"zone": i18n.zone_label(zone, rows[-1]["created_at"])}, "", f"{url}/alerts", "",
        _("How you are told is yours to choose: %(link)s") % {"link": f"{url}/notifications"}, "", "Glassfloor", "",
    ]  # fmt: skip
    return Text(" ".join(subject.split()), "\n".join(body))


def _line(_: Any, row: dict[str, Any], zone: ZoneInfo) -> str:  # noqa: ANN401 - a catalogue's function
    kind, severity = alert_words.kinds(_)[row["kind"]], alert_words.severities(_).get(row["severity"], row["severity"])
    mark = kind if row["kind"] in {"cleared", "test"} else f"{severity}, {kind}"
    at, said = i18n.clock(row["created_at"], zone), f"{row['value']} ({row['limit']})"
    return f"- {at} [{mark}] {row['name']} · {row['about']}: {said}"
