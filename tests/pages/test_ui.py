"""The small tags of every page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_icon_points_into_the_sprite_and_is_silent_to_screen_readers():
    assert render('{% icon "search" 16 "flip" %}') == (
        '<svg class="i flip" width="16" height="16" aria-hidden="true"><use href="/static/img/icons.svg#search"/></svg>'
    )


@pytest.mark.parametrize(
    ("score", "grade", "arc", "shown"),
    (
        (94, "hi", "94", "94"),
        (79.6, "mid", "80", "80"),
        (60, "mid", "60", "60"),
        (12, "lo", "12", "12"),
        (140, "hi", "100", "100"),
        (None, "lo", "0", "–"),
    ),
)
def test_ring_shows_the_score_by_colour_arc_and_number(score, grade, arc, shown):
    drawn = render("{% ring score %}", score=score)

    assert drawn.startswith(f'<span class="ring {grade} ">')
    assert f'stroke-dasharray="{arc} 100"' in drawn
    assert drawn.endswith(f'<span class="vh">Match </span>{shown}</span>')


def test_ring_says_what_it_measures():
    assert '<span class="vh">Quality </span>82' in render('{% ring 82 "sm" "Quality" %}')


@pytest.mark.parametrize(
    ("amount", "currency", "compact", "written"),
    (
        (Decimal("62.5"), "USD", False, "$62.50"),
        (Decimal("8000"), "USD", False, "$8,000"),
        (Decimal("1234567.89"), "EUR", False, "€1,234,567.89"),
        (Decimal("-6.2"), "USD", False, "−$6.20"),
        (Decimal("30"), "PLN", False, "30\N{NO-BREAK SPACE}PLN"),
        (Decimal("182000"), "USD", True, "$182K"),
        (Decimal("9400"), "USD", True, "$9.4K"),
        (Decimal("999"), "USD", True, "$999"),
        (Decimal("1250000"), "USD", True, "$1.3M"),
        (Decimal("999999"), "USD", True, "$1M"),
        (Decimal("0"), "USD", True, "$0"),
        (None, "USD", False, "–"),
    ),
)
def test_money_is_written_as_people_write_it(amount, currency, compact, written):
    assert render("{% money a c compact=k %}", a=amount, c=currency, k=compact) == written


def test_money_follows_the_language():
    with translation.override("uk"):
        written = render('{% money a "USD" %}', a=Decimal("12345.5"))

    assert written.replace("\N{NO-BREAK SPACE}", " ") == "$12 345,50"


@pytest.mark.parametrize(
    ("low", "high", "written"),
    ((45, 70, "$45–70"), (45, None, "$45"), (None, 70, "$70"), (50, 50, "$50"), (None, None, "–")),
)
def test_money_range_names_both_ends_or_the_one_that_is_known(low, high, written):
    assert render('{% money_range low high "USD" %}', low=low, high=high) == written


@pytest.mark.parametrize(
    ("back", "words"),
    (
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23), "23 hr ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
        (-timedelta(minutes=5), "just now"),
    ),
)
@time_machine.travel(NOW, tick=False)
def test_ago_counts_from_now_and_keeps_the_whole_date_at_hand(back, words):
    when = NOW - back

    drawn = render("{% ago when %}", when=when)

    assert drawn.startswith(f'<time datetime="{when.isoformat()}" title="')
    assert drawn.endswith(f'data-ago="# ago">{words}</time>')


@pytest.mark.parametrize(
    ("back", "alone", "in_a_sentence"),
    (
        (timedelta(0), "щойно", "щойно"),
        (timedelta(minutes=5), "5 хв", "5 хв тому"),
        (timedelta(days=45), "45 дн.", "45 дн. тому"),
    ),
)
@time_machine.travel(NOW, tick=False)
def test_an_age_alone_is_short_and_in_a_sentence_says_ago(back, alone, in_a_sentence):
    with translation.override("uk"):
        drawn = render("{{ when|age }} {% ago when alone=True %} {% ago when %}", when=NOW - back)

    assert drawn.startswith(f"{alone} <time")
    assert f'data-ago="#">{alone}</time>' in drawn
    assert drawn.endswith(f'data-ago="# тому">{in_a_sentence}</time>')


def test_country_is_named_in_the_language_of_the_reader():
    with translation.override("uk"):
        assert render("{{ place|country }}", place="United Kingdom") == "Велика Британія"


def test_moments_that_never_were_show_nothing():
    assert render("{% ago when %}{% clock when %}", when=None) == ""


def test_clock_shows_the_hour_of_the_reader():
    with timezone.override("Europe/Kyiv"):
        drawn = render("{% clock when %}", when=NOW)

    assert drawn.endswith(">11:41</time>")
    assert 'title="20 November 2026, 11:41"' in drawn


@pytest.mark.parametrize(("name", "letters"), (("Andrii Koval", "AK"), ("olena@pryklad.dev", "OP"), ("", "")))
def test_initials(name, letters):
    assert render("{{ name|initials }}", name=name) == letters


def test_chip_escapes_what_people_wrote():
    assert render('{% chip text "good" %}', text="<b>1</b>") == '<span class="chip good">&lt;b&gt;1&lt;/b&gt;</span>'


class Form(forms.Form):
    name = forms.CharField(help_text="As clients read it")
    alerts = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "Any"), ("h", "Hourly")], widget=forms.RadioSelect)


def test_field_ties_label_hint_and_error_to_the_control():
    form = Form({"name": "", "kind": "a"})

    drawn = render('{% include "components/field.html" with field=form.name %}', form=form)

    assert '<label for="id_name">' in drawn
    assert 'class="input"' in drawn
    assert 'aria-invalid="true"' in drawn
    described = drawn.split('aria-describedby="')[1].split('"')[0].split()
    assert all(f'id="{identifier}"' in drawn for identifier in described)
    assert "This field is required." in drawn


def test_fields_draws_groups_as_fieldsets_and_checkboxes_beside_their_label():
    drawn = render('{% include "components/fields.html" %}', form=Form())

    assert drawn.count("<fieldset") == 1
    assert "<legend" in drawn
    assert "is-choice" in drawn


def test_rail_shows_existing_pages_and_marks_where_one_is():
    request = RequestFactory().get("/settings/proofs/new/")

    entries = render(
        "{% nav_items as items %}{% for item in items %}{{ item.icon }}:{{ item.is_current }} {% endfor %}",
        request=request,
    )

    assert "badge-check:True" in entries
    assert entries.count("True") == 1


def test_security_pages_of_the_library_belong_to_settings():
    request = RequestFactory().get("/accounts/2fa/")

    source = "{% for item in items %}{% if item.is_current %}{{ item.icon }}{% endif %}{% endfor %}"
    rail = render("{% nav_items as items %}" + source, request=request)
    sections = render("{% settings_sections as items %}" + source, request=request)

    assert (rail, sections) == ("settings", "shield-check")


def test_a_page_that_this_installation_does_not_have_has_no_address():
    assert render('{% url_or_nothing "nowhere:at-all" as url %}[{{ url }}]') == "[]"


def test_data_for_scripts_is_escaped_in_its_attribute():
    assert render('<i data-x="{{ value|as_json }}">', value={"a": '"><script>'}) == (
        '<i data-x="{&quot;a&quot;: &quot;\\&quot;&gt;&lt;script&gt;&quot;}">'
    )
