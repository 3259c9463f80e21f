"""Playbacks in a room: one at a time, one sound after the other, one end for each."""

from __future__ import annotations

import logging
import wave
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from telephony.port import PlaybackEnded, Sound, SoundKind
from telephony.simulator import audio
from telephony.simulator.audio import sound_path

if TYPE_CHECKING:
    from pathlib import Path

    from telephony.simulator.exchange import Exchange
    from telephony.simulator.parties import Playback

log = logging.getLogger(__name__)

_SIGNALS: dict[str, frozenset[int]] = {"ring": frozenset({440}), "busy": frozenset(), "congestion": frozenset()}
"""A network's tones (North America's) and what of them is a known tone: 440 + 480, and 480 + 620 hertz."""


def start(exchange: Exchange, playback: Playback) -> None:
    """Play now, or when the playbacks before it have ended."""
    exchange.playbacks[playback.name] = playback
    playback.room.playbacks.append(playback)
    if len(playback.room.playbacks) == 1:
        _begin_sound(exchange, playback)


def end(exchange: Exchange, playback: Playback, *, completed: bool) -> None:
    """End a playback and let the next one begin; harmless when it has ended."""
    if exchange.playbacks.pop(playback.name, None) is None:
        return
    room = playback.room
    was_playing = room.playbacks[0] is playback
    if was_playing:
        _end_sound(exchange, playback)
    room.playbacks.remove(playback)
    exchange.mixed(room)
    exchange.send(PlaybackEnded(playback.name, completed, exchange.clock.now()))
    if was_playing and room.playbacks:
        _begin_sound(exchange, room.playbacks[0])


def _begin_sound(exchange: Exchange, playback: Playback) -> None:
    sound = playback.sounds[playback.index]
    playback.began_at = exchange.clock.now()
    if sound.kind is not SoundKind.FILE:
        is_tone = sound.kind is SoundKind.TONE
        playback.audible = frozenset({int(sound.value)}) if is_tone else _SIGNALS[sound.value]
        exchange.mixed(playback.room)
        return
    path = sound_path(sound.value)
    try:
        length, playback.audible = _listen_to(path)
    except (OSError, EOFError, wave.Error):
        end(exchange, playback, completed=False)
        return
    for tape in playback.room.tapes.values():
        tape.file_began(playback.began_at, path)
    playback.timer = exchange.clock.call_later(length, lambda: _next_sound(exchange, playback))


def _next_sound(exchange: Exchange, playback: Playback) -> None:
    if playback.index + 1 == len(playback.sounds):
        end(exchange, playback, completed=True)
        return
    _end_sound(exchange, playback)
    playback.index += 1
    _begin_sound(exchange, playback)


def _end_sound(exchange: Exchange, playback: Playback) -> None:
    if playback.timer is not None:
        playback.timer.cancel()
        playback.timer = None
    playback.audible = frozenset()
    if playback.sounds[playback.index].kind is SoundKind.FILE:
        for tape in playback.room.tapes.values():
            tape.file_ended(exchange.clock.now())


def music(name: str) -> tuple[frozenset[int], bool]:
    """Return the known tones of music, and whether other sounds are heard together with it: not with a file's."""
    if name.startswith("/"):
        try:
            return _listen_to(sound_path(name))[1], False
        except (OSError, EOFError, wave.Error):
            log.warning("music cannot be played, the engine's own is: %s", name)
    return frozenset({audio.MUSIC}), True


def playable(sound: Sound) -> bool:
    """Whether a sound says what to play: whole hertz, a known signal; a file is checked when its turn comes."""
    match sound.kind:
        case SoundKind.FILE:
            return True
        case SoundKind.TONE:
            return sound.value.isdecimal()
        case SoundKind.SIGNAL:
            return sound.value in _SIGNALS


def _listen_to(path: Path) -> tuple[timedelta, frozenset[int]]:
    return _listen_to_version(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _listen_to_version(path: Path, _version: int) -> tuple[timedelta, frozenset[int]]:
    """Length and known tones of a file, kept while it does not change: the same prompts play all day."""
    return audio.length(path), audio.known_tones(audio.read(path))
