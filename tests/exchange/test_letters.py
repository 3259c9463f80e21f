"""The pure parts of mail and files: addresses, what was written, what is refused, lines of CSV."""

from __future__ import annotations

import contextlib
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core import address, letter, reply, sheet
from exchange.core.letter import NoLetter
from exchange.core.plain import from_html
from kit.ids import new_id
from tests.support.house import TENANT_A, TENANT_B

SECRET, ORDER = b"s" * 32, new_id()
OURS = ("door@centre.example", "@orders.centre.example")
PLAIN = b"From: wang@client.example\nMessage-ID: <1@client.example>\n"


def test_an_address_is_known_in_any_case_and_no_part_of_it_can_be_changed() -> None:
    local = address.made(SECRET, TENANT_A, ORDER, date(2026, 12, 1))
    assert (len(local), local.isalnum()) == (63, True)
    for spelled in (local, local.upper(), local.title()):
        read = address.read(spelled)
        assert read is not None
        assert (read.order, read.until, read.is_signed(SECRET)) == (ORDER, date(2026, 12, 1), True)
        assert (read.may_be_of(TENANT_A), read.may_be_of(TENANT_B), read.is_signed(b"t" * 32)) == (True, False, False)
    for place in range(63):
        other = local[:place] + ("a" if local[place] != "a" else "b") + local[place + 1 :]
        forged = address.read(other)
        assert forged is None or not forged.is_signed(SECRET), place


@given(st.text(max_size=80))
def test_no_text_is_an_address(text: str) -> None:
    read = address.read(text)
    assert read is None or not read.is_signed(SECRET)


MARKED = "> ##- Please write above this line -##\n> The call centre writes:\n> old"


@pytest.mark.parametrize(("text", "kept"), [
    ("Done.\r\n\r\nOn Mon, 23 Nov 2026 at 09:00, Glassfloor <door@centre.example> wrote:\r\n\r\n" + MARKED, "Done."),
    ("已处理。\n\n在 2026年11月23日 09:00，Glassfloor <door@centre.example> 写道：\n" + MARKED, "已处理。"),
    ("Yes\n\nOn Mon, 23 Nov 2026 at 09:00, Glassfloor by night\n<door@centre.example> wrote:\n" + MARKED, "Yes"),
    ("Ok\n\n-----Original Message-----\nFrom: Glassfloor <DOOR@centre.example>\nSent: Monday\nTo: x\nSubject: y\n\n"
     + MARKED[2:], "Ok"),
    ("first\n> my own quote\nsecond\n-- \nWang Fang\n+86 10 1234\n\n" + MARKED, "first\n> my own quote\nsecond"),
    ("Write to door@centre.example", "Write to door@centre.example"),
    ("Nothing was quoted here:\n\n> an older line", "Nothing was quoted here:"),
    (MARKED, ""),
])  # fmt: skip
def test_what_was_written_is_what_stands_above_our_line(text: str, kept: str) -> None:
    assert reply.written(text, OURS) == kept


def test_a_status_is_asked_for_by_a_whole_line_that_the_map_knows() -> None:
    known = {"in progress": 1, "resolved": 1}
    assert reply.asked("#In  Progress \nwe look", known) == ("in progress", "we look")
    assert reply.asked("#RESOLVED", known) == ("resolved", "")
    for text in ("#resolved!", "#done", "# 4711 is open", "resolved", "ok\n#resolved"):
        assert reply.asked(text, known) == (None, text)


def test_html_becomes_words_and_lines() -> None:
    html = "<style>p{}</style><p>One &lt;two&gt;<br>three</p><script>x()</script><div>four</div><b>five"
    assert from_html(html) == "One <two>\nthree\nfour\nfive"


def _mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "王芳 <wang@client.example>", "<1@client.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("已处理\n", charset="gb18030")
    return message


def test_a_mail_is_read_with_its_charset_and_files_without_pictures_of_signatures() -> None:
    message = _mail()
    message.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="收据.pdf")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", disposition="inline")
    read = letter.read(message.as_bytes())
    assert (read.text.strip(), read.sender, read.automatic) == ("已处理", "wang@client.example", False)
    assert [(each.name, each.content) for each in read.files] == [("收据.pdf", b"%PDF-1.7 x")]


@pytest.mark.parametrize("headers", [
    {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; owner-email=x"}, {"Precedence": "bulk"},
    {"X_Autoreply": "yes"},
])  # fmt: skip
def test_what_a_machine_wrote_is_known(headers: dict[str, str]) -> None:
    assert letter.read(_mail(**headers).as_bytes()).automatic
    assert not letter.read(_mail(Auto_Submitted="no").as_bytes()).automatic


REPORT = Path(__file__).with_name("bounce.eml").read_bytes()


def test_a_report_of_a_bounce_is_read() -> None:
    bounce = letter.read(REPORT).bounce
    assert bounce is not None
    assert (bounce.for_good, bounce.status, bounce.said) == (True, "5.1.1", "550 no such user")
    late = letter.read(REPORT.replace(b"failed", b"delayed")).bounce
    assert late is not None
    assert not late.for_good
    with pytest.raises(NoLetter):
        letter.read(REPORT.replace(b"Action", b"Faction"))


def _nested(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(depth))
    closed = b"".join(b"--%d--\n" % n for n in reversed(range(depth)))
    return PLAIN + opened + b"Content-Type: text/plain\n\nx\n" + closed


@pytest.mark.parametrize("raw", [
    b"", b"\xff\xfe\x00", b"no header at all", b"Message-ID: <1@x>\n\nfrom nobody", b"From: a@x, b@x\n\ntwo",
    PLAIN + b"Content-Type: multipart/mixed\n\nno boundary",
    PLAIN + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nnever ends",
    PLAIN + b"Content-Type: text/plain; charset=klingon\n\nx",
    PLAIN + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n/w==\n",
    PLAIN + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nA\n",
    _nested(12), _nested(5000), PLAIN + b"boundary=" * 101,
])  # fmt: skip
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(NoLetter):
        letter.read(raw)
    assert letter.read(_nested(9)).text.strip() == "x"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail_or_refused(raw: bytes) -> None:
    with contextlib.suppress(NoLetter):
        letter.read(PLAIN + raw)


@pytest.mark.parametrize(("headers", "genuine"), [
    (["relay.centre.example; dkim=pass header.d=x; spf=fail"], True),
    (["relay.centre.example; spf=pass; dmarc=fail"], False),
    (["relay.centre.example; none", "relay.centre.example; dkim=pass"], False),
    (["elsewhere.example; dkim=pass"], False), ([], False),
])  # fmt: skip
def test_only_our_own_relay_says_who_is_genuine(headers: list[str], genuine: bool) -> None:  # noqa: FBT001
    assert letter.passed(tuple(headers), "relay.centre.example") is genuine


def test_lines_of_a_file_are_messages_or_told_to_be_wrong() -> None:
    text = (
        "row,external_id,updated_at,status,comment\r\n1,INC-1,2026-11-23T09:00:00Z,resolved,\r\n"
        '2,INC-2,,,"two\nlines"\r\n,INC-3,,,x\r\n2,INC-4,,,again\r\n5,INC-5\r\n'
    )
    found, wrong = sheet.lines("a.csv", b"\xef\xbb\xbf" + text.encode())
    assert [(each.row, each.message["type"], each.message["external_id"]) for each in found] == [
        ("1", "work_order.state", "INC-1"), ("2", "work_order.comment", "INC-2"),
    ]  # fmt: skip
    assert [(each.number, each.code) for each in wrong] == [(5, "row"), (6, "row"), (7, "columns")]
    again, _ = sheet.lines("a.csv", text.encode())
    other, _ = sheet.lines("b.csv", text.encode())
    assert [each.message_id for each in again] == [each.message_id for each in found]
    assert {each.message_id for each in other}.isdisjoint(each.message_id for each in found)


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", b'row,external_id\n"open', b"row,nothing\n", b"row,status\n", b"row,row,external_id\n",
    b"row,external_id\na\0,b\n", b"row,external_id\n" + b"1,2\n" * (sheet.MOST_ROWS + 1), b"x" * (sheet.MOST_BYTES + 1),
])  # fmt: skip
def test_what_is_no_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(sheet.NoSheet):
        sheet.lines("a.csv", content)


@pytest.mark.parametrize("bad", ["<a ", "<!--", "<script>", "</", "<![CDATA[", "&#", "-- ", "\n>"])
def test_what_never_ends_is_read_at_once(bad: str) -> None:
    began = process_time()
    from_html(bad * 20_000)
    reply.written(bad * 20_000 + "\na@orders.centre.example:\n> x", OURS)
    with contextlib.suppress(NoLetter):
        letter.read(PLAIN + b"Content-Type: multipart/mixed; boundary=b\n" * 90 + b"\n--b\n" * 500_000)
    assert process_time() - began < 1


def test_a_version_of_more_digits_than_one_has_is_judged_where_messages_are() -> None:
    (line,), wrong = sheet.lines("a.csv", b"row,external_id,external_version\n1,INC-1," + b"9" * 5000)
    assert (line.message["external_version"], wrong) == ("9" * 5000, [])
