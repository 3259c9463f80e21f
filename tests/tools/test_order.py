"""The order of the suite: nothing lost, and each worker's piece begins with long files of about equal length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.support.order import LONGEST, ONE_CENTRE, dealt

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class One:
    path: Path
    number: int


def test_each_worker_begins_with_its_part_of_the_longest() -> None:
    drawn = [One(TESTS / name, 0) for name in sorted(LONGEST)] + [One(TESTS / f"{n % 40}.py", n) for n in range(500)]
    for workers in (1, 2, 3, 4):
        made = dealt(drawn, workers, TESTS)
        assert sorted(map(hash, made)) == sorted(map(hash, drawn))
        others = [one for one in made if one.path.parent == TESTS]
        assert others == [one for one in drawn if one.path.parent == TESTS]
        begun, lengths = 0, []
        for number in range(workers):
            size = (len(drawn) - begun) // (workers - number)
            piece, begun = made[begun : begun + size], begun + size
            long = [LONGEST[str(one.path.relative_to(TESTS))] for one in piece if one.path.parent != TESTS]
            assert [one.path.parent == TESTS for one in piece] == [False] * len(long) + [True] * (size - len(long))
            lengths.append(sum(long))
            assert len({str(one.path.relative_to(TESTS)) for one in piece} & ONE_CENTRE) in {0, len(ONE_CENTRE)}
        assert max(lengths) - min(lengths) < max(LONGEST.values())


def test_every_long_file_is_there() -> None:
    assert [name for name in LONGEST if not (TESTS / name).exists()] == []
    assert LONGEST.keys() >= ONE_CENTRE


def test_fewer_tests_than_long_files_lose_none() -> None:
    few = [One(TESTS / name, n) for name in list(LONGEST)[:3] for n in range(9)]
    assert sorted(map(hash, dealt(few, 8, TESTS))) == sorted(map(hash, few))
