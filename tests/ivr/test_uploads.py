"""An uploaded recording is judged by its content, and made into what the phones play."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from ivr.errors import BadSound
from ivr.uploads import MOST_BYTES, for_phones


def tone(
    seconds: float = 1.0, rate: int = 16000, channels: int = 1, subtype: str = "PCM_16", form: str = "WAV"
) -> bytes:
    times = np.arange(int(seconds * rate)) / rate
    wave = 0.5 * np.sin(2 * np.pi * 440 * times)
    out = io.BytesIO()
    soundfile.write(out, np.repeat(wave[:, None], channels, axis=1), rate, format=form, subtype=subtype)
    return out.getvalue()


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(8000, 1, "PCM_16"), (44100, 2, "PCM_24"), (48000, 1, "FLOAT"), (8000, 1, "ULAW"), (16000, 2, "PCM_U8")],
)
def test_what_a_studio_delivers_is_what_the_phones_play(rate: int, channels: int, subtype: str) -> None:
    heard = for_phones(tone(1.5, rate, channels, subtype))
    info = soundfile.info(io.BytesIO(heard.wav))
    assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")
    assert heard.duration_ms == 1500
    samples, _ = soundfile.read(io.BytesIO(heard.wav))
    assert abs(len(samples) - 12000) < 10
    assert 0.3 < float(np.abs(samples).max()) < 0.7
    assert for_phones(tone(1.5, rate, channels, subtype)) == heard


WHOLE = tone()
BAD = {
    "no_wav": [b"", b"RIFF", b"MZ" * 5000, b"<svg/>", WHOLE.replace(b"WAVE", b"AVI "), tone(form="FLAC"),
               WHOLE.replace(b"fmt ", b"junk")],
    "cut_off": [WHOLE[:20000], WHOLE[:44], WHOLE[:12], WHOLE[:-1]],
    "too_big": [WHOLE + bytes(MOST_BYTES)],
    "silent": [struct.pack("<4sI4s", b"RIFF", 0, b"WAVE") + WHOLE[12:44] + bytes(32000)],
    "encoding": [tone(subtype="IMA_ADPCM")],
    "channels": [tone(channels=6)],
    "rate": [tone(rate=4000), tone(rate=192000)],
    "too_short": [tone(0.1)],
    "too_long": [tone(181, rate=8000)],
}  # fmt: skip


@pytest.mark.parametrize("reason", BAD)
def test_what_cannot_be_played_is_refused_with_its_reason(reason: str) -> None:
    for upload in BAD[reason]:
        with pytest.raises(BadSound) as caught:
            for_phones(upload)
        assert caught.value.reason == reason, upload[:60]


def test_no_bytes_break_it() -> None:
    dice = np.random.default_rng(7)
    for _ in range(300):
        upload = bytearray(WHOLE)
        for at in dice.integers(0, 60, size=4):
            upload[at] = int(dice.integers(0, 256))
        try:
            for_phones(bytes(upload))
        except BadSound:
            continue
