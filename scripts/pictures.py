"""Pictures for the documents, taken from a running demo: scripts/pictures.py http://127.0.0.1:8000 docs/pictures."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

PASSWORD = "bandeng-demo"  # noqa: S105 (the demo's, for made-up people only)
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SETTLE = 2000  # milliseconds for maps and live parts
LOGIN_ERROR = "sign-in failed; is this the demo?"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, who looks, and the window."""

    name: str
    path: str
    login: str = ""
    size: tuple[int, int] = (1440, 900)
    language: str = "zh-CN"
    dark: bool = False


PHONE, WALL = (390, 844), (1920, 1080)
SHOTS = (
    Shot("resident-home", "/", size=PHONE),
    Shot("resident-report", "/report/", size=PHONE),
    Shot("queue", "/desk/", "street-001-1"),
    Shot("queue-night", "/desk/", "street-001-1", dark=True),
    Shot("queue-english", "/desk/", "street-001-1", language="en-GB"),
    Shot("map", "/desk/map/", "command-centre-1"),
    Shot("rules", "/desk/rules/1/", "command-centre-5"),
    Shot("trial", "/desk/rules/1/trial", "command-centre-5"),
    Shot("calendar", "/desk/calendar/", "command-centre-5"),
    Shot("five-colours", "/risk/", "command-centre-3"),
    Shot("clusters", "/risk/clusters/", "command-centre-3"),
    Shot("enterprises", "/desk/enterprises/", "command-centre-3"),
    Shot("grid-index", "/evaluation/grids/", "command-centre-3"),
    Shot("evaluation", "/evaluation/", "command-centre-3"),
    Shot("worker", "/worker/", "grid-001001001-1", size=PHONE),
    Shot("screen", "/screen/", "command-centre-1", size=WALL),
    Shot("screen-phone", "/screen/", "command-centre-1", size=PHONE),
)


def take(*, browser: Browser, base: str, shot: Shot, folder: Path) -> None:
    """Sign in if need be, open the page and write FOLDER/NAME.png."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": shot.size[0], "height": shot.size[1]},
        locale=shot.language,
        color_scheme="dark" if shot.dark else "light",
    )
    page = context.new_page()
    if shot.login:
        page.goto("/account/login/")
        page.fill("input[name=login]", shot.login)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        if "/login" in page.url:
            raise SystemExit(f"{shot.login}: {LOGIN_ERROR}")
    if shot.dark:
        context.add_cookies([{"name": "theme", "value": "ink", "url": base}])
    page.goto(shot.path)
    page.wait_for_timeout(SETTLE)
    path = folder / f"{shot.name}.png"
    page.screenshot(path=path)
    context.close()
    _shrink(path)


def _shrink(path: Path) -> None:
    """Write the picture with 256 colours of its own: pages have few, and the file is a third as large."""
    with Image.open(path) as full:
        few = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Take every picture."""
    base, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            take(browser=browser, base=base, shot=shot, folder=folder)
            print(folder / f"{shot.name}.png")
        browser.close()


if __name__ == "__main__":
    main()
