"""The words of the page of a client's data: states of an export, what went wrong, kinds of keys."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def exit_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.data`` and ``words.erasure``."""
    return {
        "erasure": _erasure(_),
        "taking": _taking(_),
        "data": {
            "state": {
                "asked": _("waits for a second manager"),
                "approved": _("is about to begin"),
                "building": _("is being built"),
                "built": _("ready to fetch"),
                "refused": _("refused"),
                "failed": _("could not be built"),
                "deleted": _("no longer kept"),
            },
            "error": {
                "export_under_way": _("An export is under way already. It has to be decided or finished first."),
                "own_export": _(
                    "You asked for this export yourself. Another manager of your company has to approve it."
                ),
                "export_not_open": _("Somebody was faster: the export is not in that state any more."),
                "not_a_public_key": _("That is no public key of age, or a letter of it is wrong. It begins with age1."),
                "secret_half": _(
                    "That is the secret half of a key. It was not kept. Whoever sends it may have lost it: make a new"
                    " key, and paste the line that begins with age1."
                ),
                "keys_away": _("Your keys cannot be reached at the moment. Try again in a minute."),
            },
            "purpose": {"data": _("seals and opens"), "index": _("finds equal values")},
        },
    }


def _taking(_: Gettext) -> dict[str, Any]:
    return {
        "state": {
            "asked": _("waits for a second manager"),
            "approved": _("is about to begin"),
            "building": _("is being built"),
            "built": _("ready to fetch"),
            "over": _("no longer kept"),
            "refused": _("refused"),
            "cancelled": _("cancelled"),
            "failed": _("could not be built"),
            "deleted": _("no longer kept"),
        },
        "part": {"recordings": _("Recordings"), "facts": _("What happened"), "csv": _("The list")},
        "error": {
            "own_export": _("You asked for this export yourself. Another manager of your company has to approve it."),
            "export_not_open": _("Somebody was faster: the export is not in that state any more."),
            "nothing_to_export": _("There is nothing to export: the search finds nothing, or no part was chosen."),
            "too_much_at_once": _("These are more than 100,000 conversations. Narrow the search."),
            "too_many_exports": _("Three of your exports are under way already. Wait for one, or cancel one."),
            "reason_not_clear": _("Give a reason in plain words, not too short and not too long."),
            "validation_failed": _("The search cannot be read. Go back to the list and mend the filter there."),
            "keys_away": _("Your keys cannot be reached at the moment. Try again in a minute."),
        },
    }


def _erasure(_: Gettext) -> dict[str, Any]:
    return {
        "asked": _("waits for a second person"),
        "confirmed": _("confirmed; can still be stopped"),
        "due": _("may be carried out"),
        "step": {
            "keys": _("destroying the keys"),
            "count": _("counting what there is"),
            "rows": _("deleting rows"),
            "people": _("deleting people and sign-ins"),
            "files": _("deleting files"),
            "redis": _("deleting what is in memory"),
            "done": _("writing the certificate"),
            "": _("writing the certificate"),
        },
        "error": {
            "own_erasure": _("You asked for this yourself. Somebody else has to confirm it."),
            "not_its_code": _("That is not the client's code. Nothing was changed."),
            "erasure_under_way": _("Somebody was faster: that was asked for, confirmed or begun already."),
            "not_left": _("This client has not left, or came back: it cannot be erased."),
            "reason_not_clear": _("Give a reason in plain words, not too short and not too long."),
        },
    }
