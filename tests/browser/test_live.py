"""Server push through the real server: a change shows on an open screen without a reload."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

BANDENG = [sys.executable, "-c", "from bandeng.config.program import main; main()"]
PASSWORD = "bandeng-demo"
PATIENCE = 60.0  # seconds until the server answers on a busy machine


class Service:
    """A server process of its own, on an embedded database in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        known = {name: value for name, value in os.environ.items() if not name.startswith("BANDENG_")}
        self.environment = {**known, "BANDENG_DATA": str(folder), "BANDENG_WORKERS": "1"}

    def run(self, *arguments: str) -> None:
        """Run a command on the same data."""
        subprocess.run([*BANDENG, *arguments], env=self.environment, check=True, capture_output=True)

    def start(self) -> subprocess.Popen[bytes]:
        """Serve, and wait for the first answer."""
        command = [*BANDENG, "serve", "--bind", self.url.removeprefix("http://")]
        process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                httpx.get(f"{self.url}/healthz", timeout=2)
            except httpx.TransportError:
                time.sleep(0.3)
            else:
                return process
        raise TimeoutError("the server did not answer")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    made.run("demo", "--small")
    process = made.start()
    yield made
    process.terminate()
    process.wait(timeout=30)


def test_new_matter_shows_on_an_open_screen(service: Service, browser: Browser, tmp_path: Path) -> None:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}, base_url=service.url).new_page()
    page.goto("/account/login/?next=/screen/")
    page.fill("input[name=login]", "command-centre-1")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector(".district svg path")
    before = page.inner_text(".wall-figures")
    file = tmp_path / "one.csv"
    file.write_text("title,text\n刚刚来的一件事,这件事刚刚发生\n", encoding="utf-8")
    service.run("import", "matters", str(file))
    page.get_by_text("刚刚来的一件事").first.wait_for(timeout=20_000)
    assert page.inner_text(".wall-figures") != before, "the figures moved too"
    page.context.close()
