"""What must not be in an answer: the oracles that look at one answer, or at two that must be alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

from probe.core.canaries import UUID_TAIL, Canaries
from probe.core.messages import Answer, Request

_SHORT = 6
_SERVER_ERROR, _CLIENT_ERROR, _UNAVAILABLE = 500, 400, 503
_SEE_OTHER, _CONFLICT = 303, 409

_VOLATILE = (
    (re.compile(rf"-(?<=[0-9a-f]{{8}}-){UUID_TAIL}"), 8, "<id>"),
    (re.compile(r"-(?<=\d{4}-)\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?"), 4, "<at>"),
    (re.compile(r"-(?<=\b\d{4}-)\d\d-\d\d-\d{4}\b"), 4, "<at>"),
    (re.compile(r"<v>\d{5}\.\d+</v>"), 0, "<v><at></v>"),
    (re.compile(r'data-upto="\d+"'), 0, 'data-upto="<place>"'),
    (re.compile(r"c-(?<=\b..)[0-9a-f]{12}-\d+-web\b"), 0, "<phone>"),
    (re.compile(r"/wall/s#[\w-]+"), 0, "/wall/s#<token>"),
    (re.compile(r"gft_(?<=\b....)[0-9A-Za-z]{43}\b"), 0, "<pass>"),
    (re.compile(r"WO-\d+"), 0, "<number>"),
    (re.compile(r'"(id|by)":"[0-9A-Za-z]{8}"'), 0, '"key"'),
    (re.compile(r"gf(-step)?=[^;]+"), 0, "gf=<token>"),
    (re.compile(r":(?<=\b\d\d:)\d\d(:\d\d)?\b"), 2, "<clock>"),
)
"""What changes from answer to answer, so many letters before it that change too, and what stands for it. A pattern that
begins with one certain letter is looked for twenty times as fast as one that begins with any digit, so each does that
can; its own first letters, and a word's edge, are asked for behind it."""
_LONG = re.compile(r"[0-9a-f](?<=\b.)(?:[0-9a-f]{63}|[0-9a-f]{31}|(?<=\d)\d{12})\b")
_LONG_WORDS = {64: "<hash>", 32: "<file>", 13: "<ms>"}
_UNTOLD = frozenset({"ratelimit", "date", "content-length", "last-modified"})
_SQL = re.compile(
    r"asyncpg|psycopg|sqlalchemy|Traceback|File \"|gf\.[a-z_]+|relation \"|violates|guard\.tenant|SELECT "
)


@dataclass(frozen=True)
class Finding:
    """One thing that must not happen."""

    oracle: str
    member: str
    who: str
    detail: str


def without(text: str, sent: Iterable[str], instead: str = "") -> str:
    """Remove what the caller itself sent, in every spelling that a page gives it."""
    for value in sorted(sent, key=len, reverse=True):
        for spelt in _spellings(value):
            if len(spelt) > _SHORT:
                text = text.replace(spelt, instead)
            elif spelt in text and spelt:  # a few digits stand in many an id by chance: only the whole word is an echo
                text = re.sub(rf"(?<![0-9A-Za-z]){re.escape(spelt)}(?![0-9A-Za-z])", instead, text)
    return text


@lru_cache(maxsize=1024)
def _spellings(value: str) -> frozenset[str]:
    return frozenset({value, html.escape(value), quote(value), quote_plus(value), quote(value, safe="")})


GROWING = ("/settings/audit", "/v1/journal")
"""Each look at the journal is a fact in it, so two answers never agree; canaries are looked for in them still."""


RATIONED = ("/settings/isolation/runs",)
"""Taken once an hour: of two equal requests the first is, whatever it names. Canaries are looked for in both."""


def comparable(answer: Answer, request: Request) -> tuple[object, ...]:
    """Return an answer without what differs from request to request for everybody."""
    if request.target.partition("?")[0].startswith(GROWING):
        return answer.status, answer.header("content-type"), ""
    if request.target.partition("?")[0] in RATIONED and answer.status in {_SEE_OTHER, _CONFLICT}:
        return ("rationed",)
    headers = sorted(f"{k.lower()}: {v}" for k, v in answer.headers if k.lower() not in _UNTOLD)
    told, text = _steady("\n".join(headers)), _steady_page(answer.text)
    sent = dict.fromkeys([*request.sent, *(_steady(value) for value in request.sent)])
    return answer.status, without(told, sent, "<sent>"), without(text, sent, "<sent>")


@lru_cache(maxsize=16)
def _steady_page(text: str) -> str:
    """Remember the last pages: many an answer is the one before, to the letter."""
    return _steady.__wrapped__(text)


@lru_cache(maxsize=1024)
def _steady(text: str) -> str:
    """Return a text as it stands in an answer whose ids and times were taken out."""
    for pattern, before, word in _VOLATILE:
        text = _replaced(text, pattern, before, word) if before else pattern.sub(word, text)
    return _LONG.sub(lambda found: _LONG_WORDS[len(found[0])], text)


def _replaced(text: str, pattern: re.Pattern[str], before: int, word: str) -> str:
    """Replace what a pattern finds together with so many letters before it."""
    made, end = [], 0
    for found in pattern.finditer(text):
        begin = found.start() - before
        if begin >= end:
            made += [text[end:begin], word]
            end = found.end()
    return "".join([*made, text[end:]])


def complaints(answer: Answer, request: Request, words: Canaries) -> list[tuple[str, str]]:
    """Apply the oracles that look at one answer."""
    found = []
    kinds = words.found_in(without(answer.whole, request.sent))
    if kinds:
        found.append(("canary", ", ".join(sorted(kinds))))
    if answer.status >= _SERVER_ERROR and answer.status != _UNAVAILABLE:
        found.append(("bug", f"{answer.status} {answer.text[:200]}"))
    if answer.status >= _CLIENT_ERROR and request.method != "HEAD" and not _has_code(answer):
        found.append(("no stable code", f"{answer.status} {answer.header('content-type')} {answer.text[:80]}"))
    if answer.status >= _CLIENT_ERROR and (leak := _SQL.search(answer.text)):
        found.append(("innards", leak.group()))
    return found


def _has_code(answer: Answer) -> bool:
    kind = answer.header("content-type")
    if kind == "application/problem+json":
        return re.search(r'"code":"[a-z_]+"', answer.text) is not None
    if kind == "application/json":  # OAuth's own form of an error (RFC 6749, 5.2), and that of TMF621
        return re.search(r'"(error|code)":"[a-z_]+"', answer.text) is not None
    return kind.startswith("text/html") and "<main" in answer.text


def difference(one: tuple[object, ...], other: tuple[object, ...]) -> str:
    """Say where two answers part."""
    for left, right in zip(one, other, strict=True):
        if left != right:
            a, b = str(left), str(right)
            at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            return f"{a[max(0, at - 60) : at + 90]!r} is not {b[max(0, at - 60) : at + 90]!r}"
    return "equal"
