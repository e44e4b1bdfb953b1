"""The acts of `bandeng risk` that make, sign and check maps."""

from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError

from bandeng.accounts.models import User
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import posts_held, scope_of
from bandeng.risk.labels import REFUSALS, RUN_REFUSALS
from bandeng.risk.rules import NotAllowed, may_publish
from bandeng.risk.selectors.figures import present_month
from bandeng.risk.services.maps import RunRefused, map_draft, map_publish, maps_check, maps_check_all
from bandeng.risk.services.stocks import StocksInvalid, stocks_bring, stocks_read

Tell = Callable[[str], object]
COMMAND_LINE = Actor("command line")
SHOWN = 5
UNUSABLE = 2


def month_from(text: str) -> int:
    """A month from "202610" or "2026-10". Raises CommandError."""
    digits = text.replace("-", "")
    if not (len(digits) == 6 and digits.isascii() and digits.isdecimal() and 1 <= int(digits[4:]) <= 12):
        raise CommandError(
            f"{text!r} is no month. Write it like 202610. 月份写作 202610。", returncode=UNUSABLE
        )
    return int(digits)


def map_run(*, month: int, note: str, tell: Tell) -> None:
    """Make the month's draft. Raises CommandError."""
    try:
        made = map_draft(month=month, actor=COMMAND_LINE, note=note)
    except RunRefused as refused:
        raise CommandError(told(refused)) from refused
    tell(f"{month} version {made.version}, draft / 第 {made.version} 版草稿")
    tell(f"inputs {made.inputs_digest}\nresult {made.result_digest}")
    if month >= present_month():
        tell("The month is not over: figures up to now. 本月未结束，按截至目前的数据计算。")


def map_sign(*, month: int, login: str, note: str, tell: Tell) -> None:
    """Publish the month's draft as the person with this account. Raises CommandError."""
    user = User.objects.filter(username=login, is_active=True).first()
    scope = _scope(user) if user else None
    if user is None or scope is None:
        raise CommandError(
            f"{login!r} holds no post with the duty to supervise the whole district, so cannot sign. "
            "Name another account. 该账号没有全区督查职责，不能签发。"
        )
    try:
        made = map_publish(
            month=month,
            actor=Actor(scope.actor, user.get_full_name() or user.username),
            scope=scope,
            note=note,
        )
    except NotAllowed as refused:
        raise CommandError(str(REFUSALS[refused.code])) from refused
    tell(f"{month} version {made.version} published, signed by {made.signer} / 已由 {made.signer} 签发")


def _scope(user: User) -> Scope | None:
    scopes = [scope_of(post) for post in posts_held(user.pk)]
    return next((scope for scope in scopes if may_publish(scope)), None)


def maps_verify(*, month: int, tell: Tell) -> None:
    """Calculate all versions of a month anew. Raises CommandError if one differs in a single digit."""
    try:
        found = maps_check(month=month)
    except RunRefused as refused:
        raise CommandError(told(refused)) from refused
    wrong = [each for each in found if each.differences]
    for each in found:
        state = (
            f"{len(each.differences)} differences" if each.differences else "equal to the digit / 逐位一致"
        )
        tell(f"{each.month} version {each.version}: {state}")
        for place in each.differences[:SHOWN]:
            tell(f"  {place}")
        if each.moved:
            tell(f"  {each.moved} figures of the record have moved since / 此后有 {each.moved} 个数据更正")
    if wrong:
        raise CommandError(f"{len(wrong)} of {len(found)} versions cannot be reproduced / 无法复现")


def maps_verify_all(*, tell: Tell) -> None:
    """Calculate every version that was ever published anew. Raises CommandError if one differs in a single digit."""
    count, wrong = 0, []
    for each in maps_check_all():
        count += 1
        if each.differences:
            wrong.append(each)
            tell(f"{each.month} version {each.version}: {len(each.differences)} differences")
            for place in each.differences[:SHOWN]:
                tell(f"  {place}")
    if wrong:
        raise CommandError(f"{len(wrong)} of {count} versions cannot be reproduced / 无法复现")
    tell(f"{count} published versions, all equal to the digit / 已发布 {count} 版，全部逐位一致")


def stocks_import(*, file: Path, tell: Tell) -> None:
    """Bring stocks in from a CSV. Raises CommandError."""
    try:
        rows = stocks_read(file)
    except StocksInvalid as wrong:
        raise CommandError(f"{file}: {wrong}", returncode=UNUSABLE) from wrong
    tell(f"{stocks_bring(rows=rows, actor=COMMAND_LINE)} rows / 行")


def told(refused: RunRefused) -> str:
    """A refusal in words."""
    return " ".join(filter(None, (str(RUN_REFUSALS[refused.code]), refused.detail)))
