"""`make shots`: each page in its eight variants (two sizes, light and dark, two languages) on one contact sheet.

The product runs on throw-away engines; pictures land in .local/shots/. `make shots PAGES="feed landing"` takes only those.
"""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from dev import chromium
from dev.homes import LOCAL, EngineError
from dev.product import running_product

FOLDER: Final = LOCAL / "shots"
DEMO: Final = ("demo@bidwright.example", "Demo-pass-2026!")
SIZES: Final = ((1440, 900), (390, 844))
SCHEMES: Final = ("light", "dark")
LANGUAGES: Final = ("en", "uk")
MARGIN: Final = 16
HEADING: Final = 22
SCALE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: its address, or a query for the id that stands in it; `signed_in` as the demo."""

    name: str
    path: str
    signed_in: bool = True
    id_query: str = ""


SHOTS: Final = (
    Shot("landing", "/", signed_in=False),
    Shot("sign-in", "/accounts/login/", signed_in=False),
    Shot("sign-up", "/accounts/signup/", signed_in=False),
    Shot("password-reset", "/accounts/password/reset/", signed_in=False),
    Shot("not-found", "/nowhere/", signed_in=False),
    Shot("feed", "/jobs/"),
    Shot("feed-empty", "/jobs/?q=nothing-is-called-this"),
    Shot(
        "job",
        "/jobs/{id}/",
        id_query="SELECT job.public_id FROM jobs_match AS found JOIN jobs_job AS job ON job.id = job_id",
    ),
    Shot("weights", "/jobs/weights/"),
    Shot("searches", "/jobs/searches/"),
    Shot("search-new", "/jobs/searches/new/"),
    Shot("pipeline", "/proposals/"),
    Shot("editor", "/proposals/{id}/", id_query="SELECT public_id FROM proposals_proposal WHERE status = 'draft'"),
    Shot("proposal", "/proposals/{id}/", id_query="SELECT public_id FROM proposals_proposal WHERE status <> 'draft'"),
    Shot("notifications", "/notifications/"),
    Shot("profile", "/settings/profile/"),
    Shot("proofs", "/settings/proofs/"),
    Shot("preferences", "/settings/preferences/"),
    Shot("ai", "/settings/ai/"),
    Shot("upwork", "/settings/upwork/"),
    Shot("welcome", "/welcome/"),
    Shot("mails", "/sandbox/mail/"),
)


def main() -> int:
    wanted = os.environ.get("PAGES", "").split()
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    browser_path = chromium.find_or_install()
    if browser_path is None:
        sys.exit("No Chromium: install it, or set CHROMIUM to the program.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_product(Path(folder)) as environment,
            sync_playwright() as play,
        ):
            browser = play.chromium.launch(executable_path=browser_path, args=list(chromium.ARGUMENTS))
            for shot in shots:
                path = _address(shot, environment["DATABASE_URL"])
                if path is None:
                    print(f"{shot.name:<16}left out: the demo world has no such row")
                    continue
                _sheet(browser, shot, path, environment)
                print(f"{shot.name:<16}{FOLDER / shot.name}.png", flush=True)
    except EngineError as error:
        sys.exit(str(error))
    return 0


def _address(shot: Shot, database_url: str) -> str | None:
    if not shot.id_query:
        return shot.path
    with psycopg.connect(database_url) as connection:
        row = connection.execute(f"{shot.id_query} ORDER BY 1 LIMIT 1").fetchone()
    return shot.path.format(id=row[0]) if row else None


def _sheet(browser: Browser, shot: Shot, path: str, environment: dict[str, str]) -> None:
    pictures: dict[tuple[int, int], list[tuple[str, Image.Image]]] = {size: [] for size in SIZES}
    for language, scheme, size in product(LANGUAGES, SCHEMES, SIZES):
        with _page(browser, environment, shot, language, scheme, size) as page:
            answer = page.goto(environment["BASE_URL"] + path)
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready")
            status = answer.status if answer else "?"
            title = f"{shot.name} {path}  {status}  {language} {scheme} {size[0]}x{size[1]}"
            pictures[size].append((title, Image.open(io.BytesIO(page.screenshot()))))
    _compose(list(pictures.values())).save(FOLDER / f"{shot.name}.png")


@contextmanager
def _page(
    browser: Browser, environment: dict[str, str], shot: Shot, language: str, scheme: str, size: tuple[int, int]
) -> Iterator[Page]:
    base_url = environment["BASE_URL"]
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        is_mobile=size[0] < 500,
        has_touch=size[0] < 500,
        reduced_motion="reduce",
    )
    try:
        context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])
        page = context.new_page()
        if shot.signed_in:
            with psycopg.connect(environment["DATABASE_URL"]) as connection:
                connection.execute("UPDATE accounts_user SET language = %s WHERE email = %s", [language, DEMO[0]])
            _sign_in(page, base_url)
        yield page
    finally:
        context.close()


_cookies: dict[str, list[object]] = {}


def _sign_in(page: Page, base_url: str) -> None:
    """Once by the form; later pages take over the cookie."""
    if base_url in _cookies:
        page.context.add_cookies(_cookies[base_url])  # type: ignore[arg-type]
        return
    page.goto(f"{base_url}/accounts/login/")
    page.fill("[name=login]", DEMO[0])
    page.fill("[name=password]", DEMO[1])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in urlsplit(url).path)
    _cookies[base_url] = [cookie for cookie in page.context.cookies() if cookie.get("name") == "sessionid"]


def _compose(rows: list[list[tuple[str, Image.Image]]]) -> Image.Image:
    """Each row one size; pictures made smaller, their variant above them."""
    scaled = [
        [(title, picture.resize((int(picture.width * SCALE), int(picture.height * SCALE)))) for title, picture in row]
        for row in rows
    ]
    width = max(sum(picture.width + MARGIN for _, picture in row) for row in scaled) + MARGIN
    height = sum(max(picture.height for _, picture in row) + HEADING + MARGIN for row in scaled) + MARGIN
    sheet = Image.new("RGB", (width, height), "#808080")
    draw = ImageDraw.Draw(sheet)
    top = MARGIN
    for row in scaled:
        left = MARGIN
        for title, picture in row:
            draw.text((left, top), title, fill="white")
            sheet.paste(picture, (left, top + HEADING))
            left += picture.width + MARGIN
        top += max(picture.height for _, picture in row) + HEADING + MARGIN
    return sheet


if __name__ == "__main__":
    sys.exit(main())
