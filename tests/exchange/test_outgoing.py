"""What goes to clients' systems, without any: marks, pages that miss nothing, words that are total."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.adapters.chosen import CONNECTORS, STARTING
from exchange.adapters.glassfloor import Glassfloor
from exchange.core.maps import OUR_STATUSES, TOLD, gaps_outward
from exchange.core.marks import correlation, is_ours, order_of, signed
from exchange.core.outgoing import Changed, news_of
from exchange.core.paging import PAGE, page_of, place_of
from exchange.errors import NotAMessage
from exchange.service import maps

OWN = UUID("01a2009e-8a2f-7000-8000-000000000001")
EVENT, FILE = UUID("01a2009e-8a2f-7000-8000-000000000002"), UUID("01a2009e-8a2f-7000-8000-000000000003")
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


@given(st.text(max_size=200))
def test_our_text_is_known_and_an_answer_around_it_is_not(text: str) -> None:
    ours = signed(text, OWN)
    assert is_ours(ours)
    assert is_ours(f"  {ours.replace(chr(10), ' ')}\r\n ")
    assert not is_ours(f"Thank you!\n> {ours}")
    assert not is_ours(f"{ours}\nIt broke again.")
    assert not is_ours(text.replace("gf-", ""))


def test_a_work_order_is_named_by_its_own_word_only() -> None:
    assert order_of(["vip", correlation(OWN)]) == OWN
    for other in (None, [], "gf-7", f"x{correlation(OWN)}", str(OWN), 7, [None, 3]):
        assert order_of(other) is None


@given(st.lists(st.integers(0, 40), min_size=1, max_size=300), st.lists(st.integers(0, 299), max_size=60))
def test_pages_miss_nothing_however_things_change_meanwhile(seconds: list[int], touched: list[int]) -> None:
    """Each thing has the time of its last change; between two pages one of them may change again."""
    things = {str(n): START + timedelta(seconds=s) for n, s in enumerate(sorted(seconds))}
    seen: dict[str, datetime] = {}
    cursor, clock, again = START.isoformat(), START + timedelta(minutes=5), list(touched)
    for _ in range(1000):
        asked = place_of(cursor)
        listed = sorted((at, own) for own, at in things.items() if at >= asked.since)
        shown = tuple(Changed(own, at) for at, own in listed[asked.skip : asked.skip + PAGE])
        seen |= {each.id: each.at for each in shown}
        page = page_of(shown, asked)
        cursor = page.cursor
        if not page.more:
            break
        if again and (own := str(again.pop())) in things:
            clock += timedelta(seconds=1)
            things[own] = clock
    assert seen == things
    assert place_of(cursor).skip == 0


@pytest.mark.parametrize("name", CONNECTORS)
def test_the_words_of_a_system_are_total_and_lead_back(name: str) -> None:
    chosen = STARTING[name]
    body = maps.body_of(chosen)
    assert maps.check(body, name).outward is not None
    assert body.out_map is not None
    assert gaps_outward((each.of, each.ours) for each in body.out_map) == []
    assert chosen.outward is not None
    for status in OUR_STATUSES:
        assert set(chosen.outward.names(status)) <= set(chosen.statuses)
    assert set(chosen.outward.priorities) == set(TOLD["priority"])


def test_a_way_out_that_leaves_something_open_is_told_where() -> None:
    rows = [(what, ours) for what, words in TOLD.items() for ours in words]
    wrong = [*rows[1:], rows[1], ("status", "asleep")]
    assert [(gap.pointer, gap.code, gap.what) for gap in gaps_outward(wrong)] == [
        ("/out_map/12", "twice", "status acknowledged"),
        ("/out_map/13", "no_such_value", "status asleep"),
        ("/out_map", "not_mapped", "status submitted"),
    ]


def _event(kind: str, **data: object) -> dict[str, object]:
    order: dict[str, object] = {"id": str(OWN), "number": "WO-7", "title": "t", "description": "", "priority": "low",
             "status": "inProgress", "status_reason": None, "resolution": None, "expected_resolution_at": None,
             "changes": {}}  # fmt: skip
    return {
        "id": str(EVENT),
        "type": f"work_order.{kind}",
        "timestamp": "2026-11-23T08:00:00Z",
        "data": {**order, **data},
    }


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (_event("attachment.added", attachment={"id": str(FILE), "name": "bill.pdf"}),
         (FILE, f"bill.pdf\nhttps://gf.example/work-orders/{OWN}")),
        (_event("info.answered", info_request={"question": "Which shop?", "answer": "The second."}),
         (EVENT, "Which shop?\n\nThe second.")),
        (_event("cancellation.requested", cancellation={"state": "accepted", "reason": "he found it"}),
         (EVENT, "cancellation.requested (accepted): he found it")),
        (_event("resolved", status="resolved", resolution={"code": "done", "summary": "paid"},
                changes={"status": ["inProgress", "resolved"]}), (EVENT, "paid")),
    ],
    ids=["file", "answer", "cancelling", "resolution"],
)  # fmt: skip
def test_what_has_no_field_there_is_said(event: dict[str, object], said: tuple[UUID, str]) -> None:
    news = news_of(event, "https://gf.example")
    assert [(each.id, each.text) for each in news.says] == [said]
    assert news.moved == (event["type"] == "work_order.resolved")


@pytest.mark.parametrize(
    ("name", "answers", "line"),
    [
        ("zammad", [{"id": 81, "title": "t", "state": "open", "updated_at": "2026-11-23T08:00:00Z"},
                    [{"id": 4, "ticket_id": 81, "internal": False, "sender": "Customer", "body": "see", "attachments":
                      [{"id": 9, "filename": "a.pdf"}]}], {"tags": []}],
         "see\na.pdf: https://them.example/api/v1/ticket_attachment/81/4/9"),
        ("zendesk", [{"ticket": {"id": 81, "subject": "t", "status": "open", "updated_at": "2026-11-23T08:00:00Z"}},
                     {"comments": [{"id": 4, "public": True, "body": "see", "attachments":
                                    [{"file_name": "a.pdf", "content_url": "https://them.example/x/a.pdf"}]}]}],
         "see\na.pdf: https://them.example/x/a.pdf"),
        ("servicenow", [{"result": {"sys_id": "a" * 32, "state": "2", "sys_updated_on": "2026-11-23 08:00:00"}},
                        {"result": []}, {"result": [{"sys_id": "b" * 32, "file_name": "a.pdf"}]}],
         f"a.pdf\na.pdf: https://them.example/api/now/attachment/{'b' * 32}/file"),
        ("jira", [{"key": "HELP-1", "fields": {"summary": "t", "status": {"name": "Open"}, "updated":
                   "2026-11-23T08:00:00.000+0000", "attachment": [
                       {"filename": "a.pdf", "content": "https://them.example/1"},
                       {"filename": "for us only.pdf", "content": "https://them.example/2"}]}},
                  {"comments": [{"id": "5", "body": "for agents [^for us only.pdf]", "jsdPublic": True,
                                 "visibility": {"type": "role", "value": "Service Desk Team"}},
                                {"id": "4", "body": "see [^a.pdf]", "jsdPublic": True}]}],
         "see [^a.pdf]\na.pdf: https://them.example/1"),
    ],
    ids=lambda each: each if isinstance(each, str) and each in CONNECTORS else "",
)  # fmt: skip
def test_their_files_are_links_under_what_was_said(name: str, answers: list[object], line: str) -> None:
    said = CONNECTORS[name].document(answers).at("https://them.example/").comments
    assert [each.body for each in said] == [line]


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ("[code]<p>Sent &amp; <b>paid</b>.</p><p>Bye</p>[/code]", "Sent & paid.\nBye"),
        ("see [CODE]<a href='https://x'>this</a>[/CODE], or [code]", "see this, or [code]"), ("a < b", "a < b"),
        ("[/code]" + "[code]" * 300_000, "[/code]" + "[code]" * 300_000),
    ],
    ids=["paragraphs", "within", "none", "never ending"],
)  # fmt: skip
def test_what_servicenow_marks_as_html_is_read_as_text(value: str, body: str) -> None:
    incident = {"sys_id": "a" * 32, "state": "2", "sys_updated_on": "2026-11-23 08:00:00"}
    said = [{"sys_id": "c" * 32, "value": value}]
    answers = [{"result": each} for each in (incident, said, [])]
    assert [each.body for each in CONNECTORS["servicenow"].document(answers).comments] == [body]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": "9" * 30}, {"sequence": "-1"}, {"timestamp": "2026-11-23T08:00:00"},
        {"timestamp": "0001-01-01T00:00:00+14:00"}, {"data": {"pending_on": []}}, {"data": {"status_reason": {}}},
        {"data": {"status_reason": "a\0b"}}, {"data": {"resolution": []}},
    ],
    ids=str,
)  # fmt: skip
def test_another_installation_says_nothing_that_cannot_be_kept(wrong: dict[str, Any]) -> None:
    event = {"id": str(EVENT), "type": "work_order.updated", "subject": str(OWN), "sequence": "7",
             "timestamp": "2026-11-23T08:00:00Z"}  # fmt: skip
    data: dict[str, Any] = {
        "external_ref": [],
        "changes": {},
        "status_reason": None,
        "pending_on": None,
        "resolution": None,
    }
    assert Glassfloor().read({**event, "data": data}).version == 7
    with pytest.raises(NotAMessage):
        Glassfloor().read({**event, **wrong, "data": {**data, **wrong.get("data", {})}})


@pytest.mark.parametrize("name", CONNECTORS)
def test_whatever_a_system_answers_is_refused_in_one_way(name: str) -> None:
    adapter, begin = CONNECTORS[name], START.isoformat()
    answers: list[object] = [None, 5, "x", [], {}, [None], {"tickets": 3}, {"result": [{}]}, {"issues": [{}]}]
    for answer in answers:
        for read in (lambda a: adapter.document([a, a, a]), adapter.created, lambda a: adapter.paged(a, begin, START)):
            try:
                read(answer)
            except NotAMessage:
                continue
            assert answer == []
