from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenants.core.permissions import CLIENT_PEOPLE, PERMISSIONS, STAFF, Grant, Reach, Role, decide, markdown, scopes

DOCS = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
CELLS = {
    "-": None,
    "Y": Grant(),
    "YM": Grant(masked=True),
    "O": Grant(Reach.OWN),
    "OM": Grant(Reach.OWN, masked=True),
}


def read_docs() -> dict[tuple[str, str], Grant | None]:
    rows = [re.split(r"\s*\|\s*", line.strip("| \n")) for line in DOCS.read_text().splitlines() if line.startswith("|")]
    head, _, *body = rows
    return {(row[0], role): CELLS[cell] for row in body for role, cell in zip(head[1:], row[1:], strict=True)}


def test_the_documented_table_is_what_is_decided() -> None:
    documented = read_docs()
    assert len(documented) == len(PERMISSIONS) * len(Role)
    for (permission, role), grant in documented.items():
        assert decide(Role(role), permission) == grant, (permission, role)  # type: ignore[arg-type] # read from the page


def test_the_page_is_generated() -> None:
    assert DOCS.read_text().splitlines() == list(markdown())


def test_what_is_not_in_the_table_is_refused() -> None:
    for role in Role:
        assert decide(role, "world.rule") is None  # type: ignore[arg-type] # an unknown permission on purpose


@pytest.mark.parametrize("permission", ["interaction.read", "recording.listen", "work_order.read", "journal.read"])
def test_the_platform_sees_no_clients_content(permission: str) -> None:
    assert decide(Role.PLATFORM, permission) is None  # type: ignore[arg-type] # of the list above


def test_a_viewer_changes_nothing_and_staff_read_masked_numbers() -> None:
    for permission in ("work_order.change", "work_order.create", "settings.change", "integration.manage"):
        assert decide(Role.CLIENT_VIEWER, permission) is None
    for role in (Role.SUPERVISOR, Role.QUALITY, Role.AGENT):
        grant = decide(role, "interaction.read")
        assert grant is not None
        assert grant.masked
    assert {*STAFF, *CLIENT_PEOPLE, Role.CLIENT_SYSTEM} == set(Role)
    assert "settings.change" not in scopes()
    assert "work_order.read" in scopes()
