"""Words about readers: the places that they may go to, how they signed in, their roles."""

from __future__ import annotations

from portal.sentences import Gettext


def people_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Places of the portal and roles of its readers."""
    return {
        "nav": {
            "home": _("Home"),
            "help": _("Help"),
            "desk": _("Desk"),
            "floor": _("Floor"),
            "live": _("Live board"),
            "control": _("Control"),
            "interactions": _("Interactions"),
            "work_orders": _("Work orders"),
            "settings": _("Settings"),
            "centre": _("Back office"),
        },
        "sign_in_method": {
            "": _("password"),
            "password": _("password"),
            "password+authenticator": _("password and app"),
            "password+recovery_code": _("password and recovery code"),
            "passkey": _("passkey"),
            "idp": _("company sign-in"),
        },
        "role": {
            "client_manager": _("Client manager"),
            "client_viewer": _("Client viewer"),
            "client_developer": _("Client developer"),
            "onboarding": _("Onboarding"),
            "supervisor": _("Supervisor"),
            "agent": _("Agent"),
            "quality": _("Quality"),
            "platform": _("Platform"),
            "client_system": _("Client system"),
        },
    }
