"""The profile page: fields, words, pictures; and that it is nobody else's."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.accounts import selectors
from apps.core.tenancy import owner_scope
from tests.accounts.factories import ProfileFactory

URL = reverse("accounts:profile")
FIELDS = {
    "first_name": "Andrii",
    "last_name": "Koval",
    "title": "Data pipelines",
    "overview": "I move data.",
    "skills": "Python, dbt,  Apache   Airflow ,python,",
    "hourly_rate": "70",
    "experience": "expert",
    "languages": "Ukrainian native, English B2",
    "country": "Ukraine",
}


def stored(user):
    with owner_scope(user.pk):
        return selectors.profile_of(user.pk)


def test_profile_is_saved_without_script(client, owner):
    client.force_login(owner)

    answer = client.post(URL, FIELDS)

    profile = stored(owner)
    assert answer.url == URL
    assert (profile.full_name, profile.title, str(profile.hourly_rate)) == ("Andrii Koval", "Data pipelines", "70.00")
    assert profile.skills == ["Python", "dbt", "Apache Airflow"]
    assert profile.languages == ["Ukrainian native", "English B2"]


def test_tokens_of_the_script_are_read_as_well(client, owner):
    client.force_login(owner)

    client.post(URL, {**FIELDS, "skills": ["Django", "HTMX", "Celery, Redis"]})

    assert stored(owner).skills == ["Django", "HTMX", "Celery", "Redis"]


def test_page_shows_what_is_stored(client, owner):
    ProfileFactory(owner=owner)
    client.force_login(owner)

    page = client.get(URL).content.decode()

    assert 'value="Django, PostgreSQL, HTMX"' in page
    assert "I build and speed up Django products" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hourly_rate", "0.50", "greater than or equal to 1"),
        ("hourly_rate", "a lot", "Enter a number"),
        ("experience", "wizard", "not one of the available choices"),
        ("title", "x" * 121, "at most 120 characters"),
        ("skills", "x" * 61, "too long"),
        ("skills", ",".join(f"skill{number}" for number in range(51)), "At most 50"),
    ],
)
def test_bad_input_is_named_and_nothing_is_lost(client, owner, field, value, words):
    client.force_login(owner)

    answer = client.post(URL, {**FIELDS, field: value})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert FIELDS["overview"] in answer.content.decode()
    assert stored(owner).title == ""


def test_visitor_is_led_to_the_log_in(client, db):
    assert client.get(URL).url == f"{reverse('account_login')}?next={URL}"


def test_index_leads_to_the_profile(client, owner):
    client.force_login(owner)

    assert client.get(reverse("accounts:settings")).url == URL


def test_picture_is_drawn_anew_without_what_the_camera_wrote(client, owner, picture):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    client.force_login(owner)

    client.post(URL, {**FIELDS, "new_picture": picture(size=(2000, 1000), exif=exif)})

    kept = Image.open(stored(owner).picture)
    assert (kept.format, kept.size) == ("WEBP", (512, 256))
    assert dict(kept.getexif()) == {}


def test_sideways_photo_is_turned(client, owner, picture):
    exif = Image.Exif()
    exif[0x0112] = 6
    client.force_login(owner)

    client.post(URL, {**FIELDS, "new_picture": picture(size=(400, 200), exif=exif)})

    assert Image.open(stored(owner).picture).size == (200, 400)


def test_transparency_is_kept(client, owner):
    drawn = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(drawn, "PNG")
    client.force_login(owner)

    client.post(URL, {**FIELDS, "new_picture": SimpleUploadedFile("logo.png", drawn.getvalue())})

    assert Image.open(stored(owner).picture).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<script>alert(1)</script>", "me.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "cut.png"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00", "a.gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
    ],
)
def test_file_that_is_no_picture_is_refused_and_the_text_is_kept(client, owner, content, name):
    client.force_login(owner)

    answer = client.post(URL, {**FIELDS, "new_picture": SimpleUploadedFile(name, content, content_type="image/png")})

    assert answer.status_code == 422
    assert answer.context["form"].errors["new_picture"] == [
        "This file is not a picture we can read. Choose a JPEG, PNG or WebP file."
    ]
    assert FIELDS["overview"] in answer.content.decode()
    assert not stored(owner).picture


def test_file_that_is_too_large_is_refused(client, owner, picture, settings):
    settings.UPLOAD_MOST_BYTES = 1_000
    client.force_login(owner)

    answer = client.post(URL, {**FIELDS, "new_picture": picture()})

    assert "too large" in str(answer.context["form"].errors["new_picture"])


def test_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(client, owner):
    drawn = BytesIO()
    Image.new("1", (9000, 9000)).save(drawn, "PNG")
    client.force_login(owner)

    answer = client.post(URL, {**FIELDS, "new_picture": SimpleUploadedFile("bomb.png", drawn.getvalue())})

    assert "too many pixels" in str(answer.context["form"].errors["new_picture"])


def test_new_picture_replaces_the_old_file(client, owner, picture, media, django_capture_on_commit_callbacks):
    client.force_login(owner)
    client.post(URL, {**FIELDS, "new_picture": picture()})
    before = stored(owner).picture.name

    with django_capture_on_commit_callbacks(execute=True):
        client.post(URL, {**FIELDS, "new_picture": picture()})

    left = [path.relative_to(media).as_posix() for path in media.rglob("*.webp")]
    assert left == [stored(owner).picture.name] != [before]


def test_picture_can_be_removed(client, owner, picture, media, django_capture_on_commit_callbacks):
    client.force_login(owner)
    client.post(URL, {**FIELDS, "new_picture": picture()})

    with django_capture_on_commit_callbacks(execute=True):
        client.post(URL, {**FIELDS, "remove_picture": "on"})

    assert not stored(owner).picture
    assert list(media.rglob("*.webp")) == []


def test_saving_without_a_file_keeps_the_picture(client, owner, picture):
    client.force_login(owner)
    client.post(URL, {**FIELDS, "new_picture": picture()})

    client.post(URL, FIELDS)

    assert stored(owner).picture


def test_picture_is_served_to_its_owner_alone(client, owner, stranger, picture):
    client.force_login(owner)
    client.post(URL, {**FIELDS, "new_picture": picture()})
    mine = client.get(reverse("accounts:profile-picture"))
    client.force_login(stranger)

    theirs = client.get(reverse("accounts:profile-picture"))

    assert (mine.status_code, mine["Content-Type"], theirs.status_code) == (200, "image/webp", 404)
    assert mine["X-Content-Type-Options"] == "nosniff"
    assert mine["Cache-Control"].startswith("private")


def test_picture_whose_file_is_gone_is_not_found(client, owner, picture, media):
    client.force_login(owner)
    client.post(URL, {**FIELDS, "new_picture": picture()})
    for path in media.rglob("*.webp"):
        path.unlink()

    assert client.get(reverse("accounts:profile-picture")).status_code == 404
