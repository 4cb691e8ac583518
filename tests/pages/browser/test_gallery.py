"""Every component, in both themes and at both sizes: readable by everybody, and never wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string

from apps.accounts.models import User
from apps.pages import samples

SIZES = ((1440, 900), (390, 844))


@pytest.fixture
def gallery(bench):
    context = {
        "samples": samples,
        "say": samples.SAY,
        "form": samples.SampleForm(samples.SAMPLE_INPUT),
        "user": User(email="staff@bidwright.example"),
        "rail_searches": [],
    }
    bench.html = render_to_string("pages/gallery.html", context)
    return bench


@pytest.mark.parametrize("theme", ("light", "dark"))
@pytest.mark.parametrize("size", SIZES, ids=("desk", "phone"))
def test_components_pass_axe_and_stay_inside_the_screen(page, gallery, theme, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)

    page.goto(gallery.url)
    found = Axe().run(page).response["violations"]

    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("size", SIZES, ids=("desk", "phone"))
def test_on_a_phone_what_is_pressed_is_large_enough(page, gallery, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})

    page.goto(gallery.url)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".btn, .pills label, .pills a, .tabbar a, .input, .seg label, .seg a")]
        .filter((each) => each.checkVisibility() && !each.closest(".toast"))
        .map((each) => [each.className, Math.round(each.getBoundingClientRect().height)])
        .filter(([, height]) => height < LEAST)""".replace("LEAST", "38" if size[0] < 500 else "30")
    )

    assert small == []


def test_components_print_without_the_frame(page, gallery):
    page.goto(gallery.url)
    page.emulate_media(media="print")

    assert not page.locator(".nav").is_visible()
    assert page.locator(".specimens").first.is_visible()


def test_those_who_want_less_motion_get_it(page, gallery):
    page.emulate_media(reduced_motion="reduce")
    page.goto(gallery.url)

    moving = "document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 1).length"
    assert page.evaluate(moving) == 0
