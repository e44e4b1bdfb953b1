"""`bandeng serve`."""

import argparse
import ipaddress
import os
import socket
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

APPLICATION = "bandeng.config.asgi:application"
#: Requests in hand get this long when the server is told to stop.
GRACE_SECONDS = 20
STYLE_SHEET = "dist/app.css"


class Command(BaseCommand):
    """Serve the pages and the API."""

    help = "Serve the pages and the API / 启动网站和接口"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="where to listen / 监听地址"
        )
        parser.add_argument("--workers", type=int, help="processes; default: BANDENG_WORKERS / 进程数")
        parser.add_argument("--request-log", action="store_true", help="one line a request / 请求日志")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check what can go wrong, then serve until told to stop."""
        host, port = address_of(options["bind"])
        check_debug(host)
        check_pages()
        check_database()
        check_free(host, port)
        if options["request_log"]:
            os.environ["BANDENG_REQUEST_LOG"] = "yes"
        # Children are forked: a pool of connections does not survive that.
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        shown = settings.PUBLIC_URL or f"http://{'localhost' if host in ANYWHERE else host}:{port}"
        self.stdout.write(f"{shown}/  (Ctrl-C: stop / 停止)")
        self.stdout.flush()
        server = Server(
            APPLICATION,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            workers=options["workers"] or settings.ENVIRONMENT.number("BANDENG_WORKERS"),
            workers_kill_timeout=GRACE_SECONDS,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        )
        server.serve()


ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (named, not bound)


def address_of(bind: str) -> tuple[str, int]:
    """HOST:PORT or [HOST]:PORT as its parts. Raises CommandError."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
        raise CommandError(f"--bind {bind}: write HOST:PORT, such as 127.0.0.1:8000 / 请写 主机:端口")
    return host.strip("[]") or "127.0.0.1", int(port)


def check_debug(host: str) -> None:
    """Raise CommandError where error pages with our insides would be open to others."""
    loopback = host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
    if settings.DEBUG and not loopback:
        raise CommandError("BANDENG_DEBUG is on: only 127.0.0.1 may be served / 调试模式只能监听本机")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def check_pages() -> None:
    """Raise CommandError where the pages' styles and scripts were not built."""
    if finders.find(STYLE_SHEET) is None:
        raise CommandError("the pages are not built: run `make setup` / 页面尚未构建：请运行 make setup")


def check_database() -> None:
    """Raise CommandError where the database is away or older than the program."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"the database cannot be reached / 无法连接数据库: {error}") from error
    if waiting:
        raise CommandError(
            f"the database is {len(waiting)} steps behind the program: run `bandeng setup` / 数据库需要升级"
        )


def check_free(host: str, port: int) -> None:
    """Raise CommandError where somebody else listens, or the host is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(f"cannot listen on {host}:{port} / 无法监听: {error.strerror or error}") from error
