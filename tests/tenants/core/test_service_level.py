from __future__ import annotations

import pytest

from tenants.core.service_level import Counts, Formula, Share, Variant, abandonment

MONTH = Counts(answered_in_time=150, answered=170, short_abandons=6, abandons_in_time=10, late_abandons=14)
CISCO = Counts(answered_in_time=70, answered=90, abandons_in_time=10)


@pytest.mark.parametrize(
    ("variant", "value"),
    [
        ("SL1", "0.750000"),
        ("SL2", "0.773196"),
        ("SL3", "0.815217"),
        ("SL4", "0.830000"),
        ("SL5", "0.882353"),
        ("SL6", "0.824742"),
    ],
)
def test_the_table(variant: str, value: str) -> None:
    share = Formula(Variant(variant)).share(MONTH)
    assert f"{share.num / share.den:.6f}" == value


@pytest.mark.parametrize(("variant", "value"), [("SL3", "77.8"), ("SL1", "70.0"), ("SL4", "80.0")])
def test_ciscos_published_example(variant: str, value: str) -> None:
    share = Formula(Variant(variant)).share(CISCO)
    assert f"{100 * share.num / share.den:.1f}" == value


def test_abandonment_with_and_without_the_short_ones() -> None:
    assert abandonment(MONTH, without_short=False) == Share(30, 200)
    assert abandonment(MONTH) == Share(24, 194)


@pytest.mark.parametrize("variant", list(Variant))
def test_nothing_counted_says_nothing(variant: Variant) -> None:
    formula = Formula(variant)
    assert formula.share(Counts()).value is None
    assert formula.met(Counts()) is None


def test_a_target_is_met_on_exact_integers_only() -> None:
    assert Share(80, 100).met(80)
    assert not Share(79_999_999, 100_000_000).met(80)


def test_the_id_names_the_formula() -> None:
    assert Formula().id == "SL2 20s/5s"


def test_a_formula_survives_its_record() -> None:
    formula = Formula(Variant.SL4, 30, 10, 90)
    assert Formula.from_dict(formula.to_dict()) == formula
    assert Formula.from_dict({"variant": "SL1"}) == Formula(Variant.SL1)
    with pytest.raises(ValueError, match="SL9"):
        Formula.from_dict({"variant": "SL9"})
