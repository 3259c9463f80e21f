"""Whose phone rings next: it ends, asks nobody twice, and looks at the directory and the hours of each moment."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.core import followme
from switchboard.core.followme import CLOSED, GONE, Next, Passed, Place
from tenants.core.directory import MOST_CHIEFS, Person, Phone

CODES = "abcdefgh"
DESK, MOBILE = Phone("desk", "+85221110001", 15), Phone("mobile", "+85291110001", 20)


def walk(people: dict[str, Person], code: str, closed: frozenset[str] = frozenset()) -> list[Next]:
    """Every step of a search in which nobody ever answers."""
    steps = [followme.first(people, lambda hours: hours not in closed, code)]
    while (step := steps[-1].step) is not None:
        assert len(steps) < 100, "it does not end"
        steps.append(followme.after(people, lambda hours: hours not in closed, Place.load(step.place.dump())))
    return steps


def rung(steps: list[Next]) -> list[tuple[str, ...]]:
    return [(each.step.person.code, *(phone.kind for phone in each.step.phones)) for each in steps if each.step]


def test_desk_phone_then_mobile_then_the_chief() -> None:
    people = {
        "liu": Person("liu", "Liu", phones=(DESK, MOBILE), hours="office", chief="ma"),
        "ma": Person("ma", "Ma", phones=(MOBILE, DESK), together=True),
    }
    steps = walk(people, "liu")
    assert rung(steps) == [("liu", "desk"), ("liu", "mobile"), ("ma", "mobile", "desk")]
    assert [each.step.place.number for each in steps if each.step] == [1, 2, 3]
    assert rung(walk(people, "liu", frozenset({"office"}))) == [("ma", "mobile", "desk")]
    assert walk(people, "liu", frozenset({"office"}))[0].passed == (Passed("liu", CLOSED),)
    alone = {**people, "liu": Person("liu", "Liu", phones=(DESK,), hours="office", chief="ma", after_hours="nobody")}
    assert walk(alone, "liu", frozenset({"office"})) == [Next(None, (Passed("liu", CLOSED),))]
    assert followme.first(people, lambda _: True, "nobody") == Next(None, (Passed("nobody", GONE),))


def test_who_is_removed_or_goes_home_while_it_rings_is_not_rung_again() -> None:
    people = {
        "liu": Person("liu", "Liu", phones=(DESK, MOBILE), hours="office", chief="ma"),
        "ma": Person("ma", "Ma", phones=(MOBILE,)),
    }
    begun = followme.first(people, lambda _: True, "liu").step
    assert begun is not None
    assert followme.after({}, lambda _: True, begun.place) == Next(None, (Passed("liu", GONE),))
    home = followme.after(people, lambda _: False, begun.place)
    assert (home.passed, home.step and home.step.person.code) == ((Passed("liu", CLOSED),), "ma")
    without = {**people, "liu": Person("liu", "Liu", phones=(DESK,), hours="office", chief="ma")}
    fewer = followme.after(without, lambda _: True, begun.place)
    assert fewer.step is not None
    assert fewer.step.person.code == "ma"


PERSONS = st.builds(
    Person,
    code=st.just(""), name=st.just("x"),
    phones=st.lists(st.sampled_from((DESK, MOBILE)), max_size=3).map(tuple),
    together=st.booleans(), hours=st.sampled_from((None, "day", "night")),
    after_hours=st.sampled_from(("chief", "nobody")), chief=st.sampled_from((None, *CODES)),
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(CODES), PERSONS), max_size=8), st.sampled_from(CODES),
    st.frozensets(st.sampled_from(("day", "night"))),
)  # fmt: skip
def test_it_ends_asks_nobody_twice_and_rings_two_at_once_only_together(
    drawn: list[tuple[str, Person]], code: str, closed: frozenset[str]
) -> None:
    """Chiefs may go round in circles here, which no blueprint allows."""
    people = {key: Person(key, "x", "", p.phones, p.together, p.hours, p.after_hours, p.chief) for key, p in drawn}
    steps = walk(people, code, closed)
    seen = [(each.step.person.code, each.step.place.phone) for each in steps if each.step]
    assert len(set(seen)) == len(seen)
    order = list(dict.fromkeys(person for person, _ in seen))
    assert [person for n, (person, _) in enumerate(seen) if not n or seen[n - 1][0] != person] == order
    assert len(order) <= MOST_CHIEFS + 1
    for each in steps:
        if each.step is not None:
            assert len(each.step.phones) == 1 or each.step.person.together
            assert each.step.person.hours not in closed
        assert len({passed.person for passed in each.passed}) == len(each.passed)
