"""What officers do with a clue: each act with its refusals, deadlines and audit entry."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from bandeng.clues.contents import content_of, original_of, outcome_of
from bandeng.clues.models import Clue, ClueStep
from bandeng.clues.rules import ActNotAllowed, ClueKind, ClueState, StateNotAllowed, TypedBy
from bandeng.clues.rules.masking import HIDDEN
from bandeng.clues.selectors import inbox
from bandeng.clues.selectors.inbox import Box, box_counts
from bandeng.clues.selectors.mailbox import mailbox_of
from bandeng.clues.services import hiding, scam_types, triage
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    District,
    assigned,
    by,
    client_of,
    clue,
    district,
    later,
    named,
    receipt,
)
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.organisations.rules import Duty, DutyMissing

pytestmark = pytest.mark.django_db
OUTCOME = "核实无误，已立案，冻结账户一个。"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def test_whole_life_to_the_answer(built: District) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING)
    triage.clue_handle(outcome=OUTCOME, **by(police, row.number))
    triage.clue_answer(text="您反映的情况属实，已立案侦查。", **by(built.receiver, row.number))
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.due_at) == (ClueState.ANSWERED, MORNING, None)
    assert outcome_of(row) == OUTCOME
    assert [each.text for each in mailbox_of(row).letters] == ["您反映的情况属实，已立案侦查。"]
    kinds = list(ClueStep.objects.filter(clue=row).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["received", "accepted", "assigned", "handled", "answered", "replied"]
    actions = AuditEntry.objects.filter(subject_type="clues.clue", subject_id=str(row.pk))
    assert {f"clue.{kind}" for kind in kinds} == set(actions.values_list("action", flat=True))


def test_only_the_receiving_office_triages(built: District) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING, Duty.SUPERVISE)
    with pytest.raises(DutyMissing):
        triage.clue_reject(reason="不属于本单位职责范围的事", **by(police, row.number))
    with pytest.raises(DutyMissing):
        triage.clue_assign(organisation_id=built.id_of("housing"), note="", **by(police, row.number))


def test_answer_before_the_outcome_is_refused(built: District) -> None:
    row = assigned(built)
    with pytest.raises(StateNotAllowed):
        triage.clue_answer(text="您反映的情况属实，已立案侦查。", **by(built.receiver, row.number))


def test_handler_hands_back_and_the_centre_assigns_again(built: District) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING)
    triage.clue_return(reason="属于住建部门职责，请改交办", **by(police, row.number))
    triage.clue_assign(
        organisation_id=built.id_of("housing"), note="请核查", **by(built.receiver, row.number)
    )
    row.refresh_from_db()
    assert row.lead_id == built.id_of("housing")


def test_sent_back_outcome_is_looked_into_again(built: District) -> None:
    row, police = assigned(built), built.scope("police", *HANDLING)
    triage.clue_handle(outcome=OUTCOME, **by(police, row.number))
    triage.clue_send_back(reason="请补充账户流向再报结果", **by(built.receiver, row.number))
    row.refresh_from_db()
    assert row.state == ClueState.ASSIGNED


def test_transfer_is_for_kinds_that_the_law_moves_and_for_no_others(built: District) -> None:
    fraud = clue()
    with pytest.raises(ActNotAllowed, match="not_for_closed_network"):
        triage.clue_transfer(reference="SW-1", holder="公安机关", **by(built.receiver, fraud.number))
    gang = clue(kind=ClueKind.GANG, text="菜场有人收保护费，不交就砸摊子。")
    triage.clue_accept(**by(built.receiver, gang.number))
    with pytest.raises(ActNotAllowed, match="closed_network_only"):
        triage.clue_assign(organisation_id=built.id_of("police"), note="", **by(built.receiver, gang.number))
    with pytest.raises(ActNotAllowed):
        triage.clue_transfer(reference=" ", holder="公安机关", **by(built.receiver, gang.number))
    triage.clue_transfer(reference="SW-2026-17", holder="公安机关", **by(built.receiver, gang.number))
    gang.refresh_from_db()
    assert (gang.state, gang.reference) == (ClueState.TRANSFERRED, "SW-2026-17")
    assert gang.wipe_on is not None


def test_rejected_reporter_reads_why_and_may_be_taken_up_again(built: District) -> None:
    row = clue()
    triage.clue_reject(reason="内容不具体，无法核查，请补充", **by(built.receiver, row.number))
    assert mailbox_of(Clue.objects.get(pk=row.pk)).letters[0].text.startswith("内容不具体")
    triage.clue_reopen(reason="举报人补充了转账记录，重新审查", **by(built.receiver, row.number))
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.wipe_on) == (ClueState.RECEIVED, None, None)


def test_deadlines_come_from_dated_rows_and_the_calendar(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    assert row.due_at is not None
    assert (timezone.localdate(row.due_at) - timezone.localdate(MORNING)).days == 15
    triage.clue_accept(**by(built.receiver, row.number))
    row.refresh_from_db()
    assert timezone.localdate(row.due_at).isoformat() == "2026-03-17"  # five working days after a Tuesday


def test_late_clues_are_counted_as_late(built: District) -> None:
    clue()
    assert box_counts(built.receiver)[Box.LATE] == 0
    with later(days=16):
        assert box_counts(built.receiver)[Box.LATE] == 1


def test_named_reporter_without_a_word_for_thirty_days_is_late(built: District) -> None:
    row = Clue.objects.get(number=named().number)
    triage.clue_accept(**by(built.receiver, row.number))
    triage.clue_assign(organisation_id=built.id_of("police"), note="", **by(built.receiver, row.number))
    with later(days=31):
        assert box_counts(built.receiver)[Box.LATE] == 1
        triage.clue_reply(text="正在核查，请耐心等待。", **by(built.receiver, row.number))
        assert box_counts(built.receiver)[Box.LATE] == 0


def test_more_words_are_hidden_and_the_original_is_kept(built: District) -> None:
    row = clue(text="三号楼东单元只有两户，其中一户就是他们的窝点。")
    hiding.words_hide(words="三号楼东单元", **by(built.receiver, row.number))
    row.refresh_from_db()
    assert content_of(row).text == f"{HIDDEN}只有两户，其中一户就是他们的窝点。"
    assert "三号楼东单元" in original_of(row).text
    with pytest.raises(ActNotAllowed, match="not_found_in_text"):
        hiding.words_hide(words="四号楼", **by(built.receiver, row.number))


def test_kind_of_fraud_is_proposed_by_rule_and_set_by_an_officer(built: District) -> None:
    row = clue(text="收到短信让我点击链接更新社保卡，卡里的钱没了。")
    assert (row.scam_type, row.typed_by) == ("phishing", TypedBy.RULES)
    scam_types.scam_type_set(scam_type="bank", **by(built.receiver, row.number))
    row.refresh_from_db()
    assert (row.scam_type, row.typed_by) == ("bank", TypedBy.OFFICER)
    other = clue(kind=ClueKind.OTHER, text="收到短信让我点击链接更新社保卡。")
    assert other.scam_type == ""
    with pytest.raises(ActNotAllowed, match="not_fraud"):
        scam_types.scam_type_set(scam_type="bank", **by(built.receiver, other.number))


def test_acts_through_the_pages_in_both_languages(built: District) -> None:
    row = clue()
    for language in ("zh-hans", "en"):
        client = client_of(built.receiver, language=language)
        page = client.get(f"/desk/clues/{row.number}/")
        assert page.status_code == 200
        for name in page.context["page"].acts:
            assert client.get(f"/desk/clues/{row.number}/{name}").status_code == 200, name
    client = client_of(built.receiver)
    client.post(f"/desk/clues/{row.number}/accept")
    client.post(f"/desk/clues/{row.number}/assign", {"organisation": built.id_of("police"), "text": "请核查"})
    row.refresh_from_db()
    assert row.state == ClueState.ASSIGNED and row.lead_id == built.id_of("police")
    assert client.post(f"/desk/clues/{row.number}/reply", {"text": ""}).status_code == 422
    assert client.get(f"/desk/clues/{row.number}/accept").status_code == 404
    assert client.get(f"/desk/clues/{row.number}/nonsense").status_code == 404
    assert client.get("/desk/clues/?q=客服").context["lines"][0].number == row.number


def test_what_ends_first_stands_first_and_says_what_it_is(built: District) -> None:
    anonymous = clue()
    with later(days=1):
        later_one = named()
    row = Clue.objects.get(number=later_one.number)
    Clue.objects.filter(pk=row.pk).update(feedback_due_at=MORNING, due_at=None)
    with later(days=2):
        rows = client_of(built.receiver).get("/desk/clues/").context["lines"]
    assert [each.number for each in rows] == [row.number, anonymous.number]
    assert (rows[0].feedback, rows[0].late, rows[1].feedback, rows[1].late) == (True, True, False, False)


def test_search_says_when_it_has_not_looked_through_everything(
    built: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = clue(), clue()
    client = client_of(built.receiver)
    assert "没有全文索引" not in client.get("/desk/clues/?q=客服").content.decode()
    monkeypatch.setattr(inbox, "SEARCHED", 1)
    assert "没有全文索引" in client.get("/desk/clues/?q=客服").content.decode()
    assert "没有全文索引" not in client.get(f"/desk/clues/?q={row.number}").content.decode()


def test_search_does_not_find_what_is_hidden(built: District) -> None:
    receipt(text="我叫欧阳望舒，收到短信让我点链接。")
    client = client_of(built.receiver)
    assert client.get("/desk/clues/?q=欧阳望舒").context["lines"] == []
    assert len(client.get("/desk/clues/?q=点链接").context["lines"]) == 1
