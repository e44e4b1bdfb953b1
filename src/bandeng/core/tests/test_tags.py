"""What the template tags write, for eyes and for screen readers."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils.translation import override

from bandeng.core import labels
from bandeng.core.specimens import SpecimenForm, components_context

CORE = Path(__file__).resolve().parent.parent


def render(text: str, **context: Any) -> str:
    return Template("{% load bandeng %}" + text).render(Context(context))


def wrong_form() -> SpecimenForm:
    form = SpecimenForm({"title": "<b>灯</b>", "phone": "138", "street": "1", "contact": "phone"})
    assert not form.is_valid()
    return form


def test_field_ties_label_hint_and_error_to_its_control() -> None:
    html = render("{% field form.phone %}{% field form.title %}", form=wrong_form())
    assert '<label class="field-label" for="id_phone">' in html
    assert 'aria-invalid="true" aria-describedby="id_phone_error"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-describedby="id_title_hint"' in html


def test_field_of_a_group_is_a_fieldset_with_one_label_each() -> None:
    html = render("{% field form.contact %}", form=wrong_form())
    assert html.count("<legend") == 1
    assert html.count('class="radio"') == 2
    assert 'for="id_contact_0"' in html


def test_field_escapes_what_was_typed() -> None:
    html = render("{% field form.title %}", form=wrong_form())
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_error_summary_links_to_each_wrong_field_and_is_silent_without_one() -> None:
    assert 'href="#id_phone"' in render("{% error_summary form %}", form=wrong_form())
    good = SpecimenForm({"title": "a", "phone": "13800000000", "street": "1", "contact": "none"})
    assert good.is_valid()
    assert render("{% error_summary form %}", form=good).strip() == ""


def test_error_summary_names_the_field_of_each_thing_that_is_wrong() -> None:
    class Form(forms.Form):
        day = forms.DateField(label="日期")
        place = forms.CharField(label="地点")
        unnamed = forms.CharField()
        seen = forms.CharField(widget=forms.HiddenInput)

    html = render("{% error_summary form %}", form=Form({}))
    assert re.findall(r'<a href="#(\w+)"><b>(\w+)</b>', html) == [("id_day", "日期"), ("id_place", "地点")]
    assert '<a href="#id_unnamed">' in html and "Unnamed" not in html  # no name made up of the code's
    assert "id_seen" not in html and "Seen" not in html  # nobody can go there


def test_error_summary_of_a_group_leads_to_its_first_choice() -> None:
    form = SpecimenForm({"title": "a", "phone": "13800000000", "street": "1"})
    assert not form.is_valid()
    assert 'href="#id_contact_0"' in render("{% error_summary form %}", form=form)


def test_state_badge_always_has_its_word() -> None:
    html = render('{% state_badge "handling" label %}', label="<i>办理中")
    assert "#disc-half" in html
    assert "&lt;i&gt;办理中" in html


def test_a_day_that_has_passed_is_marked_by_colour_and_by_words() -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    ahead = render("{% due_time at %}", at=noon)
    assert ">2026-11-23</time>" in ahead and "overdue" not in ahead
    with override("en"):
        late = render("{% due_time at True hour=True %}", at=noon)
    day = '<time datetime="2026-11-23T04:00:00+00:00">2026-11-23 12:00</time>'
    assert late == f'<span class="overdue">late since {day}</span>'
    assert render("{% due_time at %}", at=None) == ""


def test_words_in_a_row_are_set_apart_as_the_language_does() -> None:
    with override("zh-hans"):
        assert render("{{ words|listed }}", words=["甲", "<乙>"]) == "甲、&lt;乙&gt;"
    with override("en"):
        assert render("{{ words|listed }}", words=["a", "b"]) == "a, b"


def test_lengths_are_svg_attributes_and_stay_inside() -> None:
    assert 'width="50.0"' in render("{% share_bar 5 10 %}")
    assert 'width="0"' in render("{% share_bar 5 0 %}")
    assert 'width="100"' in render("{% gauge 250 %}")


def test_pagination_keeps_the_filters() -> None:
    request = RequestFactory().get("/desk/?state=handling&page=2")
    page = Paginator(range(100), 10).page(2)
    html = render("{% pagination page %}", page=page, request=request)
    assert 'href="?page=3&amp;state=handling"' in html
    assert html.count('aria-current="page"') == 1


def test_every_disc_and_icon_named_in_the_house_is_in_the_sprite() -> None:
    sprite = (CORE / "static" / "icons" / "sprite.svg").read_text(encoding="utf-8")
    for shape in labels.SHAPES:
        assert f'id="disc-{shape}"' in sprite


@override_settings(DEMO=True)
def test_demo_badge_stands_on_synthetic_data_alone() -> None:
    assert "demo-badge" in render("{% demo_badge %}")
    with override_settings(DEMO=False):
        assert render("{% demo_badge %}") == ""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_of_components_has_no_inline_style_or_script(language: str) -> None:
    with override(language):
        html = render_to_string("core/components.html", components_context())
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')


@pytest.mark.parametrize("page", ["400", "403", "404", "429", "500"])
def test_error_pages_need_no_request(page: str) -> None:
    with override("zh-hans"):
        html = render_to_string(f"{page}.html")
    assert '<html lang="zh-CN"' in html
    assert "<h1>" in html


def test_field_marks_what_is_optional() -> None:
    class OneField(forms.Form):
        text = forms.CharField(required=False)

    assert "field-optional" in render("{% field form.text %}", form=OneField())
    assert "field-optional" not in render("{% field form.text mark_optional=False %}", form=OneField())
