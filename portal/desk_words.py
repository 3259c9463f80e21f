"""What the desk's scripts say."""

from __future__ import annotations

from typing import Any

from portal.desktop_words import desk_view_words
from portal.sentences import Gettext


def desk_words(_: Gettext) -> dict[str, Any]:
    """Return the texts of the desk and of the check before a shift."""
    return {**_phone(_), **_moments(_), **_calls(_), **_checks(_), **desk_view_words(_)}


def _phone(_: Gettext) -> dict[str, str]:
    return {
        "phone_connecting": _("Phone: connecting"),
        "phone_ready": _("Phone ready: this browser rings"),
        "phone_desk": _("Phone ready: the one on the desk rings"),
        "phone_desk_lost": _("The phone on the desk is not registered"),
        "phone_lost": _("Phone not registered"),
        "phone_refused": _("Phone not registered: the phone server refused the password. Sign out and in again."),
        "phone_unreachable": _("Phone not registered: the phone server cannot be reached. Trying again."),
        "phone_elsewhere": _("The phone is in another tab"),
        "phone_busy_elsewhere": _("The other tab is in a call; the phone stays there until it ends."),
        "ready_without_phone": _("You are available, but your phone is not registered. No call can reach you."),
        "ready_without_desk_phone": _(
            "You are available, but the phone on your desk is not registered. No call can reach you. Plug it in, or"
            " choose “this browser” under Phone."
        ),
        "only_desk": _("You talk with this browser, and its phone is not registered. The one on your desk is."),
        "only_browser": _("You talk with the phone on your desk, and it is not registered. A browser's is."),
        "phone_silent": _(
            "Your phone is registered, but it did not ring for the last call: that one went on to somebody else. Check"
            " its network, or choose the other phone, then press Ready."
        ),
        "use_desk": _("Use the phone on the desk"),
        "use_browser": _("Use this browser"),
        "registered": _("registered"),
        "not_registered": _("not registered"),
        "not_in_call": _("Not during a call: the phone can be changed once it is over."),
        "mic_denied": _("The browser blocks the microphone. Allow it in the address bar, then answer again."),
        "mic_missing": _("No microphone found. Plug one in, then answer again."),
        "mic_lost": _("The microphone is gone: nobody hears you. Plug one in, it is used at once."),
        "ice_failed": _("No sound path to the phone server. Check the network or VPN."),
        "ice_weak": _("The sound is breaking up: the network is weak or gone. Trying to keep the call."),
        "reloaded": _("This page was reloaded during a call. Your phone is being rung into the call again."),
        "rejoined": _("The sound of your call is back."),
        "sound_locked": _("The browser keeps the ring silent until you click once on this page."),
        "pick_up": _("Pick up the phone on the desk."),
        "leave": _("You are in a call. Leaving this page ends its sound."),
    }


def _moments(_: Gettext) -> dict[str, str]:
    return {
        "incoming_title": _("Incoming call"),
        "waiting_phone": _("Answering: waiting for the phone to ring…"),
        "resolved": _("Work order %(number)s is resolved: %(resolution)s"),
        "failed": _("That did not work. %(reason)s"),
        "saved": _("Saved"),
        "escalated": _("Work order %(number)s created"),
        "away": _("%(clients)s: the records cannot be reached just now. Calls go on, and nothing of them is lost."),
        "no_resolution": _("no text"),
        "clients_time": _("%(time)s there"),
        "version": _("version %(version)s"),
        "outcome_required": _("Outcome required"),
        "outcome_missing": _("Time is over: only the outcome is missing"),
        "press_key": _("press a key"),
        "key_no": _("This key cannot be taken. Choose a letter, alone or with Alt, F2 to F10 or a sign."),
        "key_taken": _("%(key)s is taken: %(act)s. Give that another key first."),
        "key_kept": _("%(act)s: %(key)s"),
        "keys_reset": _("All keys are the desk's own again."),
    }


def _calls(_: Gettext) -> dict[str, str]:
    return {
        "mute": _("Mute"),
        "unmute": _("Unmute"),
        "hold": _("Hold the call"),
        "retrieve": _("Back to the call"),
        "record": _("Record"),
        "record_stop": _("Stop recording"),
        "help": _("Ask for help"),
        "help_withdraw": _("No help needed"),
        "help_asked": _("Help asked for"),
        "help_answered": _("%(name)s helps you"),
        "on_hold": _("The contact waits"),
        "held_by_phone": _("Your phone holds the contact"),
        "held_by_contact": _("The contact has put you on hold"),
        "muted": _("You are muted"),
        "paused": _("Recording paused"),
        "recorded": _("Recorded"),
        "called_in": _("A colleague called you into this conversation"),
        "not_reached": _("%(name)s: %(cause)s"),
        "complete": _("Hand over"),
        "swap_to_contact": _("Back to the contact"),
        "swap_to_guest": _("Talk to them"),
        "join": _("All together"),
        "drop": _("Send away"),
        "cancel_call": _("Stop calling"),
        "dial": _("Call %(number)s"),
        "reading": _("Reading the directory…"),
        "no_directory": _("The directory could not be read. A number can be called all the same."),
        "nobody": _("Nobody of this name."),
        "closed_now": _("not there now"),
        "listed": _("On the do-not-call list"),
        "listed_now": _("The number is on the client's do-not-call list now."),
    }


def _checks(_: Gettext) -> dict[str, str]:
    return {
        "check_good": _("works"),
        "check_bad": _("does not work"),
        "check_wait": _("not tried yet"),
        "check_run": _("being tried"),
        "check_slow": _("%(ms)s ms there and back"),
        "check_clock": _("This device's clock is %(seconds)s s off. Nothing depends on it."),
        "check_heard": _("Your voice arrives."),
        "check_silent": _("Nothing arrives. Speak, or choose another microphone in the browser's settings."),
        "check_echo_record": _("Speak for three seconds…"),
        "check_echo_play": _("This is how you sound."),
        "check_denied": _("The browser blocks it. Allow it in the address bar, then try again."),
        "check_no_notes": _("This browser has no notifications. The tab's title and the ring still tell you."),
    }


def party_words(_: Gettext) -> dict[str, Any]:
    """Return what others in a call are, where they are, and why somebody was not reached."""
    return {
        "rejoin": _("Your own phone"),
        "state": {
            "ringing": _("ringing"), "aside": _("with you alone"), "joined": _("in the call"),
            "supervising": _("takes part"),
        },
        "kind": {
            "agent": _("colleague"), "queue": _("queue"), "flow": _("flow"), "number": _("number"),
            "person": _("the client's people"),
        },
        "cause": {
            "busy": _("busy"),
            "no_answer": _("no answer"),
            "rejected": _("refused"),
            "unreachable": _("cannot be reached"),
            "unallocated": _("no such number"),
            "other": _("not reached"),
        },
    }  # fmt: skip


def mode_words(_: Gettext) -> dict[str, str]:
    """Return how a supervisor takes part in a conversation, as its agent is told."""
    return {"listen": _("listens"), "whisper": _("speaks to you alone"), "barge": _("talks with you both")}


def key_words(_: Gettext) -> dict[str, str]:
    """Return what each act of :data:`tenants.core.desk_keys.DEFAULTS` is called, in the list's order."""
    return {
        "answer": _("Answer"), "hang_up": _("Hang up"), "mute": _("Mute"), "hold": _("Hold the call"),
        "keypad": _("Keypad"), "targets": _("Transfer or call in"),
        "swap": _("Swap contact and colleague"), "join": _("All together"),
        "complete": _("Hand over"), "drop": _("Send away"), "leave": _("Leave the others"),
        "help": _("Ask a supervisor for help"), "message": _("Answer a message"),
        "seat_task": _("The first task from a client"),
        "number": _("Show the whole number"), "escalate": _("Escalate"),
        "mark": _("Mark this moment"),
        "no_call": _("Do not call this number again"),
        "ready": _("Ready"), "search": _("Find an outcome"), "back": _("Script: step back"),
        "next": _("Script: next step"), "wrap_up_end": _("Save and finish wrap-up"),
    }  # fmt: skip


def desk_problems(_: Gettext) -> dict[str, str]:
    """Return what the desk says to refusals that only it can get."""
    return {
        "outcome_required": _("This client wants an outcome of each conversation. Choose one, then go on."),
        "not_called_now": _("This client's contacts are not called at this hour. Call them once its hours begin."),
        "desk_key_unknown": _("This key cannot be taken. Choose a letter, alone or with Alt, F2 to F10 or a sign."),
        "desk_keys_clash": _("Another act has this key already."),
    }
