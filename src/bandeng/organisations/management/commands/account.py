"""`bandeng account`: the first administrator, a lost password, who there is."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from bandeng.organisations.rules import OutOfReach
from bandeng.organisations.services import beginning


class Command(BaseCommand):
    """Accounts from the command line, for whoever holds the machine."""

    help = "create, reset or list accounts: how a district gets its first administrator / 账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three acts and what they need."""
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="open an account with a post; prints its one-time password")
        create.add_argument("username")
        create.add_argument("--name", default="", help="the person's name; default: the user name")
        create.add_argument("--role", default="administrator", help="code of the role")
        create.add_argument(
            "--organisation", default="", help="code; default: the governance centre, made if missing"
        )
        create.add_argument(
            "--district", nargs=2, metavar=("CODE", "NAME"), help="6-digit code and name, if none is there"
        )
        reset = acts.add_parser(
            "reset", help="give a one-time password, unlock, and remove the second factor if asked"
        )
        reset.add_argument("username")
        reset.add_argument("--second-factor", action="store_true", help="remove the second factor as well")
        listing = acts.add_parser("list", help="accounts with their posts")
        listing.add_argument("--role", default="", help="only holders of this role")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        try:
            getattr(self, f"_{options['act']}")(options)
        except (beginning.BeginningRefused, OutOfReach) as refusal:
            raise CommandError(str(refusal)) from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None

    def _create(self, options: dict[str, Any]) -> None:
        password = beginning.account_begin(
            username=options["username"], name=options["name"], role_code=options["role"],
            organisation_code=options["organisation"], district=tuple(options["district"] or ()),
        )  # fmt: skip
        self.stdout.write(f"{options['username']}  one-time password / 一次性密码: {password}")

    def _reset(self, options: dict[str, Any]) -> None:
        password = beginning.account_recover(
            username=options["username"], second_factor=options["second_factor"]
        )
        self.stdout.write(f"{options['username']}  one-time password / 一次性密码: {password}")

    def _list(self, options: dict[str, Any]) -> None:
        for line in beginning.account_lines(role_code=options["role"]):
            self.stdout.write(line)
