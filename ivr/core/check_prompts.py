"""Checks of what is said and referred to: E12, E13, E18 (length), W22."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from ivr.core.findings import Finding, error, pointer, warning
from ivr.core.flow import Callback, Collect, Flow, Hours, Menu, Node, Play, Prompt, Queueing, Voicemail
from ivr.core.values import PromptRef

LONGEST_S = 60
IDEOGRAPHS_PER_S = 4
LETTERS_PER_S = 15
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
KEY_SAID = re.compile(r"(?<![0-9])[0-9*#](?![0-9])")


class Names(Protocol):
    """What a flow may refer to, by code; a prompt with the locales that it exists in (``tenants`` has one)."""

    @property
    def queues(self) -> AbstractSet[str]:
        """The tenant's queues."""

    @property
    def calendars(self) -> AbstractSet[str]:
        """The tenant's calendars."""

    @property
    def skills(self) -> AbstractSet[str]:
        """The tenant's skills."""

    @property
    def prompts(self) -> Mapping[str, AbstractSet[str]]:
        """The tenant's prompts, each with its locales."""

    @property
    def locales(self) -> AbstractSet[str]:
        """The locales that a flow may speak."""


def check_names(flow: Flow, names: Names) -> Iterator[Finding]:
    """Find unknown queues, calendars, skills, prompts and locales (E12), and prompts without a locale's sound (E13)."""
    for index, locale in enumerate(flow.locales):
        if locale not in names.locales:
            yield error("E12", None, pointer("locales", index), f"Nobody here speaks '{locale}'")
    for name, node in flow.nodes.items():
        if isinstance(node, Hours) and node.calendar not in names.calendars:
            yield error("E12", name, pointer("nodes", name, "calendar"), f"There is no calendar '{node.calendar}'")
        if isinstance(node, Queueing | Callback):
            yield from _queue_names(name, node, names)
        for place, prompt in prompts_of(node):
            for ref in (ref for refs in prompt.values() for ref in refs if ref.asset is not None):
                yield from _asset(name, pointer("nodes", name, *place, ref.locale), ref, names)


def check_prompts(flow: Flow) -> Iterator[Finding]:
    """Find prompts missing in a locale (E13), too long ones (E18), options in another order than said (W22)."""
    for name, node in flow.nodes.items():
        for place, prompt in prompts_of(node):
            at = pointer("nodes", name, *place)
            for locale in flow.locales:
                if locale not in prompt:
                    yield error("E13", name, at, f"The prompt says nothing in '{locale}'")
            for locale, refs in prompt.items():
                seconds = sum(spoken_s(ref.text or "") for ref in refs)
                if seconds > LONGEST_S:
                    sentence = f"The prompt takes about {seconds:.0f} s in '{locale}', more than {LONGEST_S}"
                    yield error("E18", name, at, sentence)
        if isinstance(node, Menu):
            yield from _order(name, node)


def prompts_of(node: Node) -> Iterator[tuple[tuple[str, ...], Prompt]]:
    """Yield a node's prompts, each with its place in the node."""
    if isinstance(node, Play | Menu | Callback | Voicemail) or (isinstance(node, Collect) and node.prompt):
        yield ("prompt",), node.prompt
    if isinstance(node, Callback) and node.other:
        yield ("other",), node.other
    if isinstance(node, Queueing) and node.announcement is not None:
        yield ("while_waiting", "say"), node.announcement.prompt


def spoken_s(text: str) -> float:
    """Estimate how long a text takes to say, in seconds."""
    ideographs = len(IDEOGRAPH.findall(text))
    return ideographs / IDEOGRAPHS_PER_S + (len(text) - ideographs) / LETTERS_PER_S


def skills_of(expr: Mapping[str, Any]) -> Iterator[str]:
    """Yield the skills that a step of relaxation asks for."""
    if "skill" in expr:
        yield str(expr["skill"])
    for part in (*expr.get("all", ()), *expr.get("any", ())):
        yield from skills_of(part)


def _queue_names(name: str, node: Queueing | Callback, names: Names) -> Iterator[Finding]:
    if node.queue not in names.queues:
        yield error("E12", name, pointer("nodes", name, "queue"), f"There is no queue '{node.queue}'")
    for index, step in enumerate(node.steps if isinstance(node, Queueing) else ()):
        for skill in skills_of(step.expr):
            if skill not in names.skills:
                place = pointer("nodes", name, "steps", index, "expr")
                yield error("E12", name, place, f"There is no skill '{skill}'")


def _asset(name: str, place: str, ref: PromptRef, names: Names) -> Iterator[Finding]:
    known = names.prompts.get(ref.asset or "")
    if known is None:
        yield error("E12", name, place, f"There is no prompt '{ref.asset}'")
    elif ref.locale not in known:
        yield error("E13", name, place, f"The prompt '{ref.asset}' does not exist in '{ref.locale}'")


def _order(name: str, node: Menu) -> Iterator[Finding]:
    """Compare the order of the options with the order in which the text names their keys."""
    for locale, refs in node.prompt.items():
        text = " ".join(ref.text or "" for ref in refs)
        said = list(dict.fromkeys(key for key in KEY_SAID.findall(text) if key in node.options))
        listed = [key for key in node.options if key in said]
        if said != listed:
            sentence = (
                f"The prompt in '{locale}' names the keys as {', '.join(said)}, the options as {', '.join(listed)}"
            )
            yield warning("W22", name, pointer("nodes", name, "options"), sentence)
