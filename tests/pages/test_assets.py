"""Static files: what is served is what the sources say, and nothing more than is needed."""

import re

import brotli
import pytest

from dev.join_js import JOINED, OWN, STATIC, VENDOR, joined
from dev.make_icons import NAMES, SPRITE
from dev.squeeze_css import SOURCE, SQUEEZED, squeezed
from tests.architecture.sources import python_files, template_files

FEED_PAGE_ASSETS = (
    "dist/bidwright.css",
    "dist/bidwright.js",
    "fonts/inter-latin.woff2",
    "img/icons.svg",
    "img/logo.svg",
)


def test_joined_script_is_current():
    assert JOINED.read_text() == joined()


def test_squeezed_style_sheet_is_current():
    assert SQUEEZED.read_text() == squeezed()


def test_squeezing_leaves_every_rule_in_place():
    assert SQUEEZED.read_text().count("{") == re.sub(r"/\*.*?\*/", "", SOURCE.read_text(), flags=re.DOTALL).count("{")


def test_squeezing_leaves_quoted_text_alone():
    source = re.sub(r"/\*.*?\*/", "", SOURCE.read_text(), flags=re.DOTALL)

    assert re.findall(r'"[^"]*"', SQUEEZED.read_text()) == re.findall(r'"[^"]*"', source)


def test_joined_script_begins_with_the_vendors_files_unchanged():
    script = JOINED.read_text()

    for name in VENDOR:
        assert (STATIC / "vendor" / name).read_text().strip() in script


def test_every_own_script_is_joined():
    alone = {"passkeys.js"}  # few pages need it

    assert {path.name for path in (STATIC / "js").glob("*.js")} == {*OWN, *alone}


def test_script_names_no_source_map():
    assert "sourceMappingURL" not in JOINED.read_text()


def test_vendored_htmx_is_the_version_that_the_readme_names():
    version = re.search(r'this\.version="([\d.]+)"', (STATIC / "vendor/htmx.min.js").read_text())

    assert version
    assert f"| {version[1]} |" in (STATIC / "vendor/README.md").read_text()


@pytest.mark.parametrize(
    "pair", (("vendor", "LICENSE-htmx.txt"), ("fonts", "LICENSE-Inter.txt"), ("img", "LICENSE-lucide.txt"))
)
def test_foreign_work_comes_with_its_licence(pair):
    assert STATIC.joinpath(*pair).stat().st_size > 200


def test_sprite_holds_the_named_icons_and_no_others():
    drawn = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())

    assert drawn == sorted(NAMES)


def test_every_icon_that_a_template_asks_for_is_in_the_sprite():
    asked = re.compile(
        r"""\{%\s*icon\s+"([a-z0-9-]+)"|icon_name="([a-z0-9-]+)"|chip\s+\S+\s+"[a-z]*"\s+"([a-z0-9-]+)\""""
    )
    named = re.compile(r"""NavItem\([^,]+\),\s*"([a-z0-9-]+)\"""")
    wanted = {name for path in template_files() for match in asked.findall(path.read_text()) for name in match if name}
    wanted |= {name for path in python_files() for name in named.findall(path.read_text())}

    assert wanted - set(NAMES) == set()


def test_style_sheet_reaches_only_for_files_that_exist():
    sheet = SOURCE.read_text()

    for target in re.findall(r'url\("([^"]+)"\)', sheet):
        assert (STATIC / "css" / target).resolve().is_file(), target


def test_style_sheet_layers_are_in_order():
    sheet = SOURCE.read_text()
    order = re.search(r"@layer ([a-z, ]+);", sheet)[1].split(", ")

    assert order == ["reset", "tokens", "base", "layout", "components", "utilities"]
    assert list(dict.fromkeys(re.findall(r"^@layer (\w+) \{", sheet, re.MULTILINE))) == order


def test_what_the_feed_page_loads_beside_itself_leaves_room_under_sixty_kilobytes():
    """The page's own HTML, 25 cards, takes the rest: 7 300 bytes in Ukrainian, compressed."""
    weight = sum(
        len(content if name.endswith("woff2") else brotli.compress(content, quality=11))
        for name in FEED_PAGE_ASSETS
        for content in [(STATIC / name).read_bytes()]
    )

    assert weight < 52_600
