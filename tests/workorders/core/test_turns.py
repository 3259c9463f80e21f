"""Whose turn a work order is, and how often that changed."""

from __future__ import annotations

import pytest

from workorders.core.states import Side
from workorders.core.turns import Standing, changes, turn

CENTRE, CLIENT = Side.OUTSOURCER, Side.TENANT
QUESTION: Standing = ("pending", "outsourcer")


@pytest.mark.parametrize(
    ("standing", "whose"),
    [
        (("submitted", None), CLIENT), (("inProgress", None), CLIENT), (("held", None), CLIENT),
        (("pending", "third_party"), CLIENT), (("pending", "end_customer"), CLIENT), (QUESTION, CENTRE),
        (("resolved", None), CENTRE), (("closed", None), CLIENT),
    ],
)  # fmt: skip
def test_it_is_the_resolvers_turn_unless_it_asks_or_has_solved_it(standing: Standing, whose: Side) -> None:
    assert turn(standing, CENTRE) is whose
    status, waits_for = standing
    swapped = ("pending", "tenant") if standing == QUESTION else (status, waits_for)
    assert turn(swapped, CLIENT) is whose.other, "an order of the client's own system, with the sides exchanged"


def test_each_step_after_which_it_is_the_other_sides_turn_is_counted() -> None:
    begun, solved = ("inProgress", None), ("resolved", None)
    for log, expected in (
        ([], 0),
        ([("acknowledged", None), begun, ("held", None), begun], 0),
        ([begun, solved], 1),
        ([begun, QUESTION, begun], 2),
        ([begun, QUESTION, begun, QUESTION, solved], 3),
        ([begun, solved, begun, QUESTION, begun, solved], 5),
    ):
        assert changes(log, CENTRE) == expected, log
