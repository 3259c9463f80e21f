"""The channel event log, and the note of what was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from telephony.asterisk import cel, gap, told
from telephony.port import Cause, EndedBy, LegEnded

HANGUP = (
    '"1795304697.289315","HANGUP","gf-c1.2",'
    '"{{""hangupcause"":{cause},""hangupsource"":""{source}"",""dialstatus"":""""}}"'
)
AT = datetime.fromtimestamp(1795304697.289315, UTC)


def line(cause: int = 16, source: str = "PJSIP/o-8001-00000001") -> str:
    return HANGUP.format(cause=cause, source=source)


def test_hang_ups_are_read_and_everything_else_is_passed_over() -> None:
    lines = [
        '"1795304695.967725","CHAN_START","x.0",""',
        line(17),
        '"1795304697.2","HANGUP","gf-c1.3","not json"',
        '"soon","HANGUP","gf-c1.4","{""hangupcause"":16,""hangupsource"":""""}"',
        '"1795304697.28","HANGUP","gf-c1',
        "",
    ]
    assert cel.parse(lines) == [cel.HangUpLine("gf-c1.2", AT, 17, "PJSIP/o-8001-00000001")]


def test_the_reader_goes_on_where_it_stopped_and_takes_whole_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    reader = cel.CelReader(path)
    assert reader.read() == []
    path.write_text(line(16) + "\n" + line(17)[:30], encoding="utf-8")
    assert [found.cause for found in reader.read()] == [16]
    path.write_text(line(16) + "\n" + line(17) + "\n", encoding="utf-8")
    assert [found.cause for found in reader.read()] == [17]
    assert reader.read() == []


def test_a_rotated_log_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text((line(16) + "\n") * 3, encoding="utf-8")
    reader = cel.CelReader(path)
    assert len(reader.read()) == 3
    path.write_text(line(26) + "\n", encoding="utf-8")
    assert [found.cause for found in reader.read()] == [26]


def test_a_new_reader_looks_back_no_further_than_it_must(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    count = cel.FIRST_LOOK_BYTES // len(line()) + 100
    path.write_text((line() + "\n") * count, encoding="utf-8")
    assert 0 < len(cel.CelReader(path).read()) < count


def test_nothing_is_news_to_the_first_owner(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(line() + "\n", encoding="utf-8")
    assert gap.GapLog(path).ended_in_gap() == ()


def test_news_is_told_once_with_its_true_time_and_cause(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    told.ToldHangUps(path.with_suffix(".told")).add(AT - timedelta(minutes=1), "c0.1")
    path.write_text(line(17) + "\n" + line(38, "").replace("c1.2", "c1.9") + "\n", encoding="utf-8")
    assert gap.GapLog(path).ended_in_gap() == (
        LegEnded("c1.2", Cause.BUSY, EndedBy.PARTY, AT, 17),
        LegEnded("c1.9", Cause.UNREACHABLE, EndedBy.NETWORK, AT, 38),
    )
    assert gap.GapLog(path).ended_in_gap() == ()


def test_what_came_as_an_event_is_no_news_also_when_the_log_was_a_little_faster(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    owner = gap.GapLog(path)
    owner.told(LegEnded("c1.2", Cause.NORMAL, EndedBy.PARTY, AT + timedelta(milliseconds=2)))
    path.write_text(line() + "\n" + line().replace("c1.2", "c1.8") + "\n", encoding="utf-8")
    assert [ended.leg for ended in gap.GapLog(path).ended_in_gap()] == ["c1.8"]


def test_a_note_that_was_cut_is_no_note(tmp_path: Path) -> None:
    path = tmp_path / "log.told"
    path.write_text('{"until": "2026', encoding="utf-8")
    note = told.ToldHangUps(path)
    note.load()
    assert not note.is_news("c1.1", AT)
