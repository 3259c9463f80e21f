"""The words of the isolation probe: its parts, what came of a try, who tried, what was found."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def probe_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.probe``."""
    return {"probe": {**_parts(_), "who": _people(_), "oracle": _findings(_), "place": _places(_), **_runs(_)}}


def _parts(_: Gettext) -> dict[str, Any]:
    return {
        "part": {
            "http": _("Pages and API"),
            "sockets": _("Live feeds"),
            "sql": _("Database"),
            "redis": _("Messages between processes"),
            "jobs": _("Background jobs"),
            "files": _("Recordings and files"),
            "identity": _("Sign-in and keys"),
            "side_channels": _("Hints between the lines"),
            "own_data": _("Your own data"),
        },
        "about": {
            "http": _(
                "Every address and method, as a stranger with another client's account, key or no sign-in at all."
            ),
            "sockets": _("Every live feed, asked for somebody else's board or desk."),
            "sql": _("Every table and verb in plain SQL, below the application, and every known way around its walls."),
            "redis": _("Every key by its family and content; bells that must not ring for somebody else."),
            "jobs": _(
                "Every kind of job, with an errand that names another client; forged and pickled jobs in the queue."
            ),
            "files": _("Where each file lies and what is in it; rows and exports that point at somebody else's file."),
            "identity": _("Forged, mixed and foreign credentials; buttons pressed by another site's page."),
            "side_channels": _(
                "Answers that take longer, count more or clash only because another client has something."
            ),
            "own_data": _(
                "Your newest records, people, keys and webhooks, asked for by strangers. Nothing of yours is changed."
            ),
        },
    }


def _people(_: Gettext) -> dict[str, str]:
    return {
        "client_manager": _("another client's manager"),
        "client_viewer": _("another client's viewer"),
        "client_developer": _("another client's developer"),
        "agent": _("another client's agent"),
        "supervisor": _("a supervisor without access to you"),
        "quality": _("a quality reviewer without access to you"),
        "onboarding": _("onboarding without access to you"),
        "platform": _("platform staff without access to you"),
        "key": _("another client's system"),
        "revoked key": _("a revoked key"),
        "expired session": _("an expired session"),
        "nobody": _("nobody signed in"),
        "the application's login": _("the application's database login"),
        "another site's page": _("another site's page"),
        "B": _("another client"),
        "anybody": _("anybody"),
        "everybody": _("everybody"),
        "somebody": _("somebody"),
    }


def _findings(_: Gettext) -> dict[str, str]:
    return {
        "canary": _("Somebody else's data was shown"),
        "victim state": _("Somebody else's data was changed"),
        "foreign = random": _("The answer tells whether something exists"),
        "no guard": _("A route without a guard"),
        "bug": _("A server error"),
        "no stable code": _("An error without a code"),
        "innards": _("An error that shows the inside"),
        "wall": _("The database let something through"),
        "no case": _("Something that nobody said how to judge"),
        "rang": _("A bell rang for somebody else"),
        "place": _("A file outside of its client's folder"),
        "let in": _("A forged credential was accepted"),
        "time": _("The answer takes longer when something exists"),
        "moves with A": _("The answer changes when another client grows"),
        "another's name": _("A command in somebody else's name"),
    }


def _places(_: Gettext) -> dict[str, str]:
    return {
        "path": _("URL path"),
        "query": _("URL query"),
        "body": _("Body"),
        "header": _("Header"),
        "cookie": _("Cookie"),
        "cursor": _("Cursor"),
    }


def _runs(_: Gettext) -> dict[str, Any]:
    return {
        "outcome": {
            "finding": _("Finding"),
            "refused": _("Refused"),
            "alike": _("Same as for nothing"),
            "left_out": _("Not tried"),
        },
        "state": {
            "waiting": _("waiting"),
            "running": _("under way"),
            "finished": _("finished"),
            "interrupted": _("interrupted"),
        },
        "cause": {"button": _("from this page"), "night": _("every night"), "command": _("by the call centre")},
        "verdict": {
            "green": _("Nothing got through"),
            "red": _("Something got through"),
            "incomplete": _("Not everything could be tried"),
        },
        "error": {
            "probe_underway": _("A run is under way already. It goes on by itself."),
            "probe_too_soon": _("A run was started within the last hour. Try again later."),
            "probe_not_here": _("The probe does not attack itself."),
            "probe_reason_not_clear": _("Say in 10 to 500 characters what it was."),
        },
    }
