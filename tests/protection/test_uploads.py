"""Uploads with bad intent: two things in one file, bombs, broken files, moving pictures; and how a picture is served."""

import io
import struct
import tracemalloc
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from apps.accounts.pictures import redraw
from apps.core.tenancy import owner_scope

SCRIPT = b"<script>alert('Zanzibarquartz')</script>"
PHP = b"<?php system('id'); /* Zanzibarquartz */ ?>"
MARK = b"Zanzibarquartz"


def drawn(kind="JPEG", *, size=(60, 40), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 120).save(out, kind, **options)
    return out.getvalue()


def upload(content, name="me.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def kept(content, name="me.jpg"):
    return redraw(upload(content, name), most_side=512).read()


def _with_text():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SCRIPT.decode(), zip=True)
    text.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    return drawn("PNG", pnginfo=text)


def _with_exif():
    exif = Image.Exif()
    exif[0x010E], exif[0x8298] = SCRIPT.decode(), PHP.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return drawn(exif=exif)


POLYGLOTS = {
    "script behind the picture": drawn() + SCRIPT,
    "archive behind the picture": drawn("PNG") + b"PK\x03\x04" + MARK,
    "comment of a JPEG": drawn(comment=PHP),
    "profile of colours": drawn(icc_profile=SCRIPT * 4),
    "texts of a PNG": _with_text(),
    "camera and place": _with_exif(),
    "XMP of a WebP": drawn("WEBP", xmp=SCRIPT),
    "JPEG that begins as a page": drawn()[:2] + b"\xff\xe1" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT + drawn()[2:],
}


@pytest.mark.parametrize("content", POLYGLOTS.values(), ids=POLYGLOTS)
def test_of_a_file_that_is_two_things_only_the_picture_stays(content):
    assert MARK in content or b"PK" in content or len(content) > 300

    stored = kept(content)

    again = Image.open(io.BytesIO(stored))
    assert MARK not in stored
    assert b"<script" not in stored
    assert (again.format, again.size) == ("WEBP", (60, 40))
    assert set(again.info) <= {"loop", "background", "timestamp", "duration"}
    assert dict(again.getexif()) == {}


REFUSED = {
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "SVG that begins as XML": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "page": b"<!doctype html><script>alert(1)</script>",
    "GIF": drawn("GIF"),
    "GIF that is a script": b"GIF89a=1;alert(1)//" + drawn("GIF")[6:],
    "BMP": drawn("BMP"),
    "TIFF": drawn("TIFF"),
    "ICO": drawn("ICO", size=(16, 16)),
    "PDF": drawn("PDF"),
    "PostScript, which other programs would run": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(id) run\n",
    "archive": b"PK\x03\x04" + bytes(60),
    "nothing": b"",
    "program": b"\x7fELF" + bytes(200),
    "cut JPEG": drawn(size=(400, 400))[:300],
    "cut PNG": drawn("PNG", size=(400, 400))[:-40],
    "cut WebP": drawn("WEBP", size=(400, 400))[:60],
    "head of a JPEG alone": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ("me.jpg", "me.php", "../../etc/me.svg", "me.jpg\x00.html"))
def test_what_is_no_picture_of_ours_is_refused_whatever_it_calls_itself(content, name):
    with pytest.raises(ValidationError):
        kept(content, name)


def _png_of(width, height, data=b""):
    """A PNG whose head promises a size; its body is short."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (40_000_001, 1), (0, 0), (1, 0)), ids=str)
def test_huge_promise_costs_nothing(size):
    tracemalloc.start()

    with pytest.raises(ValidationError):
        kept(_png_of(*size))

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_text_that_unpacks_to_gigabytes_is_refused():
    bomb = zlib.compress(bytes(80_000_000))
    body = b"Comment\x00\x00" + bomb
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    content = drawn("PNG")

    with pytest.raises(ValidationError):
        kept(content[:33] + chunk + content[33:])


@pytest.mark.parametrize("kind", ("PNG", "WEBP"))
def test_of_a_moving_picture_the_first_frame_stays(kind):
    frames = [Image.new("RGB", (50, 50), colour) for colour in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)

    again = Image.open(io.BytesIO(kept(out.getvalue())))

    red, green, blue = again.convert("RGB").getpixel((25, 25))
    assert getattr(again, "n_frames", 1) == 1
    assert red > 200 > 60 > max(green, blue)


@pytest.mark.parametrize("mode", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"))
def test_every_kind_of_pixels_is_drawn(mode):
    stored = kept(drawn("PNG", mode=mode, size=(900, 600)))

    assert Image.open(io.BytesIO(stored)).size == (512, 341)


def test_long_thin_picture_is_made_small():
    assert Image.open(io.BytesIO(kept(drawn("PNG", size=(20_000, 3))))).size == (512, 1)


SEEDS = (
    drawn(size=(40, 30), comment=PHP),
    _with_exif(),
    drawn("PNG", mode="P"),
    _with_text(),
    drawn("WEBP", mode="RGBA"),
    drawn(mode="CMYK", progressive=True),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.data(),
)
def test_tampered_file_is_a_picture_or_refused(seed, changes, data):
    content = bytearray(seed)
    for place, value in changes:
        content[min(int(place * len(content)), len(content) - 1)] = value
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]

    try:
        stored = kept(bytes(content))
    except ValidationError:
        return

    assert Image.open(io.BytesIO(stored)).format == "WEBP"


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.mark.parametrize("name", ("../../evil.html", "me.php", "shell.svg", "a" * 300 + ".jpg"))
def test_name_of_the_file_is_ours(client, person, media, name):
    client.force_login(person)
    client.post(reverse("accounts:profile"), {"experience": "", "new_picture": upload(drawn(), name)})

    files = [path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()]

    assert len(files) == 1
    assert files[0].endswith(".webp")
    assert not any(word in files[0] for word in ("evil", "php", "svg", "aaa", ".."))


def test_picture_is_served_as_nothing_but_a_picture(client, person, media):
    client.force_login(person)
    client.post(reverse("accounts:profile"), {"experience": "", "new_picture": upload(drawn())})

    answer = client.get(reverse("accounts:profile-picture"))

    assert answer.status_code == 200
    assert {
        name: answer.headers[name]
        for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition", "Content-Security-Policy")
    } == {
        "Content-Type": "image/webp",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'inline; filename="picture.webp"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Cookie" in answer.headers["Vary"]


def test_no_address_leads_to_the_folder_of_uploads(client, person, media):
    client.force_login(person)
    client.post(reverse("accounts:profile"), {"experience": "", "new_picture": upload(drawn())})
    with owner_scope(person.pk):
        from apps.accounts.models import Profile

        name = Profile.objects.get().picture.name

    codes = {client.get(f"{prefix}{name}").status_code for prefix in ("/media/", "/static/", "/static/../media/", "/")}

    assert codes == {404}
