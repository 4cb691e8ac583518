"""`make shots`: each page in its eight variants (two sizes, light and dark, two languages) on one contact sheet.

The product runs on throw-away engines; pictures land in .local/shots/. `make shots PAGES="feed landing"` takes only those.
"""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import psycopg
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

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
DRAFT_MILLISECONDS: Final = 20_000
Picture = tuple[str, Image.Image]
CONSENT: Final = (
    "/sandbox/upwork/ab/account-security/oauth2/authorize?response_type=code&client_id=bidwright-sandbox-app"
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: its address, or a query for the id that stands in it; `signed_in` as the demo."""

    name: str
    path: str
    signed_in: bool = True
    id_query: str = ""


A_JOB: Final = "SELECT job.public_id FROM jobs_match AS found JOIN jobs_job AS job ON job.id = found.job_id"
SHOTS: Final = (
    Shot("landing", "/", signed_in=False),
    Shot("sign-in", "/accounts/login/", signed_in=False),
    Shot("sign-up", "/accounts/signup/", signed_in=False),
    Shot("password-reset", "/accounts/password/reset/", signed_in=False),
    Shot("not-found", "/nowhere/", signed_in=False),
    Shot("feed", "/jobs/"),
    Shot("feed-empty", "/jobs/?q=nothing-is-called-this"),
    Shot("job", "/jobs/{id}/", id_query=A_JOB),
    Shot("weights", "/jobs/weights/"),
    Shot("searches", "/jobs/searches/"),
    Shot("search-new", "/jobs/searches/new/"),
    Shot("search-edit", "/jobs/searches/{id}/", id_query="SELECT public_id FROM jobs_savedsearch"),
    Shot("pipeline", "/proposals/"),
    Shot("editor", "/proposals/{id}/", id_query="SELECT public_id FROM proposals_proposal WHERE status = 'draft'"),
    Shot("proposal", "/proposals/{id}/", id_query="SELECT public_id FROM proposals_proposal WHERE status = 'replied'"),
    Shot("notifications", "/notifications/"),
    Shot("notification-settings", "/notifications/preferences/"),
    Shot("profile", "/settings/profile/"),
    Shot("proofs", "/settings/proofs/"),
    Shot("proof-new", "/settings/proofs/new/"),
    Shot("preferences", "/settings/preferences/"),
    Shot("ai", "/settings/ai/"),
    Shot("keys", "/settings/keys/"),
    Shot("upwork", "/settings/upwork/"),
    Shot("privacy", "/settings/privacy/"),
    Shot("privacy-public", "/privacy/", signed_in=False),
    Shot("second-factor", "/accounts/2fa/"),
    Shot("password", "/accounts/password/change/"),
    Shot("email", "/accounts/email/"),
    Shot("welcome-skills", "/welcome/"),
    Shot("welcome-search", "/welcome/search/"),
    Shot("welcome-connect", "/welcome/connect/"),
    Shot("welcome-done", "/welcome/done/"),
    Shot("consent", CONSENT + "&redirect_uri=http://localhost/&state=x"),
    Shot("mails", "/sandbox/mail/"),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """A browser before the running product, with the session of the signed-in demo."""

    browser: Browser
    environment: Mapping[str, str]
    session: str

    @property
    def base_url(self) -> str:
        return self.environment["BASE_URL"]

    def address(self, shot: Shot) -> str | None:
        """Where to look; None when the demo world has no row that the page could show."""
        if not shot.id_query:
            return shot.path
        with psycopg.connect(self.environment["DATABASE_URL"], options="-c bidwright.owner=*") as connection:
            row = connection.execute(f"{shot.id_query} ORDER BY 1 LIMIT 1").fetchone()
        return shot.path.format(id=row[0]) if row else None

    def speak(self, language: str) -> None:
        """The demo's own language wins over every cookie."""
        with psycopg.connect(self.environment["DATABASE_URL"], options="-c bidwright.owner=*") as connection:
            connection.execute("UPDATE accounts_user SET language = %s WHERE email = %s", [language, DEMO[0]])

    def picture(self, shot: Shot, path: str, language: str, scheme: str, size: tuple[int, int]) -> Picture:
        phone = size[0] < 500
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=language,
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
        )
        try:
            context.add_cookies([{"name": "django_language", "value": language, "url": self.base_url}])
            if shot.signed_in:
                context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.base_url}])
            page = context.new_page()
            answer = page.goto(self.base_url + path)
            page.evaluate("document.fonts.ready")
            status = answer.status if answer else "no answer"
            title = f"{shot.name}  {status}  {language} {scheme} {size[0]}x{size[1]}"
            return title, Image.open(io.BytesIO(page.screenshot()))
        finally:
            context.close()


def main() -> int:
    wanted = os.environ.get("PAGES", "").split()
    browser_path = chromium.find_or_install()
    if browser_path is None:
        sys.exit("No Chromium: install it, or set CHROMIUM to the program.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_product(Path(folder)) as environment,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=browser_path, args=list(chromium.ARGUMENTS))
            studio = Studio(browser, environment, _prepare(browser, environment["BASE_URL"]))
            for shot in SHOTS:
                if not wanted or shot.name in wanted:
                    print(f"{shot.name:<22} {_shoot(studio, shot)}", flush=True)
    except EngineError as error:
        sys.exit(str(error))
    return 0


def _prepare(browser: Browser, base_url: str) -> str:
    """Sign in as the demo and let one letter be drafted; gives the session's key."""
    page = browser.new_page()
    page.goto(f"{base_url}/accounts/login/")
    page.fill("[name=login]", DEMO[0])
    page.fill("[name=password]", DEMO[1])
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{base_url}/jobs/**")
    page.locator("[data-key-open]").first.click()
    page.locator("form[action='/proposals/new/'] button").first.click()
    page.wait_for_url(f"{base_url}/proposals/*/")
    page.wait_for_timeout(DRAFT_MILLISECONDS)
    (session,) = (cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    page.context.close()
    return session["value"]


def _shoot(studio: Studio, shot: Shot) -> str:
    path = studio.address(shot)
    if path is None:
        return "left out: the demo world has no such row"
    pictures: dict[tuple[int, int], list[Picture]] = {size: [] for size in SIZES}
    for language in LANGUAGES:
        studio.speak(language)
        for scheme, size in product(SCHEMES, SIZES):
            pictures[size].append(studio.picture(shot, path, language, scheme, size))
    desks, phones = pictures[SIZES[0]], pictures[SIZES[1]]
    file = FOLDER / f"{shot.name}.png"
    _compose([desks[:2], desks[2:], phones]).save(file)
    return str(file)


def _compose(rows: list[list[Picture]]) -> Image.Image:
    """Rows of pictures made smaller, their variant above them."""
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
