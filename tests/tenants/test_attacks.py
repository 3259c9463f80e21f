"""Files that are meant to hurt: refused at once, in little memory, whatever is in them."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from app.commands.blueprints import _text
from tenants.core.documents import MAX_CHARACTERS
from tenants.errors import Refused
from tenants.service.files import from_json, load_blueprint, validated
from tests.tenants.world import ALPHA

MEGABYTE = 1 << 20
MANY = MAX_CHARACTERS - 100
BOMBS = {
    "nested lists": "flows: " + "[" * MANY,
    "nested mappings": "flows: " + "{a: " * (MANY // 4),
    "nested blocks": "".join(f"{' ' * n}a:\n" for n in range(1200)),
    "billion laughs": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a]\n" for i in range(5000)),
    "many values": "flows: [" + "[]," * (MANY // 3) + "]",
    "many keys": "flows: [{" + ",".join(f"k{n}: 1" for n in range(80_000)) + "}]",
    "a long key": "a" * MANY + ": 1",
    "a long word": "flows: " + "a" * MANY,
    "a long number": "flows: " + "9" * MANY,
    "question marks": "? " * (MANY // 2),
    "dashes": "- " * (MANY // 2),
    "open quotes": '"' + "\\x41" * (MANY // 4),
    "anchors": "flows: [" + "&a x," * (MANY // 5) + "]",
    "many wrong places": ALPHA.partition("queues:")[0] + "queues: [" + "1," * 90_000 + "]",
    "comments": "# x\n" * (MANY // 4),
    "directives": "%TAG ! x\n" * (MANY // 9),
    "documents": "---\n" * (MANY // 4),
    "flow of rubbish": ALPHA.replace("reason: normal", "reason: [[[{y: 1}]]]"),
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_or_read_in_little_time_and_memory(text: str) -> None:
    said = ""
    tracemalloc.start()
    began = time.process_time()
    try:
        load_blueprint(text)
    except Refused as refused:
        said = str(refused)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - began < 10  # tracemalloc makes it several times slower
    assert peak < 120 * MEGABYTE
    assert len(said) < 20_000


def test_of_fifty_megabytes_only_the_beginning_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        for _ in range(50):
            opened.write(b"#" * MEGABYTE)
    tracemalloc.start()
    with pytest.raises(Refused, match="longer than 1000000 characters"):
        load_blueprint(_text(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * MEGABYTE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfea\x00", "line 1 · this is not UTF-8"),
        (b"a: 1\nb: \xc3\x28\n", "line 2 · this is not UTF-8"),
        ("a: 1\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_other_encodings_are_refused_with_their_line(tmp_path: Path, body: bytes, reason: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(body)
    with pytest.raises(Refused, match=reason):
        _text(file)


def test_a_byte_order_mark_and_windows_lines_say_the_same(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + ALPHA.replace("\n", "\r\n").encode())
    assert load_blueprint(_text(file)).digest == load_blueprint(ALPHA).digest
    bad = ALPHA.replace("needs:", "wants:").replace("\n", "\r\n")
    with pytest.raises(Refused, match="line 12 · /queues/0/wants · unknown key"):
        load_blueprint(bad)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'"\\ud800"', b"1e999", b"NaN", b'{"a":1,"a":2}'])
def test_json_is_as_careful(body: bytes) -> None:
    with pytest.raises(Refused):
        from_json(body)


def test_what_no_file_could_say_is_in_no_draft() -> None:
    good = load_blueprint(ALPHA).content
    deep: object = "x"
    for _ in range(60):
        deep = [deep]
    odds = ("a\x00b", "\ud800", float("nan"), float("inf"), 10**20, 1e30, deep, {"x" * 200: 1}, {1: 2}, b"x", {1, 2})
    for odd in odds:
        flow = {**good["flows"][0], "odd": odd}
        with pytest.raises(Refused):
            validated({**good, "flows": [flow]})
    assert validated(good) == good
