"""The probe over the real application: a clean house is green, and every part of it was tried."""

from __future__ import annotations

import pytest

from probe.core.tally import GROUPS, Tally
from probe.service.members import members
from tests.probe.conftest import Field


@pytest.mark.timeout(900)
async def test_a_clean_house_is_green_for_a_client_with_data(field: Field) -> None:
    tally: Tally = await field.run(field.site.tenants["galaxy"])
    assert not tally.findings, "\n".join(sorted({str(pair)[:400] for pair in tally.findings}))
    assert tally.unreached == {}
    summary, figures = tally.summary(), tally.figures
    assert set(summary) == set(GROUPS)
    assert summary["http"]["tried"] > 3000
    assert summary["sql"]["tried"] > 250
    assert summary["identity"] == {**summary["identity"], "refused": summary["identity"]["tried"]}
    assert figures["members"] == len(members(field.app))
    assert figures["controls_shown"] >= 12  # A's own people saw A's words on these: the requests are real ones
    assert figures["lost"] == 0
    tried = figures["ids"]
    assert {"user", "api_key", "session", "work_order", "webhook_delivery", "webhook_endpoint"} <= set(tried)
    assert all(set(places) == {"path", "query", "body", "header", "cookie", "cursor"} for places in tried.values())
    assert len(figures["id_types"]) > 30
    assert {"user", "connection", "agent_alias", "tenant"} <= set(figures["own_ids_tried"])
    assert not any("body" in places for places in figures["own_ids_tried"].values())
