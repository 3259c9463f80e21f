"""The longer words of the screens: what scripts say, what a refusal means, what a permission is for."""

from __future__ import annotations

from collections.abc import Callable

from portal.order_words import order_problems

Gettext = Callable[[str], str]


def live_words(_: Gettext) -> dict[str, str]:
    """Return what scripts say about the feed, on the board and on the desk."""
    return {
        "connecting": _("Connecting"),
        "live": _("Live"),
        "stale": _("Stale"),
        "disconnected": _("Disconnected"),
        "paused": _("Paused"),
        "as_of": _("as of %(time)s"),
        "age": _("%(seconds)s s ago"),
        "paused_at": _("Paused at %(time)s"),
        "frozen": _("No news since %(time)s. The figures below are from then."),
        "retry_in": _("Trying again in %(seconds)s s"),
        "retrying": _("Connecting again…"),
        "slow": _("This connection was too slow to follow; the board was sent anew."),
        "refused": _("You may not see this board any more, or your session has ended."),
        "pause": _("Pause updates"),
        "resume": _("Resume"),
        "skew": _("This device's clock is off by %(seconds)s s; times shown are the server's."),
        "unknown": _("Not computable yet: nothing has been counted today."),
        "today": _("%(count)s today"),
        "waiting_now": _("%(waiting)s waiting, service level %(level)s, %(talking)s talking, %(down)s phones down"),
        "met": _("on target"),
        "missed": _("below target"),
        "over": _("over %(t)s s"),
        "critical": _("over your limit of %(t)s s"),
        "play": _("Play the recording of %(contact)s at %(time)s"),
        "chart_offered": _("Offered"),
        "chart_level": _("Service level"),
        "chart_target": _("Target %(target)s %%"),
        "chart_waiting": _("Waiting"),
        "sampled": _("sampled on this screen since %(time)s"),
        "ongoing": _("running"),
        "overdue": _("overdue for %(time)s"),
        "due_in": _("due in %(time)s"),
        "seen": _("%(seen)s of %(all)s seats"),
        "rented": _("of %(count)s rented"),
        "lost": _("%(lost)s, and %(short)s short"),
        "of": _("%(num)s of %(den)s"),
    }


def _of_exchange(_: Gettext) -> dict[str, str]:
    return {
        "credential_elsewhere": _("This key is bound to networks or certificates, and the request came without them."),
        "connection_not_active": _("The connection is not active: nothing is exchanged over it now."),
        "agreement_not_possible": _("This is not possible as the connection stands now. Reload the page."),
        "agreement_wrong_side": _("The other side decides this."),
        "mail_not_set_up": _("Mail for work orders is not set up at the call centre."),
        "map_not_total": _("The map leaves something open, or leads to what does not exist."),
        "not_a_message": _("The message cannot be read."),
    }


def problems(_: Gettext) -> dict[str, str]:
    """Return what a refusal means for the reader, by its stable code; shown instead of our English."""
    return {
        "taken_over": _("The client's own people are there now. Ask them for access, with a reason."),
        "forbidden": _("Your role does not include this."),
        "not_from_our_page": _("The form did not come from this site, or your session has changed. Reload the page."),
        "not_an_agent": _("This page belongs to agents at a seat."),
        "not_found": _("The address is wrong, or what it named belongs to someone else or is gone."),
        "no_client": _("Choose first the client that you work for."),
        **_of_exchange(_),
        "tenant_suspended": _("This client is suspended. The call centre can say more."),
        "conflict": _("Somebody or something was quicker. Look at the present state, then try again."),
        "not_signed_in": _("Sign in and come back."),
        "quota_exceeded": _("Wait a moment before you try again."),
        "unavailable": _("A part of the house is away for a moment. Nothing that you saved is lost."),
        "tenant_moving": _("This client's data is being carried to another database. It takes seconds; calls go on."),
        "database_away": _("This client's own database does not answer. Calls go on, and nothing of them is lost."),
        "placement_behind": _("This client's own database waits for an update. Calls go on meanwhile."),
        "engine_away": _("The phone engine cannot be reached right now."),
        "break_reason_unknown": _("The call centre has no such reason. Reload the page, then choose again."),
        "not_possible_now": _("That is not possible in the present state."),
        "not_yours": _("This is not your interaction any more."),
        "desk_taken": _("Somebody sits at this place. Choose another one."),
        "agent_unknown": _("You do not work on this floor now."),
        "validation_failed": _("Something in what was sent is not right."),
        **order_problems(_),
        "reason_missing": _("Say why: this step needs a reason."),
        "comment_missing": _("Write the comment first; at most 4000 characters."),
        "rate_limited": _("Too many requests in a short time. Wait a moment before you try again."),
        "too_many_keys": _("As many are alive as may be at once. End one of them first."),
        "idp_away": _("Your company's sign-in service does not answer. Try again in a moment."),
        "idp_refused": _("Signing in through your company's service was refused."),
        "idp_invalid": _("This sign-in service cannot be used like this."),
        "would_lock_out": _(
            "First one manager has to come in through a sign-in service, and one manager with a password "
            "has to be chosen as the way back."
        ),
        "method_not_allowed": _("This address does not take what was sent."),
        "internal": _("Nothing that you saved is lost. Try again in a moment."),
    }


def sign_in_problems(_: Gettext) -> dict[str, str]:
    """Return the same for what can go wrong while one signs in."""
    return {
        "wrong_password": _("E-mail or password is not right."),
        "too_many_sign_ins": _("Too many attempts. Wait a minute, then try again."),
        "sign_in_busy": _("Too many attempts. Wait a minute, then try again."),
        "wrong_code": _("This code is not right, or was used already. Wait for the next one."),
        "sign_in_expired": _("The second step took too long, or too many tries. Begin again."),
        "sign_in_locked": _(
            "This sign-in is locked after too many wrong codes. Your manager can lift the lock; "
            "at the call centre, whoever runs it."
        ),
        "link_spent": _("It was used, it is older than 24 hours, or a newer one took its place."),
        "weak_password": _(
            "At least 12 characters. Several words are easy to keep and hard to guess. "
            "Not your name, not your company's."
        ),
        "second_factor_missing": _("Your company asks everybody for a second factor. Set one up to go on."),
        "confirm_again": _("Confirm that it is you, then send the form again."),
        "managed_by_company": _("Your company's own sign-in service has your password and your second factor."),
        "managed_elsewhere": _("The call centre manages the sign-in of this person. Ask it to do this."),
    }


def permissions(_: Gettext) -> dict[str, str]:
    """Return what each permission lets one do, for the page that says what a role is for."""
    return {**_calling(_), **_reading(_)}


def _calling(_: Gettext) -> dict[str, str]:
    return {
        "endpoint.manage": _("Keep endpoints: add them, verify them, send events again"),
        "event.read": _("Read the feed of events"),
        "recording.hold": _("Hold conversations so that they are not deleted"),
        "recording.share": _("Let others hear a recording by a link, where the client allows it"),
        "interaction.comment": _("Write and read comments on conversations"),
        "desktop.view": _("See agents' desks"),
        "desktop.withhold": _("Switch the view of agents' desks off"),
        "control.act": _(
            "Change hours, pauses, announcements and priorities for a time, as far as the contract allows"
        ),
        "control.read": _("See what the client has changed for a time"),
        "call.begin": _("Let agents call contacts, and take callbacks back"),
        "call.handle": _("Handle calls at a desk"),
        "call.listen": _("Listen to conversations as they go on, where the contract allows it"),
        "call.supervise": _("Whisper to agents, join their calls, take them over or end them"),
        "do_not_call.keep": _("Keep the list of numbers that are not called"),
    }


def _reading(_: Gettext) -> dict[str, str]:
    return {
        "live.read": _("See the live board"),
        "wall.manage": _("Hang up the board: screens and tiles"),
        "floor.watch": _("See the floor: every agent of the clients one works for"),
        "interaction.read": _("See interactions"),
        "interaction.export": _("Take lists of interactions along as files"),
        "recording.listen": _("Hear recordings"),
        "work_order.read": _("See work orders"),
        "work_order.create": _("Raise work orders"),
        "work_order.change": _("Move work orders on"),
        "work_order.comment": _("Comment on work orders"),
        "settings.read": _("See the settings"),
        "settings.change": _("Change the settings"),
        "integration.manage": _("Connect systems: keys and webhooks"),
        "journal.read": _("Read the journal of facts"),
        "report.read": _("See reports"),
        "tenant.create": _("Take on new clients"),
        "tenant.erase": _("Decide about erasing a client that has left"),
        "contract.change": _("Change contract, numbers and seats"),
        "people.manage": _("Manage the client's people"),
        "identity.manage": _("Decide how people sign in"),
        "staff.manage": _("Look after the call centre's own people"),
        "trunk.manage": _("Look after the lines to carriers and their secrets"),
        "engine.manage": _("Empty phone engines, and give up one that never returns"),
        "staff_access.ask": _("Ask for access to a client"),
        "staff_access.read": _("See who of the outsourcer has access"),
        "staff_access.decide": _("Allow and end the outsourcer's access"),
        "contact.reveal": _("See a contact's whole number"),
        "context.acknowledge": _("Say that a call handed to the company is known"),
        "context.revoke": _("Close the page about a call that was handed on"),
        "probe.read": _("See what the isolation probe found"),
        "probe.run": _("Start the isolation probe"),
        "probe.acknowledge": _("Acknowledge a red result of the isolation probe"),
        "export.ask": _("Ask for an export of everything"),
        "export.approve": _("Approve a colleague's export"),
        "export.fetch": _("Fetch an approved export"),
        "sound.upload": _("Upload recordings for prompts and music"),
    }


def formulas(_: Gettext) -> dict[str, str]:
    """Service level variants as a sentence; the contract chooses one."""
    return {
        "SL1": _("answered within %(t)s s ÷ (answered + all abandoned)"),
        "SL2": _("answered within %(t)s s ÷ (answered + abandoned, short abandons left out)"),
        "SL3": _("answered within %(t)s s ÷ (answered + abandoned after %(t)s s)"),
        "SL4": _("(answered or abandoned within %(t)s s) ÷ (answered + all abandoned)"),
        "SL5": _("answered within %(t)s s ÷ answered"),
        "SL6": _(
            "(answered or abandoned within %(t)s s, short abandons left out) ÷ (answered + abandoned, short ones out)"
        ),
    }
