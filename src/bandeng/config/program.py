"""The program `bandeng`: Django's commands under one name, on a data folder that sets itself up."""

import os
import sys

from bandeng.config.environment import SettingsWrong

OWN_COMMANDS = (
    "demo", "serve", "worker", "import", "classify", "rules", "calendar", "audit", "open311", "account", "bench",
    "clues", "ledger", "risk", "harm", "evaluation", "settings", "setup",
)  # fmt: skip
WITHOUT_DATABASE = frozenset(
    {"settings", "help", "classify", "open311", "makemessages", "compilemessages", "makemigrations"}
)
#: Calculations on a file: they need no database.
FILE_ACTS = frozenset(
    {("risk", "surveil"), ("risk", "topics"), ("risk", "calibrate"), ("evaluation", "gaming")}
)

#: What a shell gives for a program that Ctrl-C ended.
INTERRUPTED = 130

HEAD = """bandeng 板凳

  bandeng COMMAND [OPTION…]          bandeng COMMAND --help
"""


def main() -> None:
    """Run one command; whoever stops it with Ctrl-C reads a sentence, and the status is 130."""
    try:
        _run()
    except KeyboardInterrupt:
        print("bandeng: stopped from the keyboard / 已由键盘中断", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _run() -> None:
    """A wrong setting is told in words and ends with status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandeng.config.settings")
    try:
        from django.conf import settings

        _ = settings.DATA
    except SettingsWrong as error:
        print("bandeng: settings are wrong / 设置有误\n" + str(error), file=sys.stderr)
        sys.exit(2)
    import django

    django.setup()
    arguments = sys.argv[1:]
    if not arguments or (arguments[0] in {"--help", "-h", "help"} and len(arguments) == 1):
        print(overview())
        return
    spared = arguments[0] in WITHOUT_DATABASE or tuple(arguments[:2]) in FILE_ACTS
    if not spared and not {"--help", "-h"} & set(arguments):
        _set_up()
    from django.core.management import ManagementUtility

    ManagementUtility(["bandeng", *arguments]).execute()


def _set_up() -> None:
    """Set an empty database up; one that does not answer is told in words and ends with status 3."""
    from django.db import DatabaseError

    from bandeng.config.setup import set_up_if_empty

    try:
        set_up_if_empty()
    except (DatabaseError, OSError) as error:
        print(f"bandeng: the database cannot be used / 数据库无法使用\n{error}", file=sys.stderr)
        sys.exit(3)


def overview() -> str:
    """Our commands, each with its one-line help."""
    from django.core.management import get_commands, load_command_class

    known = get_commands()
    lines = [HEAD]
    for name in OWN_COMMANDS:
        if name in known:
            command = load_command_class(str(known[name]), name)
            lines.append(f"  {name:<10} {command.help}")
    lines.append("\nSettings come from the environment: bandeng settings / 设置来自环境变量")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
