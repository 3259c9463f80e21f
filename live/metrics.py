"""What a web process counts of its live feeds, for Prometheus. No label names a client or a person."""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge

WATCHERS = Gauge("glassfloor_live_watchers", "Open sockets that watch a board.")
BOARDS = Gauge("glassfloor_live_boards", "Boards that this process keeps.")
FRAMES = Counter("glassfloor_live_frames", "Frames given to watchers, by kind.", ["kind"])
DROPPED = Counter("glassfloor_live_frames_dropped", "Frames that a watcher did not get because it was behind.")
RESYNCS = Counter("glassfloor_live_resyncs", "Snapshots after the first, by why: asked, behind, changed.", ["why"])
RETURNS = Counter("glassfloor_live_returns", "Watchers that came back, by what they got: changes or snapshot.", ["got"])
SNAPSHOT_BYTES = Counter("glassfloor_live_snapshot_bytes", "Bytes of snapshots given to watchers.")
ENCODED = Counter("glassfloor_live_encoded", "Frames that were written, by kind; each goes to many.", ["kind"])
ENDED = Counter("glassfloor_live_sockets_ended", "Sockets that ended, by reason.", ["reason"])
DIFFERED = Counter("glassfloor_live_boards_differed", "Boards that were not what the journal says, and were healed.")


@cache
def given(kind: str) -> Counter:
    """Return the counter of frames of a kind that were given to watchers: finding it costs more than counting."""
    return FRAMES.labels(kind)


@cache
def written(kind: str) -> Counter:
    """Return the counter of frames of a kind that were written."""
    return ENCODED.labels(kind)
