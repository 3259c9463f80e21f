from __future__ import annotations

from bench.naive import Scan
from bench.routing import Cycle, world
from routing.core.floor import Floor


def test_the_scan_decides_what_the_index_decides() -> None:
    core, scan = (Cycle(make(), world(120, 3), 300) for make in (Floor, Scan))
    for _ in range(400):
        core.turn()
        scan.turn()
    assert len(core.pairs) > 300
    assert core.pairs == scan.pairs
