"""Contrast of the colour tokens: axe has no rule for bars and icons, and skips what is off the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "static" / "app.css").read_text(encoding="utf-8")
TEXT = ("ink", "soft", "nav", "accent", "ok", "warn", "bad", "info")
SHAPES = (
    "talking",
    "offered",
    "hold",
    "available",
    "wrapping",
    "break",
    "offline",
    "down",
    "level",
    "target",
    "bar-line",
)
PAIRS = (
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "bad", "info")),
    ("accent", "accent-soft"), ("soft", "hover"), ("ink", "hover"), ("ink", "bad-soft"),
    ("on-accent", "accent"), ("on-danger", "danger"), ("on-go", "go"),
)  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', CSS, re.DOTALL)
    assert block
    return dict(re.findall(r"--gf-([a-z-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_card_and_page(theme: str) -> None:
    found = tokens(theme)
    low = {
        f"{name} on {ground}": round(contrast(found[name], found[ground]), 2)
        for name in TEXT
        for ground in ("card", "page")
        if contrast(found[name], found[ground]) < 4.5
    }
    low |= {
        f"{one} on {other}": round(contrast(found[one], found[other]), 2)
        for one, other in PAIRS
        if contrast(found[one], found[other]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_and_icons_stand_out(theme: str) -> None:
    found = tokens(theme)
    low = {
        f"{name} on {ground}": round(contrast(found[name], found[ground]), 2)
        for name in SHAPES
        for ground in ("card", "page")
        if contrast(found[name], found[ground]) < 3.0
    }
    assert low == {}


def test_every_state_has_its_colour_in_both_themes() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert set(light) == set(dark)
    assert len(light) > 30
