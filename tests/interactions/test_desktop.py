"""What may be in an event of a desk, and when a part of it is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from interactions.desktop.core import frames
from interactions.desktop.core.scrub import Strange, scrubbed
from interactions.desktop.core.tape import LARGEST, LONGEST_MS, Tape
from tenants.core.desktop import SHIFT, DesktopPolicy, agreed
from tenants.core.permissions import Role


def event(kind: int, **data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": 1000, "data": data}


def element(name: str, *children: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": 2, "id": 7, "tagName": name, "attributes": attributes, "childNodes": list(children)}


def test_only_named_elements_and_attributes_are_in_a_page() -> None:
    link = {"href": "https://x.example/static/app.css?v=0f&number=1"}
    node = element(
        "form",
        element("script", src="/x.js"),
        element("a", href="tel:+8613812340021", title="+8613812340021", **{"class": "btn", "data-part": "who"}),
        element("link", rel="stylesheet", href="https://x.example/static/app.css?v=0f"),
        element("link", **link),
        element("p", style="background: url(https://evil.example)", onclick="x()", **{"data-show": "4111 1111"}),
    )
    made = scrubbed(event(2, node=node, initialOffset={"left": 0, "top": 0}))["data"]["node"]
    assert made["tagName"] == "div"
    script, anchor, sheet, odd, text = made["childNodes"]
    assert (script["tagName"], script["attributes"]) == ("div", {})
    assert anchor["attributes"] == {"class": "btn", "data-part": "who"}
    assert sheet["attributes"]["href"] == "/static/app.css?v=0f"
    assert odd["attributes"] == text["attributes"] == {}


def test_changes_are_scrubbed_alike_and_others_refused() -> None:
    adds = [{"parentId": 1, "nextId": None, "node": element("iframe", src="https://evil.example")}]
    attributes = [{"id": 3, "attributes": {"href": "javascript:x", "hidden": None}}]
    made = scrubbed(event(3, source=0, adds=adds, attributes=attributes, texts=[], removes=[], isAttachIframe=True))
    assert made["data"]["adds"][0]["node"]["tagName"] == "div"
    assert made["data"]["attributes"] == [{"id": 3, "attributes": {"hidden": None}}]
    assert set(made["data"]) == {"source", "adds", "attributes", "texts", "removes"}
    assert scrubbed(event(4, href="https://x.example/?q=1", width=9, height=9))["data"]["href"] == "about:blank"
    assert scrubbed(event(5, tag="pause", payload={"reason": "card_data", "more": 1}))["data"]["payload"] == {
        "reason": "card_data"
    }
    deep = element("p")
    for _ in range(300):
        deep = element("p", deep)
    none_of_a_desk: tuple[Any, ...] = (
        None, [], {}, event(9), event(6, plugin="x"), event(3, source=9), event(3, source=0, adds="x"),
        event(5, tag="other", payload={}), event(5, tag="pause", payload={"reason": "words"}), event(2, node="x"),
        event(5, tag="resume", payload={}),
        event(2, node=deep), event(4, width="1"), {**event(4, width=1, height=1), "timestamp": "1"},
    )  # fmt: skip
    for strange in none_of_a_desk:
        with pytest.raises(Strange):
            scrubbed(strange)


def test_a_frame_is_what_was_packed_and_bounded() -> None:
    for content in (b"", b"[]", bytes(frames.LARGEST), "…".encode() * 999):
        assert frames.unpacked(frames.packed(content)) == content
    good = frames.packed(b"[1]")
    for bad in (b"", b"[]", good[:-1], good + b"x", frames.packed(bytes(frames.LARGEST + 1)), bytes(99)):
        with pytest.raises(Strange):
            frames.unpacked(bad)


def test_a_part_ends_by_time_and_by_size() -> None:
    tape = Tape()
    tape.add([{"timestamp": 5000}], b"x", 1)
    assert (tape.full, tape.began_at) == (False, datetime.fromtimestamp(5, UTC))
    tape.add([{"timestamp": 5001 + LONGEST_MS}], b"x", 2)
    assert tape.full
    large = Tape()
    large.add([{"timestamp": 1}], bytes(LARGEST + 1), 3)
    assert large.full
    both = tape.followed_by(large)
    assert (both.began, both.last, both.events, both.until, both.heavy) == (5000, 5001 + LONGEST_MS, 3, 3, False)
    assert both.size == LARGEST + 3 == sum(map(len, both.lines))
    assert tape.followed_by(Tape()) is tape
    assert both.followed_by(large).heavy


def test_who_may_look_and_how_long_a_word_holds() -> None:
    policy = DesktopPolicy.of({"view": "live", "viewers": ["client_manager", "client_viewer"]})
    assert [role for role in Role if policy.lets(role)] == [Role.CLIENT_VIEWER, Role.CLIENT_MANAGER]
    assert not any(DesktopPolicy.of(None).lets(role) for role in Role)
    assert not DesktopPolicy.of({"view": "live", "viewers": ["agent"]}).lets(Role.AGENT)
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert agreed(True, now - SHIFT, now) is True
    assert agreed(True, now - SHIFT - timedelta(seconds=1), now) is None
    assert agreed(False, now, now) is False
    assert agreed(None, None, now) is None
