"""In which order tests run: each worker begins with its part of the longest files, of about equal length.

A worker's first hand is one piece of the list (xdist's worksteal); what others have left over it takes from their ends.
Were all long files at the list's head, one worker would have them all, and the last of them would run alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar


class Placed(Protocol):
    """What pytest calls an item, as far as its place goes."""

    @property
    def path(self) -> Path: ...


T = TypeVar("T", bound=Placed)

LONGEST: Mapping[str, int] = {
    "probe/test_run.py": 120, "crawl/test_routes.py": 65, "story/test_demo.py": 86, "bench/test_bench.py": 60,
    "portal/front/test_settings.py": 60, "crawl/test_malformed.py": 50, "story/test_desk_cut_network.py": 68,
    "story/test_one_call.py": 63, "tenants/test_killed.py": 58, "crawl/test_layers.py": 55,
    "portal/front/test_account.py": 40, "portal/front/test_site.py": 37, "portal/front/test_desktop_lines.py": 36,
    "crawl/test_masks.py": 30,
    "crawl/test_non_interference.py": 45, "story/test_floor.py": 43, "telephony/test_simulator_random.py": 40,
    "failure/test_calls.py": 38,
    "oidc/test_screens.py": 27, "story/test_desk_with_others.py": 26, "story/test_desk_troubles.py": 25,
    "probe/test_screens.py": 25, "story/test_desk_sip_phone.py": 24, "failure/test_servers.py": 22,
    "portal/test_desk_guide.py": 16, "switchboard/test_phases_asterisk.py": 16, "portal/front/test_rewind.py": 15,
}  # fmt: skip
"""Files with a test of 15 s and more, and about how many seconds they take."""
ONE_CENTRE = frozenset({
    "story/test_desk_cut_network.py", "story/test_one_call.py", "story/test_floor.py", "story/test_desk_with_others.py",
    "story/test_desk_troubles.py", "story/test_desk_sip_phone.py",
})  # fmt: skip
"""Long files whose tests are told in one running centre: one worker has them all, and the others start none."""


def dealt(items: Sequence[T], workers: int, tests: Path, longest: Mapping[str, int] = LONGEST) -> list[T]:
    """Return the tests in their order: each worker's piece begins with its long files; the others stay as drawn."""
    seconds = {tests / name: length for name, length in longest.items()}
    files = sorted({item.path for item in items} & seconds.keys(), key=lambda path: (-seconds[path], path))
    centre = [path for path in files if str(path.relative_to(tests)) in ONE_CENTRE]
    piles = [*([centre] if centre else []), *([path] for path in files if path not in centre)]
    hands: list[list[Path]] = [[] for _ in range(workers)]
    for pile in piles:
        min(hands, key=lambda hand: sum(map(seconds.__getitem__, hand))).extend(pile)
    others = [item for item in items if item.path not in seconds]
    made: list[T] = []
    for number, hand in enumerate(hands):
        size = (len(items) - len(made)) // (workers - number)
        long = [item for path in hand for item in items if item.path == path]
        room = max(0, size - len(long))
        made += [*long, *others[:room]]
        others = others[room:]
    return made
