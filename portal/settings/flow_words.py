"""What the checks of a flow find, as sentences in the reader's language.

The checks speak English (``ivr.core``); here each of their sentences has its pattern, and ``{0}`` to ``{2}`` stand for
its groups. What has no pattern of its own (the schema's rarer words) gets the sentence of its code with the English
behind it, so that nobody reads an English sentence alone. A test holds the table against every finding of the checks.
"""

from __future__ import annotations

import re

from portal.sentences import Gettext

Table = tuple[tuple[str, str], ...]


def _schema(_: Gettext) -> Table:
    """E01 and E19: what is no flow at all."""
    head = "The schema does not allow this: "
    return (
        (r"This is not JSON: .* line (\d+) column (\d+).*", _("This is not JSON: look at line {0}, column {1}.")),
        (r"This is not JSON.*", _("This is not JSON.")),
        (r"This is nested more than (\d+) deep", _("This is nested more than {0} deep.")),
        (r"The key '(.*)' stands twice in one object", _("The key “{0}” stands twice in one object.")),
        (r"Node type '(.*)' does not exist here; the types that do: (.*)",
         _("There is no step of the type “{0}”. There are: {1}.")),
        (head + r"'(.*)' is a required property", _("“{0}” is missing here.")),
        (head + r"Additional properties are not allowed \((.*) (?:was|were) unexpected\)", _("Not known here: {0}.")),
        (head + r"(.*) is not of type (.*)", _("{0} is not of the type {1}.")),
        (head + r"(.*) is not one of (.*)", _("{0} is none of {1}.")),
        (head + r"(.*) is less than the minimum of (.*)", _("{0} is less than the least allowed, {1}.")),
        (head + r"(.*) is greater than the maximum of (.*)", _("{0} is more than the most allowed, {1}.")),
        (head + r"(.*) (?:is too short|should be non-empty|does not have enough properties)", _("{0} is too short.")),
        (head + r"(.*) is too long", _("{0} is too long.")),
        (head + r"(.*) does not match .*", _("{0} is not written as this place wants it.")),
        (head + r"(.*) was expected", _("{0} is expected here.")),
    )  # fmt: skip


def _graph(_: Gettext) -> Table:
    """E02 to E08, E15, W21: ways that lead nowhere, or for ever."""
    return (
        (r"The entry '(.*)' is not a node", _("The flow begins at “{0}”, and there is no such step.")),
        (r"The handler leads to '(.*)', which is no node", _("The handler leads to “{0}”, and there is no such step.")),
        (r"'(.*)' leads to '(.*)', which is no node", _("“{0}” leads to “{1}”, and there is no such step.")),
        (r"A (.*) needs the exit '(.*)'", _("A step of the type {0} needs the exit “{1}”.")),
        (r"A (.*) has no exit '(.*)'", _("A step of the type {0} has no exit “{1}”.")),
        (r"A queue's exit 'callback' and the key .*",
         _("A queue's exit “callback” and the key that leads to it while waiting belong together.")),
        (r"Nothing leads to '(.*)'", _("Nothing leads to the step “{0}”.")),
        (r"From '(.*)' no end can be reached", _("From “{0}” no end can be reached.")),
        (r"(.*) go round without a menu, collect, queue or voicemail",
         _("{0} go round in a circle that the contact never notices: no menu, input, queue or voicemail.")),
        (r"A contact who does nothing goes round (.*) until the limit: count the rounds",
         _("A contact who does nothing goes round {0} until the limit. Count the rounds.")),
        (r"The queue '(.*)' has no exit 'timeout': .*",
         _("The queue “{0}” has no exit “timeout”: contacts may wait for ever.")),
        (r"The queue '(.*)' has no way out when it is closed", _("The queue “{0}” has no way out when it is closed.")),
        (r"The queue '(.*)' has no way out when nobody is signed in",
         _("The queue “{0}” has no way out when no agent is signed in.")),
        (r"No queue can be reached within (\d+) menus", _("No queue can be reached within {0} menus.")),
    )  # fmt: skip


def _data(_: Gettext) -> Table:
    """E09, E10, E17: variables."""
    return (
        (r"There is no variable '(.*)'", _("There is no variable “{0}”.")),
        (r"'(.*)' may be read here before anything has set it", _("“{0}” may be read here before it was set.")),
        (r"'(.*)' exists in every flow and is not declared", _("“{0}” exists in every flow and is not declared.")),
        (r"The default of '(.*)' is not (.*)", _("The default of “{0}” is not of the type {1}.")),
        (r"'(.*)' of '(.*)' is not a formatter; there is: (.*)",
         _("“{0}” of “{1}” is no way of saying it. There are: {2}.")),
        (r"'(.*)' is not a declared string or int", _("“{0}” is not declared as string or int.")),
        (r"'(.*)' is not declared in vars", _("“{0}” is not declared in vars.")),
        (r"'(.*)' cannot be set", _("“{0}” cannot be set.")),
        (r"'(.*)' is secure and would be spoken and kept", _("“{0}” is secret, and would be spoken and kept here.")),
        (r"'(.*)' is secure and would be copied", _("“{0}” is secret, and would be copied here.")),
        (r"'(.*)' works on int, not on (.*)", _("“{0}” works on int, not on {1}.")),
        (r"'(.*)' compares (.*), which are never equal", _("“{0}” compares {1}; these are never equal.")),
        (r"'(.*)' is (string|int|bool), not (string|int|bool)", _("“{0}” is of the type {1}, not {2}.")),
    )  # fmt: skip


def _said(_: Gettext) -> Table:
    """E11 to E13, E18, E20, W22 and tests: keys, names, prompts."""
    return (
        (r"Nobody here speaks '(.*)'", _("“{0}” is not one of your languages.")),
        (r"There is no calendar '(?:cal:)?(.*)'", _("There are no hours “{0}”.")),
        (r"There is no queue '(?:q:)?(.*)'", _("There is no queue “{0}”.")),
        (r"There is no skill '(.*)'", _("There is no skill “{0}”.")),
        (r"There is no prompt '(.*)'", _("There is no prompt “{0}”.")),
        (r"The prompt '(.*)' does not exist in '(.*)'", _("The prompt “{0}” does not exist in {1}.")),
        (r"The prompt says nothing in '(.*)'", _("The prompt says nothing in {0}.")),
        (r"The prompt takes about (\d+) s in '(.*)', more than (\d+)",
         _("The prompt takes about {0} s in {1}, more than {2}.")),
        (r"The prompt in '(.*)' names the keys as (.*), the options as (.*)",
         _("The prompt in {0} names the keys in the order {1}, the options in the order {2}.")),
        (r"(\d+) nodes are more than (\d+)", _("{0} steps are more than {1}.")),
        (r"At least (\d+) digits are more than at most (\d+)",
         _("At least {0} digits are asked for, and at most {1} taken.")),
        (r"(\d+) options are more than (\d+)", _("{0} options are more than {1}.")),
        (r"'(.*)' is not one to four keys", _("“{0}” is not one to four keys.")),
        (r"'(.*)' also begins '(.*)': give the menu an interdigit_s",
         _("“{0}” is also how “{1}” begins: give the menu an interdigit_s.")),
        (r"The shares sum to (.*), not to 100", _("The shares sum to {0}, not to 100.")),
        (r"The test '(.*?)' fails: path is (.*), not (.*)",
         _("The test “{0}” fails: the contact passes {1}, not {2}.")),
        (r"The test '(.*?)' fails: (.*)", _("The test “{0}” fails: {1}.")),
    )  # fmt: skip


def sentences(_: Gettext) -> Table:
    """Return every pattern with its sentence."""
    return (*_schema(_), *_graph(_), *_data(_), *_said(_))


def told(message: str, _: Gettext) -> str:
    """Return a finding in the reader's language; one without a pattern keeps its English behind a sentence."""
    for pattern, sentence in sentences(_):
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return sentence.format(*match.groups())
    return _("This does not follow flow/1: {0}").format(message.removeprefix("The schema does not allow this: "))
