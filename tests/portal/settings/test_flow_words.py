"""Every finding that the flows' own tests provoke has a sentence, in each language, with what it is about."""

from __future__ import annotations

import re

import pytest

from ivr.validate import validate
from portal import i18n
from portal.settings.flow_words import sentences, told
from portal.settings.refusals import said
from tests.ivr.flows import NAMES, text
from tests.ivr.test_checks import BROKEN

NOT_FLOWS = ("", "{", "[" * 100, '{"a": 1, "a": 2}', "[]", '{"schema": "flow/1"}')


def found() -> list[tuple[str, str]]:
    texts = [*NOT_FLOWS, *(text(document) for _, _, document in BROKEN)]
    return [(f.code, f.message) for each in texts for f in validate(each, NAMES).findings]


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_no_finding_is_shown_in_english(locale: i18n.CatalogueName) -> None:
    _ = i18n.translations(locale).gettext
    messages = found()
    assert len({code for code, _ in messages}) > 15
    for code, message in messages:
        sentence = told(message, _)
        assert re.search(r"[\u4e00-\u9fff]", sentence), (code, message)
        assert not re.search(r"(?<![\w-])(the|leads|there|does|not allow)(?![\w-])", sentence), (code, sentence)
        assert said(f"{code} {message}", _).endswith(f"({code})")


def test_what_a_finding_is_about_stays_in_it() -> None:
    _ = i18n.translations("zh_Hans").gettext
    assert told("'1' leads to 'nowhere', which is no node", _) == "“1”指向“nowhere”，但没有这一步。"
    assert told("The schema does not allow this: 7 is odd", str) == "This does not follow flow/1: 7 is odd"
    for pattern, sentence in sentences(str):
        assert re.compile(pattern).groups == len(set(re.findall(r"\{\d\}", sentence))), pattern
