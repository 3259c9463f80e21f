from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.core.values import PromptRef
from ivr.errors import LocaleUnspoken, SpeechFailed
from ivr.espeak import RATE, Espeak
from ivr.service import prompt_sounds

CHECKOUT = Path(__file__).parents[2]
HOME = Path(os.environ.get("GLASSFLOOR_PHONE_ENGINE", CHECKOUT / ".glassfloor" / "phone-engine"))
ESPEAK = HOME / "bin" / "espeak-ng"


@pytest.fixture
def speaker(tmp_path: Path) -> Espeak:
    assert ESPEAK.exists(), "run scripts/phone-engine install"
    return Espeak([str(ESPEAK)], tmp_path / "sounds")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("zh-CN", "您好,欢迎致电银河商城。查询订单请按一。"),
        ("zh-TW", "您好,歡迎來電。"),
        ("zh-HK", "多謝致電,請稍候。"),
        ("en", "Welcome. For orders, press one."),
    ],
)
def test_every_locale_is_audible_on_the_phone(speaker: Espeak, locale: str, text: str) -> None:
    sound = speaker.speak(text, locale)
    info = soundfile.info(io.BytesIO(sound))
    assert (info.samplerate, info.channels, info.subtype) == (RATE, 1, "PCM_16")
    samples, _ = soundfile.read(io.BytesIO(sound))
    assert 0.5 < len(samples) / RATE < 15
    assert np.sqrt(np.mean(samples**2)) > 0.01


def test_a_text_is_spoken_once(speaker: Espeak, tmp_path: Path) -> None:
    path = speaker.file_of("Hello", "en")
    silent = Espeak(["/nonexistent"], tmp_path / "sounds")
    assert silent.file_of("Hello", "en") == path
    assert [found.name for found in (tmp_path / "sounds" / "house").iterdir()] == [path.name]
    assert speaker.file_of("Hello", "zh-CN") != path


def test_a_text_that_looks_like_an_option_is_spoken(speaker: Espeak) -> None:
    assert speaker.file_of("--version", "en").stat().st_size > 5000


def test_an_unspoken_locale_says_which_are(speaker: Espeak) -> None:
    with pytest.raises(LocaleUnspoken, match="zh-CN"):
        speaker.speak("Bonjour", "fr")


@pytest.mark.parametrize(
    ("program", "says"), [("import sys; sys.exit('no voice')", "no voice"), ("print('what')", "exit code 0")]
)
def test_a_failing_engine_leaves_nothing_behind(tmp_path: Path, program: str, says: str) -> None:
    broken = Espeak([sys.executable, "-c", program], tmp_path)
    with pytest.raises(SpeechFailed, match=says):
        broken.speak("Hello", "en")
    assert list(tmp_path.iterdir()) == []


def test_an_engine_that_is_not_there_is_a_failure_of_speech(tmp_path: Path) -> None:
    with pytest.raises(SpeechFailed, match="nonexistent"):
        Espeak(["/nonexistent/espeak-ng"], tmp_path).speak("Hello", "en")


def test_prompts_become_files(speaker: Espeak, tmp_path: Path) -> None:
    uploaded = tmp_path / "welcome.wav"
    stored: dict[tuple[str, str], Path | str] = {("welcome", "en"): uploaded, ("hours", "en"): "We are closed."}
    refs = [
        PromptRef("en", asset="welcome"),
        PromptRef("en", asset="hours"),
        PromptRef("en", asset="forgotten"),
        PromptRef("en", text="Goodbye"),
        PromptRef("en", text="  "),
    ]
    sounds = prompt_sounds(refs, stored, speaker)
    assert sounds == (uploaded, speaker.file_of("We are closed.", "en"), speaker.file_of("Goodbye", "en"))
