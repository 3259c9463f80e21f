"""The words of the floor's page and of listening: ways to take part, states of a client, what a refusal means."""

from __future__ import annotations

from typing import Any

from portal.message_words import message_problems, message_words
from portal.sentences import Gettext


def floor_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.floor`` and ``words.messages``."""
    return {
        "floor": {
            "way": {
                "listen": _("Listen"),
                "whisper": _("Whisper"),
                "barge": _("Barge in"),
                "take_over": _("Take over"),
            },
            "doing": {
                "listen": _("You listen to %(agent)s"),
                "whisper": _("%(agent)s hears you, the contact does not"),
                "barge": _("Everybody hears you with %(agent)s"),
                "take_over": _("You have taken the conversation over"),
                "held": _("The contact waits for you"),
            },
            "door": {
                "locked": _("Closed its door"),
                "suspended": _("Suspended"),
                "away": _("Not reachable"),
                "stale": _("Late"),
            },
            **_script(_),
            **_taken(_),
            **_alerts(_),
            **_asked(_),
        },
        **message_words(_),
    }


def _script(_: Gettext) -> dict[str, str]:
    return {
        "stop": _("Stop"),
        "end_call": _("End the call"),
        "elsewhere": _("For a client whose door is closed to you"),
        "hand": _("Help"),
        "hands": _("%(count)s ask for help"),
        "watchers": _("Taking part: %(names)s"),
        "nobody": _("nobody"),
        "seen": _("%(seen)s of %(all)s agents"),
        "waiting_now": _("%(waiting)s waiting, %(talking)s talking, %(hands)s ask for help"),
        "your_phone_rings": _("Your phone rings: answer it"),
        "connecting_you": _("Connecting you with %(agent)s…"),
        "all_agents": _("All agents"),
        "no_client": _("No client at the moment"),
        "no_queue": _("No queue at the moment"),
        "phone_off": _("No phone"),
        "phone_ready": _("Phone ready"),
        "phone_connecting": _("Phone: connecting"),
        "phone_refused": _("Phone not registered"),
        "phone_unreachable": _("Phone not registered"),
        "phone_elsewhere": _("The phone is in another tab"),
        "phone_busy_elsewhere": _("The phone is in another tab"),
        "phone_active": _("Phone in use"),
        "mic_denied": _(
            "The browser blocks the microphone: you can listen, and nobody hears you. Allow it in the address bar."
        ),
        "mic_missing": _("No microphone found: you can listen, and nobody hears you. Plug one in, it is used at once."),
        "mic_lost": _("The microphone is gone: nobody hears you. Plug one in, it is used at once."),
        "ice_weak": _("The sound is breaking up: the network is weak or gone. Trying to keep the call."),
        "ice_failed": _("No sound path to the phone server. Check the network or VPN."),
        "not_now": _("That did not work: %(reason)s"),
        "client_late": _("%(client)s: what is shown is from a moment ago."),
    }


def _taken(_: Gettext) -> dict[str, str]:
    return {
        "hold": _("Hold the call"),
        "retrieve": _("Back to the call"),
        "what_came": _("The conversation that you took over has ended. What came of it?"),
        "free_agents": _("Free agents"),
        "queues": _("Queues"),
    }


def _alerts(_: Gettext) -> dict[str, Any]:
    return {
        "alert": {
            "help_asked": _("%(name)s asks for help"),
            "waits_long": _("A contact waits too long: %(name)s"),
            "talks_long": _("%(name)s has talked for long"),
            "wraps_up_long": _("%(name)s wraps up for long"),
            "breaks_long": _("%(name)s is on a break for long"),
            "phone_lost": _("%(name)s is available, and its phone is lost"),
            "desk_lost": _("The desk of %(name)s is not reached"),
            "line_down": _("The line %(name)s is down"),
            "engine_lost": _("The telephone system %(name)s cannot be reached"),
            "engine_drained": _("The telephone system %(name)s takes no new calls"),
            "board_differed": _("The live board of %(name)s was wrong and was made anew from the journal"),
        },
        "centre": _("The call centre itself"),
        "cared": _("%(name)s takes care of it since %(time)s"),
        "level": _("time %(level)s"),
        "alerts_now": _("%(count)s open"),
    }


def _asked(_: Gettext) -> dict[str, str]:
    return {
        "ask_listen": _("Listen to %(agent)s?"),
        "ask_whisper": _("Whisper to %(agent)s?"),
        "ask_barge": _("Join the conversation of %(agent)s? The contact hears you."),
        "ask_take_over": _("Take the conversation over from %(agent)s? The agent leaves it, you go on."),
        "ask_hang_up": _("End the conversation of %(agent)s for everybody?"),
        "ask_state": _("Change the state of %(agent)s?"),
        "ask_sign_out": _("Sign %(agent)s out? Whoever works finishes first."),
        "reason_needed": _("Say why: the client reads it."),
        "reason_free": _("You may say why; the client reads it."),
    }


def supervision_problems(_: Gettext) -> dict[str, str]:
    """Return what the refusals of supervision mean."""
    return {
        "not_supervised": _("This client does not allow that."),
        "whisper_taken": _("Somebody else speaks to this agent already."),
        "listeners_full": _("As many take part as the client allows at once."),
        "card_data_given": _("Card data is being given: nobody listens until it is over."),
        "phone_not_ready": _("Your phone is not registered. Connect it first."),
        "reason_needed": _("Say why first: the client wants a reason."),
        "no_help_asked": _("Nobody asks for help there any more."),
        "floor_refused": _("The floor refused this."),
        **message_problems(_),
    }
