"""The probe over the real application: a clean house is green, and every part of it was tried."""

from __future__ import annotations

import pytest

from probe.core.tally import GROUPS, Tally
from probe.service.members import members
from tests.probe.conftest import Field


@pytest.mark.timeout(900)
async def test_a_clean_house_is_green_for_a_client_with_data(field: Field) -> None:
    tally: Tally = await field.run(field.site.tenants["galaxy"])
    assert [(group, str(finding)) for group, finding in tally.findings] == []
    assert tally.unreached == {}
    summary, figures = tally.summary(), tally.figures
    assert set(summary) == set(GROUPS)
    assert summary["http"]["tried"] > 3000
    assert summary["sql"]["tried"] > 250
    assert summary["identity"] == {**summary["identity"], "refused": summary["identity"]["tried"]}
    assert figures["members"] == len(members(field.app))
    assert figures["controls_shown"] >= 12  # A's own people saw A's words on these: the requests are real ones
    assert figures["lost"] == 0
