"""What is refused about messages to agents, and about boards of the past."""

from __future__ import annotations

from kit.errors import Conflict, Problem, TooManyRequests, Unavailable, ValidationFailed


class MessageNotClear(ValidationFailed):
    """The text is empty or longer than 500 characters (an answer: one line of 200), or nobody is to get it."""

    code = "message_not_clear"
    title = "A message has 1 to 500 characters, an answer one line of 200 at most"


class MessageAnswered(Conflict):
    """The agent has answered this message already."""

    code = "message_answered"
    title = "This message has been answered"


class TooManyMessages(TooManyRequests):
    """More than ten messages of one supervisor, or ten answers of one agent, within a minute."""

    code = "too_many_messages"
    title = "Too many messages within a minute"


class MomentGone(Problem):
    """A board is asked for of a moment before the client's journal begins."""

    status = 410
    code = "moment_gone"
    title = "The journal begins after this moment"


class MomentAhead(ValidationFailed):
    """A board is asked for of a moment that has not come."""

    code = "moment_ahead"
    title = "This moment has not come yet"


class PastNotReady(Unavailable):
    """The stored boards of this client are being made: too many facts lie between the nearest one and the moment."""

    code = "past_not_ready"
    title = "The boards of this time are being prepared; try again in some minutes"


class TooManyRewinds(TooManyRequests):
    """One person has too many boards of the past open at once."""

    code = "too_many_rewinds"
    title = "Too many boards of the past are open at once"


class AskDecided(Conflict):
    """A request of the client was decided already, or nobody decided it in time."""

    code = "ask_decided"
    title = "This has been decided already"


class NobodyToHear(Conflict):
    """The agent talks to nobody of this client just now."""

    code = "nobody_to_hear"
    title = "There is no conversation to hear just now"
