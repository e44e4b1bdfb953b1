"""`bandeng open311 check URL`."""

import argparse
import sys
from typing import Any

import httpx
from django.core.management.base import BaseCommand

from bandeng.intake.conformance import TIMEOUT, Server, check


class Command(BaseCommand):
    """Check a server against Open311 GeoReport v2."""

    help = "Check a server against Open311 GeoReport v2 / 检查 Open311 接口是否合规"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Arguments of the command."""
        parser.add_argument("what", choices=["check"])
        parser.add_argument("url", help="base address, such as http://127.0.0.1:8000/open311/v2")
        parser.add_argument("--api-key", default="", help="key for reading more and for writing / 密钥")
        parser.add_argument("--jurisdiction", default="", help="jurisdiction_id, where the server needs one")
        parser.add_argument("--write", action="store_true", help="also post two test requests / 同时检查写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check; exit with 1 when one fails."""
        failed = 0
        with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
            server = Server(client, options["url"].rstrip("/"), options["api_key"], options["jurisdiction"])
            for each in check(server=server, write=options["write"]):
                failed += not each.passed
                mark = "通过 pass" if each.passed else "不符 FAIL"
                self.stdout.write(f"{mark}  {each.name}{f'  —  {each.seen}' if each.seen else ''}")
        if failed:
            self.stderr.write(f"{failed} 项不符 failed")
            sys.exit(1)
        self.stdout.write("全部通过 all passed")
