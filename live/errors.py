"""What is refused about messages to agents."""

from __future__ import annotations

from kit.errors import Conflict, TooManyRequests, ValidationFailed


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
