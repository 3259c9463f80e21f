"""Catalogues are complete and current; a language tag in any spelling gets the right one; times are the client's."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from portal import i18n
from portal.words import vocabulary

ROOT = Path(__file__).resolve().parents[3]
FILLED = re.compile(r"%\(\w+\)s|%%")


@pytest.fixture(scope="module")
def source() -> Catalog:
    made = Catalog()
    found = extract_from_dir(
        ROOT / "portal", [("**.py", "python")], keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    )
    for _, _, message, _, _ in found:
        made.add(message)
    found = extract_from_dir(ROOT / "templates", [("**.html", "jinja2")], {"**.html": {"newstyle_gettext": "true"}})
    for _, _, message, _, _ in found:
        made.add(message)
    return made


def key(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, (tuple, list)) else message_id)


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_every_text_is_translated_and_none_is_stale(source: Catalog, locale: str) -> None:
    catalogue = i18n.catalogue(cast("i18n.CatalogueName", locale))
    wanted = {key(message.id) for message in source if message.id}
    had = {key(message.id): message for message in catalogue if message.id}
    assert len(wanted) > 200
    assert wanted - set(had) == set()
    assert set(had) - wanted == set()
    texts = {
        name: [message.string] if isinstance(message.string, str) else list(message.string or [])
        for name, message in had.items()
    }
    assert [name for name, strings in texts.items() if not all(strings)] == []
    assert not any(message.fuzzy for message in had.values())
    wrong = [
        name
        for name, strings in texts.items()
        if any(set(FILLED.findall(text)) != set(FILLED.findall(name)) for text in strings)
    ]
    assert wrong == []


def test_traditional_is_not_simplified() -> None:
    simplified = vocabulary(i18n.translations("zh_Hans").gettext, i18n.translations("zh_Hans").ngettext)
    traditional = vocabulary(i18n.translations("zh_Hant").gettext, i18n.translations("zh_Hant").ngettext)
    assert simplified["live"]["chart_level"] == "服务水平"
    assert traditional["live"]["chart_level"] == "服務水準"
    assert simplified["state"]["wrapping_up"] == "话后处理"
    assert (traditional["state"]["available"], traditional["state"]["on_break"]) == ("空閒", "示忙")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-TW", "zh_Hant"), ("zh-HK", "zh_Hant"), ("zh_MO", "zh_Hant"), ("zh-Hant", "zh_Hant"),
        ("zh-Hant-TW", "zh_Hant"), ("zh", "zh_Hans"), ("zh-CN", "zh_Hans"), ("zh-SG", "zh_Hans"),
        ("zh-Hans-HK", "zh_Hans"), ("ZH_hans", "zh_Hans"),
        ("en", "en"), ("en-GB", "en"), ("fr", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_tags_are_normalised(tag: str | None, expected: str | None) -> None:
    assert i18n.normalise(tag) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr, zh-TW;q=0.8, zh-CN;q=0.9", "zh_Hans"),
        ("zh-HK,en;q=0.5", "zh_Hant"),
        ("zh;q=0, en", "en"),
        ("de", "en"),
        ("en;q=x", "en"),
    ],
)
def test_header_is_weighed(header: str, expected: str) -> None:
    assert i18n.choose(None, accept_language=header) == expected


def test_a_wish_goes_before_the_header() -> None:
    assert i18n.choose(None, "zh-MO", accept_language="en") == "zh_Hant"
    assert i18n.choose("fr", None, accept_language="zh-CN") == "zh_Hans"


def test_times_are_the_clients() -> None:
    at = datetime(2026, 11, 21, 21, 31, 55, tzinfo=UTC)
    shanghai = ZoneInfo("Asia/Shanghai")
    assert i18n.clock(at, shanghai) == "05:31:55"
    assert i18n.moment(at, shanghai, "en") == "22 Nov 2026 05:31:55"
    assert i18n.moment(at, shanghai, "zh_Hant") == "2026年11月22日 05:31:55"
    assert i18n.day(at, shanghai, "zh_Hans") == "2026年11月22日星期日"
    assert i18n.utc(at) == "2026-11-21 21:31:55 UTC"
    labels = {
        name: i18n.zone_label(ZoneInfo(name), at)
        for name in ("Asia/Shanghai", "Asia/Kolkata", "America/New_York", "UTC")
    }
    assert labels == {"Asia/Shanghai": "GMT+8", "Asia/Kolkata": "GMT+5:30", "America/New_York": "GMT-5", "UTC": "GMT"}


def test_durations_never_round_up() -> None:
    assert [i18n.duration(ms) for ms in (None, 0, 999, 61_999, 3_600_000, -5)] == [
        "—",
        "00:00",
        "00:00",
        "01:01",
        "1:00:00",
        "00:00",
    ]
