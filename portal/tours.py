"""What a page shows a person at the first visit, part by part: where it points, and what it says."""

from __future__ import annotations

from portal.sentences import Gettext

Steps = tuple[tuple[str, str, str], ...]
"""By step: a CSS selector of the page, a title, a sentence. A step whose place is not on the page is passed over."""

PAGES = {
    "/home": "home", "/live": "live", "/interactions": "interactions", "/floor": "floor", "/desk": "desk",
    "/settings": "settings",
}  # fmt: skip
"""By address: the name of the guided visit (``tenants.core.preferences.TOURS``)."""


def tours(_: Gettext) -> dict[str, Steps]:
    """Return every guided visit."""
    return {
        "home": (
            (".answer", _("The answer first"), _("This sentence says how it stands this moment, the worst thing first.")),
            ("#h-figures", _("Figures"), _("Each figure opens what is behind it. The sign beside it explains how it is counted.")),
            ("#h-items", _("What waits for you"), _("Whatever needs a decision of yours is listed here, and nothing else.")),
            ("#h-worth", _("What to hear"), _("Conversations worth your time, with the reason. Press play to hear one here.")),
            (".places", _("Everything else"), _("These are your pages. Ctrl K finds any page, figure, conversation or work order.")),
        ),
        "live": (
            (".fresh", _("How fresh it is"), _("The page says when it last heard from the call centre. When it hears nothing it turns grey.")),
            (".kpis", _("Key figures"), _("A click opens the conversations behind a figure; the sign explains the formula.")),
            ("#seats", _("Your seats"), _("Every seat that you rent, with what happens there now. Open one to see its day.")),
            ("#queues", _("Queues"), _("How many wait in each queue, and for how long.")),
        ),
        "interactions": (
            (".filters", _("Find a conversation"), _("Every filter stands in the address, so that you can send what you see.")),
            ("#results", _("Open one"), _("Its page has the recording, what happened second by second, and why this agent got it.")),
        ),
        "floor": (
            ("#h-alerts, [data-part=alerts]", _("Who needs you"), _("Alerts come again until somebody takes care of them.")),
            ("[data-part=agents], .grid", _("Agents"), _("Open one to listen, whisper, join, or write a message.")),
        ),
        "desk": (
            ("[data-state-to=available]", _("Ready"), _("Press this when you can take a call. It rings here.")),
            ("[data-act=keys]", _("Keyboard"), _("Everything here has a key. This shows them, and you can choose your own.")),
        ),
        "settings": (
            (".area-nav", _("One draft for all"), _("You change a draft that your colleagues share. Nothing is in force before it is published.")),
        ),
    }  # fmt: skip
