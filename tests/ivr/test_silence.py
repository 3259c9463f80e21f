from __future__ import annotations

import wave
from pathlib import Path

from ivr.silence import Silence


def test_a_longer_text_is_a_longer_silence_and_is_kept(tmp_path: Path) -> None:
    silence = Silence(tmp_path)
    lengths = []
    for text in ("您好", "您好，欢迎致电银河商城。", "Welcome."):
        path = silence.file_of(text, "zh-CN")
        assert path == silence.file_of(text, "zh-CN")
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
            lengths.append(file.getnframes() / 8000)
    assert lengths[0] < lengths[1]
    assert 0.3 < lengths[2] < 1
