"""How soon a page of 18 MB can be heard, by blob URL and by `data:`: `python tests/benchmarks/page_load.py`.

Needs Chromium. Seconds from opening the file until the sound's head is read, and until it plays; medians of five.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from voicecoach.app.request import SessionRequest
from voicecoach.app.session import open_session
from voicecoach.choices import Choices
from voicecoach.exporter import ExportOptions, export
from voicecoach.units import MINUTE, Ms

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
WAYS = {"blob": "", "data:": "URL.createObjectURL = undefined"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "session.html"
        choices = Choices(length=Ms(45 * MINUTE))
        with open_session(SessionRequest(routines=("muscle-knots",), voice="espeak", choices=choices)) as session:
            export(session.timeline, session.synthesizer.clip, page, ExportOptions(bit_rate=160))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        print(f"{page.stat().st_size / 1e6:.1f} MB      ready s   playing s")
        for way, script in WAYS.items():
            ready, playing = zip(*(measured(browser, page, script) for _ in range(5)), strict=True)
            print(f"{way:12} {statistics.median(ready):8.2f} {statistics.median(playing):11.2f}")
        browser.close()


def measured(browser: Browser, file: Path, script: str) -> tuple[float, float]:
    context = browser.new_context()
    context.add_init_script(script)
    page = context.new_page()
    began = time.perf_counter()
    page.goto(file.as_uri())
    until(lambda: page.evaluate("document.getElementById('sound').readyState > 0"))
    ready = time.perf_counter() - began
    page.click("#start")
    until(lambda: page.evaluate("document.getElementById('sound').currentTime > 0"))
    playing = time.perf_counter() - began
    context.close()
    return ready, playing


def until(holds: Callable[[], bool]) -> None:

    while not holds():
        time.sleep(0.005)


if __name__ == "__main__":
    main()
