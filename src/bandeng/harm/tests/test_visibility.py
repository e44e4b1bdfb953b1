"""Attacks: other areas, other departments, the enterprise's own people, clues by way of their enterprise."""

import pytest

from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Alert, Enterprise
from bandeng.harm.selectors import NotVisible, alert_for, enterprise_for, visible_alerts, visible_enterprises
from bandeng.harm.selectors.board import AlertFilter, alerts_listed, board_rows
from bandeng.harm.selectors.enterprises import enterprise_page, enterprises_listed
from bandeng.harm.selectors.page import alert_page
from bandeng.harm.services.raising import alerts_raise, harm_run
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.tests import factories as make
from bandeng.matters.rules import AccessClass
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, OrganisationKind, Scope
from bandeng.organisations.tests.factories import CENTRE, organisation, post, scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def watcher(built: House, code: str, *duties: Duty) -> Scope:
    return scope(*(duties or (Duty.SUPERVISE,)), organisation=built.organisations[code])


def test_who_watches_the_area_sees_the_alert_and_others_do_not(built: House) -> None:
    alert = make.raised()
    seeing = [watcher(built, CENTRE), watcher(built, make.STREET), watcher(built, make.STREET, Duty.DISPATCH)]
    blind = [
        watcher(built, make.OTHER_STREET),
        watcher(built, "police"),
        watcher(built, "police", Duty.HANDLE),
        watcher(built, make.COMMUNITY),
        watcher(built, f"{make.COMMUNITY}001", Duty.SUPERVISE, Duty.HANDLE),
        watcher(built, CENTRE, Duty.INTAKE),
    ]
    for of in seeing:
        assert alert_for(of, alert.pk) == alert and sum(row.total for row in board_rows(of)) == 1
    for of in blind:
        with pytest.raises(NotVisible):
            alert_for(of, alert.pk)
        with pytest.raises(NotVisible):
            enterprise_for(of, alert.enterprise.number)
        assert not alerts_listed(of, AlertFilter(words="云杉", state="")).exists()
        assert not enterprises_listed(of, words="云杉").exists()
        assert sum(row.total for row in board_rows(of)) == 0


def test_whoever_held_a_post_in_the_enterprise_never_sees_it(built: House) -> None:
    alert = make.raised()
    of = watcher(built, CENTRE, Duty.SUPERVISE, Duty.CLUE_TRIAGE)
    firm = organisation(code="gym", kind=OrganisationKind.ENTERPRISE, name=make.GYM)
    post(Duty.REPORT, organisation=firm, user=Post.objects.get(pk=of.post_id).user)
    assert not visible_alerts(of).exists() and not visible_enterprises(of).exists()
    with pytest.raises(NotVisible):
        alert_for(of, alert.pk)


def test_what_only_a_clue_names_is_seen_by_nobody_who_may_not_see_clues(built: House) -> None:
    make.record(stream="clues", code="", token="t", name="暗流投资管理有限公司", kind="illegal_fund_raising")
    enterprises_resolve()
    hidden = Enterprise.objects.get()
    Alert.objects.create(
        enterprise=hidden, kind="illegal_fund_raising", level=1, first_week=1, last_week=1, peak_week=1, log_odds=1,
        prior_log_odds=-6, people=1, usual_people=0, basis="b", raised_at=make.MORNING, changed_at=make.MORNING,
    )  # fmt: skip
    plain, able = watcher(built, CENTRE), watcher(built, CENTRE, Duty.SUPERVISE, Duty.CLUE_TRIAGE)
    assert not visible_enterprises(plain).exists() and not visible_alerts(plain).exists()
    assert not enterprises_listed(plain, words="暗流").exists()
    assert visible_enterprises(able).count() == visible_alerts(able).count() == 1


def test_clues_are_in_no_list_of_names_and_no_small_number_of_them_is_told(built: House) -> None:
    alert = make.raised()
    of = watcher(built, CENTRE)
    row = make.record(stream="clues", code="", token="t")
    enterprises_resolve()
    alerts_raise()
    row.refresh_from_db()
    alert.refresh_from_db()
    assert row.enterprise_id == alert.enterprise_id
    page = alert_page(alert, scope=of)
    told = next(each for each in page.contributions if each.stream == "clues")
    assert told.recent is None and told.log_odds > 0
    assert all(paper.stream != "clues" for paper in page.papers)
    firm = enterprise_page(alert.enterprise, scope=of)
    assert "线索" not in {each.name for each in firm.streams}


def test_the_matters_behind_an_alert_are_those_that_the_post_may_see(built: House) -> None:
    make.many_complaints(12)
    elsewhere = make.complaint(90, phone=make.phone_of(90), area_code=f"{make.OTHER_STREET}001")
    sealed = make.complaint(91, phone=make.phone_of(91))
    harm_run()
    type(sealed.matter).objects.filter(pk=sealed.matter.pk).update(access_class=AccessClass.SEALED.value)
    alert = Alert.objects.get()
    street, centre = watcher(built, make.STREET), watcher(built, CENTRE)
    of_street = alert_page(alert, scope=street)
    assert {elsewhere.matter.pk, sealed.matter.pk}.isdisjoint(matter.pk for matter in of_street.matters)
    assert (len(of_street.matters), of_street.matters_hidden) == (12, 2)
    assert alert_page(alert, scope=centre).matters_hidden == 1


def test_who_may_see_but_not_work_is_offered_nothing(built: House) -> None:
    alert = make.raised()
    assert alert_page(alert, scope=watcher(built, CENTRE)).acts == {"verifying", "note", "fact", "assign"}
    alert.lead = built.organisations["police"]
    alert.save(update_fields=["lead"])
    theirs = watcher(built, "police", Duty.HANDLE)
    assert "assign" not in alert_page(alert_for(theirs, alert.pk), scope=theirs).acts


def test_no_table_of_scores_holds_a_person() -> None:
    from django.apps import apps

    for model in apps.get_app_config("harm").get_models():
        related = {field.related_model for field in model._meta.fields if field.is_relation}
        assert not {each for each in related if each and each._meta.app_label == "people"}
        names = {field.name for field in model._meta.fields}
        assert names.isdisjoint({"contact", "report", "reporter", "resident", "phone_digest"})
    scored = {field.name for field in Alert._meta.fields} | {field.name for field in Enterprise._meta.fields}
    assert "token" not in scored
    # The person of an alert is the officer in charge.
    assert Alert._meta.get_field("person").related_model._meta.label == "accounts.User"


def test_a_voice_cannot_be_followed_from_one_kind_to_another() -> None:
    from bandeng.harm.sources import voice

    assert voice("wage_arrears", "digest") != voice("prepaid_cards", "digest")
    assert "digest" not in voice("wage_arrears", "digest")
