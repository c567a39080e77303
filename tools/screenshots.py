"""Photograph every page of `tools/pages.py` in both themes, both languages and two widths, into `screenshots/`.

    tools/screenshots.py                      a demo company of its own, on free ports, gone afterwards
    tools/screenshots.py --url http://…:8000  a demo that runs already
    tools/screenshots.py --only desk,offer --width 390 --theme dark --language ro

Pages that do not answer, scroll sideways or write to the browser's console are named at the end.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.pages import PAGES, Shot  # noqa: E402 - a script is started by its path, its neighbours are not

FOLDER = ROOT / "screenshots"
HEIGHTS = {1440: 900, 390: 844}
START_SECONDS = 120
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True, slots=True)
class Look:
    """One of the ways in which every page is seen."""

    width: int
    theme: str
    language: str

    @property
    def suffix(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"


@dataclass(slots=True)
class Album:
    """What was taken, and what was wrong with it."""

    taken: int = 0
    faults: list[str] = field(default_factory=list)


@contextmanager
def demo() -> Iterator[str]:
    """A demo company in a folder of its own, on ports that are free."""
    web, engine = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="tradewind-") as folder:
        command = [sys.executable, "-m", "tradewind.cli", "demo", "--data", folder, "--traffic", "0"]
        log = (ROOT / "build").joinpath("screenshots-demo.log")
        log.parent.mkdir(exist_ok=True)
        with log.open("w") as written:
            process = subprocess.Popen(
                [*command, "--port", str(web), "--engine-port", str(engine)],
                cwd=ROOT,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until_ready(f"http://127.0.0.1:{web}", process, log)
            yield f"http://127.0.0.1:{web}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"screenshots: the demo ended before it was ready; see {log}")
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):  # noqa: S310 - an address of this machine
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    sys.exit(f"screenshots: the demo was not ready after {START_SECONDS} s; see {log}")


def chromium() -> str:
    names = (os.environ.get("CHROMIUM", "chromium"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    return found or sys.exit("screenshots: no chromium on PATH; apt-get install chromium, or set CHROMIUM")


def enter(context: BrowserContext, url: str, who: str) -> Page:
    """A page, signed in as a member of the cast or as nobody."""
    page = context.new_page()
    page.goto(f"{url}/accounts/login/")
    if who:
        page.locator(".cast button", has_text=who).click()
        page.locator(".person > summary").wait_for()
    return page


def speak(page: Page, url: str, language: str) -> None:
    """The language is kept with the person, so it is put back after the last picture."""
    page.goto(f"{url}/ui/shortcuts/")
    page.locator(f".languages button[value={language}]").click()
    page.wait_for_load_state()


def photograph(browser: Browser, url: str, look: Look, *, who: str, album: Album, shots: list[Shot]) -> None:
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS.get(look.width, 900)},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale={"en": "en-GB", "ro": "ro-RO"}[look.language],
    )
    page = enter(context, url, who)
    before = page.locator("html").get_attribute("lang") or "en"
    speak(page, url, look.language)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)
    for shot in shots:
        console.clear()
        try:
            take(page, url, shot, look)
        except Error as fault:
            album.faults.append(f"{shot.name} {look.suffix}: {str(fault).splitlines()[0]}")
            continue
        album.taken += 1
        album.faults += [f"{shot.name} {look.suffix}: {text}" for text in complaints(page, console)]
    speak(page, url, before)
    context.close()


def take(page: Page, url: str, shot: Shot, look: Look) -> None:
    page.goto(f"{url}{shot.path}", wait_until="networkidle")
    for selector in shot.clicks:
        page.locator(selector).click(timeout=5000)
        page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{shot.name}-{look.suffix}.png", full_page=True)


def complaints(page: Page, console: list[str]) -> Iterator[str]:
    yield from (text for text in console if "the server responded with a status of 404" not in text)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "scrolls sideways"


def run(url: str, shots: list[Shot], looks: list[Look]) -> Album:
    album = Album()
    people = sorted({shot.who for shot in shots})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        for look, who in product(looks, people):
            photograph(browser, url, look, who=who, album=album, shots=[shot for shot in shots if shot.who == who])
            print(f"screenshots: {look.suffix} {who or 'signed out'}", flush=True)
        browser.close()
    return album


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Photograph every page.")
    parser.add_argument("--url", default="", help="a demo that runs already")
    parser.add_argument("--only", default="", help="names of pages, with commas")
    parser.add_argument("--width", type=int, choices=sorted(HEIGHTS), help="one width only")
    parser.add_argument("--theme", choices=["light", "dark"], help="one theme only")
    parser.add_argument("--language", choices=["en", "ro"], help="one language only")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    wanted = set(filter(None, given.only.split(",")))
    shots = [shot for shot in PAGES if not wanted or shot.name in wanted]
    looks = [
        Look(width, theme, language)
        for width, theme, language in product(HEIGHTS, ("light", "dark"), ("en", "ro"))
        if given.width in {None, width} and given.theme in {None, theme} and given.language in {None, language}
    ]
    FOLDER.mkdir(exist_ok=True)
    if given.url:
        album = run(given.url.rstrip("/"), shots, looks)
    else:
        with demo() as url:
            album = run(url, shots, looks)
    for fault in album.faults:
        print(f"look at: {fault}")
    print(f"screenshots: {album.taken} pictures in {FOLDER.relative_to(ROOT)}/, {len(album.faults)} to look at")
    return 1 if album.faults else 0


if __name__ == "__main__":
    sys.exit(main())
