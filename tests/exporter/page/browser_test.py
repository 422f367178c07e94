"""The page in Chromium, opened from the disk: what the listener sees, hears and presses."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

pytestmark = pytest.mark.system("chromium")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE, DESKTOP, NARROW = (390, 844), (1280, 800), (320, 568)
LYING = ((667, 375), (640, 360), (568, 320))
"""Small phones in landscape."""
HOLD = 14_540
"""The start of the first hold (left side, 22 s), in milliseconds."""
BREATHING, REST = 69_200, 93_200


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for these tests, closed afterwards because its event loop would disturb other tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browser profiles; asserts at the end that they fetched nothing and logged no error."""
    with opener(browser) as made:
        yield made


@contextmanager
def opener(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    asked: list[str] = []
    wrong: list[str] = []
    opened: list[BrowserContext] = []

    def made(size: tuple[int, int] = PHONE, **options: Any) -> BrowserContext:
        new = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        new.on("request", lambda request: asked.append(request.url))
        new.on("console", lambda message: wrong.append(message.text))
        new.on("weberror", lambda error: wrong.append(str(error.error)))
        new.on("dialog", lambda dialog: wrong.append(dialog.message))
        new.set_default_timeout(5_000)
        opened.append(new)
        return new

    yield made
    for each in opened:
        each.close()
    assert wrong == []
    assert [url[:80] for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.fixture
def page(context: Callable[..., BrowserContext], page_file: Path) -> Page:
    """The page on a phone, before playback starts."""
    return opened(context(), page_file)


def opened(context: BrowserContext, file: Path) -> Page:
    page = context.new_page()
    page.goto(file.as_uri())
    return page


def until(page: Page, condition: str) -> None:
    """Wait for a condition. Playwright's own way needs `eval` or timers in the page, where scripts may be off."""
    for _ in range(500):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(10)
    raise AssertionError(condition)


def at(page: Page) -> float:
    """The playback position in milliseconds."""
    return page.evaluate("1000 * document.getElementById('sound').currentTime")


def advances(page: Page) -> None:
    before = at(page)
    until(page, f"1000 * document.getElementById('sound').currentTime > {before + 100}")


def seek(page: Page, to: int) -> None:
    """Move the slider, to the nearest second."""
    page.locator("#seek").fill(str(to // 1000 * 1000))
    until(page, "!document.getElementById('sound').seeking")


def paused(page: Page, to: int) -> Page:
    """Start the page and pause it at a position."""
    page.click("#start")
    page.click("#toggle")
    seek(page, to)
    return page


def test_introduction_then_playback(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Desk break")
    expect(page.locator("#about")).to_have_text("For stiff shoulders, after an hour at a desk.")
    expect(page.locator("#caution")).to_contain_text('Pain is a "stop" & not a <b>goal</b>.')
    expect(page.locator("#needs li")).to_have_text(["chair", "wall"])
    expect(page.locator("#length")).to_have_text("Length 1:42")
    expect(page.locator("#start")).to_be_in_viewport(ratio=1)
    for not_yet in ("#player", "#stage", "#off"):
        expect(page.locator(not_yet)).to_be_hidden()
    page.click("#start")
    advances(page)
    expect(page.locator("#intro")).to_be_hidden()
    assert page.evaluate("document.getElementById('sound').webkitAudioDecodedByteCount") > 0
    assert page.evaluate("document.getElementById('sound').currentSrc").startswith("blob:")
    assert page.evaluate("document.getElementById('sound').duration") == pytest.approx(102.4, abs=0.03)
    page.click("#toggle")
    assert page.evaluate("document.getElementById('sound').paused")


def test_jump_to_part(page: Page) -> None:
    page.get_by_role("button", name="Breathe").click()
    advances(page)
    assert BREATHING <= at(page) < REST
    expect(page.locator("#parts [aria-current]")).to_contain_text("Breathe")
    expect(page.locator("#part")).to_have_text("Breathe")
    expect(page.locator("#where")).to_have_text("Part 2 of 3")
    page.click("#next")
    expect(page.locator("#parts [aria-current]")).to_contain_text("Rest")
    page.click("#previous")
    expect(page.locator("#parts [aria-current]")).to_contain_text("Breathe")


def test_captions_and_hold_countdown(page: Page) -> None:
    paused(page, 5_000)
    expect(page.locator("#cue")).to_have_text("Sit tall at the front of your chair, with both feet flat on the floor.")
    expect(page.locator("#clock")).to_be_hidden()
    seek(page, HOLD + 1_000)
    expect(page.locator("#cue")).to_have_text("Reach up with the left arm.")
    expect(page.locator("#kind")).to_have_text("Hold · left")
    expect(page.locator("#seconds")).to_have_text("22")
    seek(page, 50_000)
    expect(page.locator("#kind")).to_have_text("Hold · right")
    expect(page.locator("#seconds")).to_have_text("19")
    expect(page.locator("#left")).to_have_text("0:52 left")
    seek(page, BREATHING + 1_000)
    expect(page.locator("#cue")).to_have_text("Breathe in")
    seek(page, 73_000)
    expect(page.locator("#cue")).to_have_text("Breathe out")
    seek(page, 88_000)  # only tones by now
    expect(page.locator("#cue")).not_to_contain_text("Breathe")
    page.click("#toggle")
    advances(page)


def test_captions_are_in_time(page: Page) -> None:
    """Within 0.2 s, plus the time for which a busy machine stopped the browser."""
    paused(page, 43_000)
    page.evaluate("""
        new MutationObserver(() => {
            document.body.dataset.shown = 1000 * document.getElementById("sound").currentTime;
        }).observe(document.getElementById("cue"), { childList: true });
        let before = performance.now(), longest = 0;
        setInterval(() => {
            const now = performance.now();
            document.body.dataset.stood = longest = Math.max(longest, now - before - 10);
            before = now;
        }, 10);
    """)
    page.click("#toggle")
    expect(page.locator("#cue")).to_have_text("Reach up with the right arm.")
    shown, stood = (float(page.get_attribute("body", f"data-{name}") or 0) for name in ("shown", "stood"))
    assert 43_820 <= shown < 44_020 + stood


@pytest.mark.slow
def test_end_and_restart(page: Page) -> None:
    paused(page, 102_000)
    page.click("#toggle")
    expect(page.locator("#cue")).to_have_text("Finished")
    page.click("#toggle")
    advances(page)
    assert at(page) < 30_000


@pytest.mark.slow
def test_resume_position(context: Callable[..., BrowserContext], page_file: Path) -> None:
    profile = context()
    page = paused(opened(profile, page_file), 20_000)
    page.reload()
    expect(page.locator("#start")).to_have_text("Resume at 0:20")
    page.click("#start")
    advances(page)
    assert 20_000 <= at(page) < 30_000
    page.reload()  # while it plays
    expect(page.locator("#start")).to_have_text(re.compile("Resume at 0:2[0-9]"))
    page.get_by_text("Start from the beginning").click()
    advances(page)
    assert at(page) < 15_000
    seek(page, 102_000)
    expect(page.locator("#cue")).to_have_text("Finished")
    page.reload()
    expect(page.locator("#start")).to_have_text("Start")


def test_keyboard_control(context: Callable[..., BrowserContext], page_file: Path) -> None:
    page = opened(context(DESKTOP), page_file)
    page.keyboard.press("Tab")
    expect(page.locator("#start")).to_be_focused()
    page.keyboard.press("Enter")
    advances(page)
    expect(page.locator("#toggle")).to_be_focused()  # not lost with the button that went away
    page.keyboard.press("Space")
    assert page.evaluate("document.getElementById('sound').paused")
    page.evaluate("document.activeElement.blur()")
    before = at(page)
    page.keyboard.press("ArrowRight")
    assert at(page) == pytest.approx(before + 10_000, abs=1)
    page.keyboard.press("ArrowLeft")
    assert at(page) == pytest.approx(before, abs=1)
    page.keyboard.press("Shift+ArrowRight")
    assert at(page) == pytest.approx(4_720, abs=11)
    page.keyboard.press("Space")
    advances(page)


def test_focused_controls_keep_their_keys(context: Callable[..., BrowserContext], page_file: Path) -> None:
    page = paused(opened(context(DESKTOP), page_file), 20_000)
    page.focus("#speed")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.getElementById('sound').playbackRate") == 1.1
    assert at(page) == 20_000
    page.focus("#volume")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.getElementById('sound').volume") == 0.95
    page.focus("#seek")
    page.keyboard.press("ArrowRight")
    assert at(page) == 21_000
    expect(page.locator("#seek")).to_have_attribute("aria-valuetext", "0:21 of 1:42")
    page.focus("summary")
    page.keyboard.press("Space")
    expect(page.locator("#text li").first).to_be_visible()
    assert page.evaluate("document.getElementById('sound').paused")


@pytest.mark.slow
def test_axe_finds_no_violation(page: Page) -> None:
    """In light and dark, on phone and desktop: before the start, before the first part, and in a hold."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def look() -> None:
        for scheme, (width, height) in (("light", PHONE), ("dark", PHONE), ("dark", DESKTOP), ("light", DESKTOP)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            found = Axe().run(page, options=options)
            assert found.violations_count == 0, found.generate_report()
            assert len(found.response["passes"]) > 20

    page.click("summary")
    look()
    paused(page, 1_000)
    expect(page.locator("#part")).to_have_attribute("hidden", "")  # an empty one is no heading, which axe overlooks
    look()
    page.click("#toggle")
    seek(page, HOLD + 2_000)
    expect(page.locator("#part")).to_be_visible()
    look()
    expect(page.locator("#clock")).to_be_visible()
    assert not page.evaluate("document.getElementById('sound').paused")


def test_large_buttons_and_texts(page: Page) -> None:
    """Buttons of at least 44 pixels, no sideways scrolling, and captions as large as the room allows."""
    small = """[...document.querySelectorAll("button, select, input, summary")]
        .map(each => each.getBoundingClientRect())
        .filter(box => box.width && (box.width < 44 || box.height < 44)).length"""
    wide = "document.documentElement.scrollWidth - innerWidth"

    def look() -> None:
        for width, height in (NARROW, PHONE, DESKTOP, *LYING):
            page.set_viewport_size({"width": width, "height": height})
            assert (page.evaluate(small), page.evaluate(wide)) == (0, 0)

    look()
    paused(page, HOLD + 4_000)
    look()
    letters = "parseFloat(getComputedStyle(document.getElementById('{}')).fontSize)"
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        until(page, f"{letters.format('cue')} >= 40")
        assert page.evaluate(letters.format("seconds")) >= 100
        expect(page.locator("#cue")).to_be_in_viewport(ratio=1)


@pytest.mark.slow
@pytest.mark.parametrize("size", LYING, ids=str)
def test_caption_and_clock_fit_landscape_phones(
    context: Callable[..., BrowserContext], page_file: Path, size: tuple[int, int]
) -> None:
    page = opened(context(size), page_file)
    edge = "document.querySelector('{}').getBoundingClientRect().{}".format
    page.click("#start")
    for moment, all_shown in ((5_000, ["#cue"]), (HOLD + 4_000, ["#cue", "#clock"])):
        seek(page, moment)
        advances(page)
        for shown in all_shown:
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)
            assert page.evaluate(edge(shown, "bottom")) <= page.evaluate(edge("#player", "top"))
        assert page.evaluate(edge("#room", "left")) == page.evaluate(edge("#stage", "left"))


def test_page_without_scripts(context: Callable[..., BrowserContext], page_file: Path) -> None:
    page = opened(context(DESKTOP, java_script_enabled=False), page_file)
    expect(page.locator("#start")).to_be_hidden()
    expect(page.locator("#off")).to_contain_text("controls at the bottom")
    expect(page.locator("#parts li")).to_have_text(["Reach up 0:05", "Breathe 1:09", "Rest 1:33"])
    sound = page.locator("#sound")
    expect(sound).to_be_in_viewport(ratio=1)
    sound.focus()
    page.keyboard.press("Space")
    advances(page)
    assert page.evaluate("document.getElementById('sound').currentSrc.slice(0, 20)") == "data:audio/mp4;base6"


REFUSED = """
    Object.defineProperty(navigator, "wakeLock", { value: { request: () => Promise.reject(new Error("no")) } });
    Object.defineProperty(navigator, "mediaSession", { get() { throw new Error("no"); } });
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
    window.matchMedia = undefined;
"""
ABSENT = """
    for (const name of ["wakeLock", "mediaSession"]) delete Navigator.prototype[name];
    delete window.localStorage;
    for (const name of ["MediaMetadata", "matchMedia"]) window[name] = undefined;
"""


@pytest.mark.parametrize("extras", [REFUSED, ABSENT], ids=["refused", "absent"])
def test_missing_browser_features(context: Callable[..., BrowserContext], page_file: Path, extras: str) -> None:
    profile = context()
    profile.add_init_script(extras)
    page = opened(profile, page_file)
    page.click("#start")
    advances(page)
    page.get_by_role("button", name="Rest").click()
    expect(page.locator("#cue")).to_have_text("Rest.")
    page.click("#toggle")
    page.reload()
    expect(page.locator("#start")).to_have_text("Start")


def test_sound_without_blob(context: Callable[..., BrowserContext], page_file: Path) -> None:
    profile = context()
    profile.add_init_script("URL.createObjectURL = undefined")
    page = opened(profile, page_file)
    page.click("#start")
    advances(page)
    assert page.evaluate("document.getElementById('sound').currentSrc.slice(0, 5)") == "data:"


def test_unplayable_sound_is_reported(browser: Browser, page_file: Path, tmp_path: Path) -> None:
    """After both the blob and the data: URL failed."""
    broken = re.sub(r"base64,[^\"]+", "base64,bm8gc291bmQ=", page_file.read_text("utf-8"), count=1)
    (path := tmp_path / "broken.html").write_text(broken, "utf-8")
    with opener(browser) as made:
        page = opened(made(), path)
        expect(page.get_by_role("alert")).to_contain_text("The sound cannot be played here.")


HEADSET = """
    window.pressed = {};
    const known = MediaSession.prototype.setActionHandler;
    MediaSession.prototype.setActionHandler = function (name, action) {
        window.pressed[name] = action;
        return known.call(this, name, action);
    };
    window.places = [];
    const place = MediaSession.prototype.setPositionState;
    MediaSession.prototype.setPositionState = function (state) {
        window.places.push(state);
        return place.call(this, state);
    };
"""


def test_media_session(context: Callable[..., BrowserContext], page_file: Path) -> None:
    profile = context()
    profile.add_init_script(HEADSET)
    page = opened(profile, page_file)
    press = "window.pressed['{}']({})".format
    page.evaluate(press("play", ""))
    advances(page)
    page.evaluate(press("nexttrack", ""))
    page.evaluate(press("nexttrack", ""))
    expect(page.locator("#part")).to_have_text("Breathe")
    shown = "(({ title, album, artist }) => [title, album, artist])(navigator.mediaSession.metadata)"
    assert page.evaluate(shown) == ["Breathe", "Desk break", "tones"]
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    assert page.evaluate("navigator.mediaSession.metadata.artwork[0].src").startswith("data:image/png;base64,")
    page.evaluate(press("pause", ""))
    page.evaluate(press("previoustrack", ""))
    assert at(page) == pytest.approx(4_720, abs=11)
    page.evaluate(press("seekto", "{ seekTime: 50 }"))
    page.evaluate(press("seekforward", "{}"))
    page.evaluate(press("seekbackward", "{ seekOffset: 5 }"))
    assert at(page) == 55_000
    until(page, "window.places.some(place => place.position === 55 && place.duration === 102.4)")


AWAKE = """
    window.locks = [];
    window.WakeLock = window.WakeLock || class {};  // there is none before the page is there
    const request = WakeLock.prototype.request;
    WakeLock.prototype.request = async function (kind) {
        const lock = await request.call(this, kind);
        window.locks.push(lock);
        return lock;
    };
"""


def test_wake_lock_while_playing(context: Callable[..., BrowserContext], page_file: Path) -> None:
    profile = context()
    profile.add_init_script(AWAKE)
    page = opened(profile, page_file)
    page.click("#start")
    until(page, "window.locks.length === 1 && !window.locks[0].released")
    page.evaluate("window.locks[0].release()")  # as a browser does when the page is hidden
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(page, "window.locks.length === 2 && !window.locks[1].released")
    page.click("#toggle")
    until(page, "window.locks[1].released")


def test_printed_handout(page: Page) -> None:
    paused(page, HOLD + 4_000)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for shown in ("h1", "#caution", "#needs", "#text h3 >> nth=1", "#text .clock >> nth=0"):
        expect(page.locator(shown)).to_be_visible()
    for gone in ("#player", "#stage", "#start", "#text .beat >> nth=0", "#keys"):
        expect(page.locator(gone)).to_be_hidden()


def test_reduced_motion(context: Callable[..., BrowserContext], page_file: Path) -> None:
    page = opened(context(reduced_motion="reduce"), page_file)
    page.click("#start")
    seek(page, HOLD + 4_000)
    done = "document.getElementById('clock').style.getPropertyValue('--done')"
    for _ in range(3):
        share = float(page.evaluate(done)) * 22
        assert share == pytest.approx(round(share), abs=0.01)
        advances(page)


HOSTILE = {
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></script><!--{{sound}} &lt;b&gt; \u2028\u2029",
    "right to left": "שלום, ימין <b>\nושמאל</b> (2)\t🧘🏽‍♀️",
    "one word": "x" * 5_000,
    "many words": "Wort " * 1_000,
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_stay_texts(
    context: Callable[..., BrowserContext], hostile: Callable[[str], Path], title: str
) -> None:
    page = opened(context(), hostile(title))
    line = " ".join(title.split())
    assert page.title() == line
    for place in ("h1", "#about", "#caution p", "#needs li", "#parts button span >> nth=0", "#text li >> nth=0"):
        assert " ".join((page.locator(place).text_content() or "").split()) == line
    page.click("#start")
    advances(page)
    page.click("#toggle")
    seek(page, 1_000)
    for place in ("#part", "#cue"):
        assert " ".join((page.locator(place).text_content() or "").split()) == line
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    if line.startswith("שלום"):
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
