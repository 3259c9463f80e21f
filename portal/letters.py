"""What our mails say, in the reader's language: plain text, short, nothing that a stranger could use but the link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from portal import i18n
from portal.sentences import Gettext


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's subject and body."""

    subject: str
    body: str


def letter(kind: str, locale: str, name: str, public_url: str, secret: str = "") -> Text:
    """Return the text of a letter; ``secret`` is the token of its link. Raises ``KeyError`` for an unknown kind."""
    _ = i18n.translations(i18n.choose(locale)).gettext
    subject, sentences = _said(_)[kind]
    lines = [_("Dear %(name)s,") % {"name": name}, "", *sentences]
    if secret:
        lines += ["", f"{public_url}/set-password?{urlencode({'link': secret})}"]
    return Text(subject, "\n".join([*lines, "", "Glassfloor", public_url, ""]))


def call_letter(locale: str, name: str, link: str) -> Text:
    """Return the text by which one of a client's people is told of a call; ``link`` leads to its page."""
    _ = i18n.translations(i18n.choose(locale)).gettext
    lines = [
        _("Dear %(name)s,") % {"name": name}, "",
        _("the call centre hands you a call. Who called, why, and what was said stands here:"), "", link, "",
    ]  # fmt: skip
    return Text(_("A call for you"), "\n".join([*lines, "Glassfloor", ""]))


def _said(_: Gettext) -> dict[str, tuple[str, list[str]]]:
    once = _("The link works once, for 24 hours.")
    not_you = _("Was it not you? Tell your manager now, and change your password.")
    return {
        "invite": (
            _("Your access to Glassfloor"),
            [_("somebody of your company, or of the call centre, gave you access. Set your password here:"), once],
        ),
        "reset": (
            _("Set a new password"),
            [
                _("here is a link to set a new password. If you did not ask for it, do nothing."),
                once,
            ],
        ),
        "locked": (
            _("Your sign-in is locked"),
            [
                _("ten wrong codes in a row were typed after your right password. Your manager can lift the lock."),
                not_you,
            ],
        ),
        "factor_removed": (
            _("A second factor was removed"),
            [
                _("a second factor of your sign-in was removed. Set up another one under your account, Security."),
                not_you,
            ],
        ),
        "factor_added": (_("A second factor was added"), [_("your sign-in has a new second factor."), not_you]),
        "password_changed": (_("Your password was changed"), [_("your password was changed."), not_you]),
    }
