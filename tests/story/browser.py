"""Headless Chromium for the story: a microphone that plays a tone, and an ear that names the tones it hears."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import soundfile
from playwright.async_api import Browser, Page, async_playwright, expect

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip

expect.set_options(timeout=30_000)  # as everything else of a page is waited for, however busy the machine
LISTEN = """
async ({hertz, ms}) => {
  const audio = [...document.querySelectorAll("audio")].find((a) => a.srcObject?.getAudioTracks().length);
  if (!audio) return null;
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(audio.srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const best = {};
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await new Promise((done) => setTimeout(done, 100));
    analyser.getFloatFrequencyData(bins);
    for (const tone of hertz) {
      const bin = Math.round(tone / (context.sampleRate / analyser.fftSize));
      const level = Math.max(bins[bin - 1], bins[bin], bins[bin + 1]);
      best[tone] = Math.max(best[tone] ?? -200, level);
    }
  }
  await context.close();
  return best;
}
"""


def write_tone(path: Path, hertz: int, seconds: int = 30, rate: int = 48_000) -> None:
    """Write what the fake microphone plays, again and again."""
    moments = np.arange(rate * seconds) / rate
    soundfile.write(path, 12_000 / 32_768 * np.sin(2 * np.pi * hertz * moments), rate, subtype="PCM_16")


@asynccontextmanager
async def chromium(microphone: Path) -> AsyncIterator[Browser]:
    """Debian's Chromium with a file as its microphone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def hears(page: Page, *, during_ms: int = 2500) -> set[int]:
    """Say which of the known tones come out of the page's phone: those within 20 dB of the loudest."""
    levels = await page.evaluate(LISTEN, {"hertz": [440, 697, 1000, 1300, 1700], "ms": during_ms})
    assert levels is not None, "the page plays no remote audio"
    loudest = max(levels.values())
    return {int(hertz) for hertz, level in levels.items() if level > max(loudest - 20, -75)}


def listen_in(page: Page) -> list[str]:
    """Return a list that grows with every frame that reaches the page's sockets from now on."""
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    return heard


async def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in as a person would."""
    await page.goto(f"{url}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", password)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_load_state()
