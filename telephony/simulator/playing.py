"""Playbacks in a call: one at a time, one sound after the other, one end for each."""

from __future__ import annotations

import wave
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from telephony.port import PlaybackEnded, Sound, SoundKind
from telephony.simulator import audio
from telephony.simulator.exchange import Exchange, sound_path
from telephony.simulator.parties import Call, Playback

if TYPE_CHECKING:
    from pathlib import Path


def start(exchange: Exchange, call: Call, playback: Playback) -> None:
    """Play now, or when the playbacks before it have ended."""
    exchange.playbacks[playback.name] = playback
    call.playbacks.append(playback)
    if len(call.playbacks) == 1:
        _begin_sound(exchange, call, playback)


def end(exchange: Exchange, playback: Playback, *, completed: bool) -> None:
    """End a playback and let the next one begin; harmless when it has ended."""
    if exchange.playbacks.pop(playback.name, None) is None:
        return
    call = exchange.calls[playback.call]
    was_playing = call.playbacks[0] is playback
    if was_playing:
        _end_sound(exchange, call, playback)
    call.playbacks.remove(playback)
    exchange.mixed(call)
    exchange.send(PlaybackEnded(playback.name, completed, exchange.clock.now()))
    if was_playing and call.playbacks:
        _begin_sound(exchange, call, call.playbacks[0])


def _begin_sound(exchange: Exchange, call: Call, playback: Playback) -> None:
    sound = playback.sounds[playback.index]
    playback.began_at = exchange.clock.now()
    if sound.kind is SoundKind.TONE:
        playback.audible = frozenset({int(sound.value)})
        exchange.mixed(call)
        return
    path = sound_path(sound.value)
    try:
        length, playback.audible = _listen_to(path)
    except (OSError, EOFError, wave.Error):
        end(exchange, playback, completed=False)
        return
    for tape in call.tapes.values():
        tape.file_began(playback.began_at, path)
    playback.timer = exchange.clock.call_later(length, lambda: _next_sound(exchange, call, playback))


def _next_sound(exchange: Exchange, call: Call, playback: Playback) -> None:
    if playback.index + 1 == len(playback.sounds):
        end(exchange, playback, completed=True)
        return
    _end_sound(exchange, call, playback)
    playback.index += 1
    _begin_sound(exchange, call, playback)


def _end_sound(exchange: Exchange, call: Call, playback: Playback) -> None:
    if playback.timer is not None:
        playback.timer.cancel()
        playback.timer = None
    playback.audible = frozenset()
    if playback.sounds[playback.index].kind is SoundKind.FILE:
        for tape in call.tapes.values():
            tape.file_ended(exchange.clock.now())


def playable(sound: Sound) -> bool:
    """Whether a sound says what to play: a tone names whole hertz, a file is checked when its turn comes."""
    return sound.kind is SoundKind.FILE or sound.value.isdecimal()


def _listen_to(path: Path) -> tuple[timedelta, frozenset[int]]:
    return _listen_to_version(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _listen_to_version(path: Path, _version: int) -> tuple[timedelta, frozenset[int]]:
    """Length and known tones of a file, kept while it does not change: the same prompts play all day."""
    return audio.length(path), audio.known_tones(audio.read(path))
