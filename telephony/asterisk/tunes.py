"""Music from a file: played in a call's room again and again, from where it would be had it never stopped.

The engine's own music classes begin anew each time and must be in its configuration (:mod:`.own_music`); a file needs
neither. What plays
in a room plays one after the other, so music from a file stops while something else is played, and goes on after it.
The list that the engine is given is long: music goes on for minutes when nobody is there to play it again.
"""

from __future__ import annotations

import asyncio
import logging
import math
import wave
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from telephony.asterisk import own_music
from telephony.asterisk.names import Room, ours, tune_call, tune_name
from telephony.asterisk.own_music import NAME, OwnMusic
from telephony.port import PlaybackEnded

if TYPE_CHECKING:
    from telephony.asterisk.ari import Json
    from telephony.asterisk.hands import Hands
    from telephony.port import Event, Wait

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=15)
MOST_BYTES = 24_000
"""So long a list is, in time, and in the body of the request: the engine takes 40 kB."""
AT_ONCE = timedelta(seconds=2)
"""What ends so soon was never played: the engine does not find the file."""
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Tune:
    """Music of a call. ``playback``: its number, 0 or 1 in turn; None while something else plays.

    ``began_at``: since when the engine plays it; None: it has not said so yet.
    """

    path: str
    since: datetime
    length: timedelta
    playback: int | None = None
    began_at: datetime | None = None


async def begin(command: Wait, hands: Hands) -> None:
    """Let a call hear music, from a file or of the engine's own."""
    world = hands.world
    await stop(command.call, hands)
    if command.music.startswith("/"):
        try:
            length = await asyncio.to_thread(_length, command.music)
        except (OSError, EOFError, wave.Error):
            log.exception("music cannot be played, the engine's own is: %s", command.music)
        else:
            world.tunes[command.call] = Tune(command.music, command.since or datetime.now(UTC), length)
            if not world.playbacks_in(Room(command.call)):
                await _play(command.call, hands)
            return
    name = NAME if command.music.startswith("/") else command.music
    world.own_music[command.call] = OwnMusic(command.call, name, hands)


async def stop(call: str, hands: Hands) -> None:
    """End the music of a call; harmless when there is none."""
    tune, own = hands.world.tunes.pop(call, None), hands.world.own_music.pop(call, None)
    if tune is not None and tune.playback is not None:
        await _silence(call, tune.playback, hands)
    if own is not None:
        await own.stop()
    if call in hands.world.inherited:
        hands.world.inherited.discard(call)
        await asyncio.gather(*(_silence(call, number, hands) for number in (0, 1)), own_music.end(call, hands))


def forget(call: str, hands: Hands) -> None:
    """Take note that a call is over: its music ends with it."""
    hands.world.tunes.pop(call, None)
    hands.world.turns.pop(call, None)
    hands.world.inherited.discard(call)
    own = hands.world.own_music.pop(call, None)
    if own is not None:
        own.forget()


async def pause(call: str, hands: Hands) -> None:
    """Let something else be heard; :func:`noticed` goes on after it."""
    tune = hands.world.tunes.get(call)
    if tune is not None and tune.playback is not None:
        hands.world.tunes[call] = replace(tune, playback=None)
        await _silence(call, tune.playback, hands)


def noticed(event: Event, call: str, hands: Hands) -> None:
    """Go on when what was played into the call instead is over."""
    tune = hands.world.tunes.get(call)
    if isinstance(event, PlaybackEnded) and tune is not None and tune.playback is None:
        hands.later(_go_on(call, hands))


def over(playback: dict[str, Json], hands: Hands) -> None:
    """Play on when a list has come to its end."""
    found = tune_call(playback["id"])
    if found is None:
        return
    call, number = found
    tune = hands.world.tunes.get(call)
    if tune is not None and tune.playback == number:
        hands.later(_again(call, tune, hands))


async def _again(call: str, tune: Tune, hands: Hands) -> None:
    """Look after music that is said to be over: played on when it was, replaced when it never began."""
    if await hands.ari.request_unless_gone("GET", ("playbacks", tune_name(call, tune.playback or 0))):
        return
    if hands.world.tunes.get(call) is not tune or tune.began_at is None:
        return
    if datetime.now(UTC) - tune.began_at > AT_ONCE:
        await _play(call, hands)
        return
    log.error("music cannot be played at the engine, its own is: %s", tune.path)
    del hands.world.tunes[call]
    hands.world.own_music[call] = OwnMusic(call, NAME, hands)


async def _go_on(call: str, hands: Hands) -> None:
    tune = hands.world.tunes.get(call)
    if tune is not None and tune.playback is None and not hands.world.playbacks_in(Room(call)):
        await _play(call, hands)


async def _play(call: str, hands: Hands) -> None:
    world, now = hands.world, datetime.now(UTC)
    number = world.turns[call] = 1 - world.turns.get(call, 1)
    tune = world.tunes[call] = replace(world.tunes[call], playback=number, began_at=None)
    pieces = max(1, min(MOST_BYTES // (len(tune.path) + 10), math.ceil(LASTS / tune.length)))
    at = max(now - tune.since, _NOTHING) % tune.length
    where, how = ("bridges", ours(call), "play"), {"offsetms": str(at // timedelta(milliseconds=1))}
    body = {"media": [f"sound:{tune.path}"] * pieces}
    await hands.ari.request("POST", (*where, tune_name(call, number)), how, body=body)
    if world.tunes.get(call) is tune:
        tune = world.tunes[call] = replace(tune, began_at=now)
        hands.later(_again(call, tune, hands))  # its end may have been told already


async def _silence(call: str, number: int, hands: Hands) -> None:
    await hands.ari.request_unless_gone("DELETE", ("playbacks", tune_name(call, number)))


def _length(path: str) -> timedelta:
    """Return how long a file lasts. Raises ``OSError``, ``EOFError`` or ``wave.Error``."""
    with closing(wave.open(f"{path}.wav", "rb")) as file:
        if not file.getnframes():
            raise wave.Error("no sound in it")
        return timedelta(seconds=file.getnframes() / file.getframerate())
