"""Pictures that people upload: sniffed, bounded and drawn anew, so that only pixels are kept."""

import secrets
import struct
import threading
from io import BytesIO
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 40_000_000
CONTENT_TYPE: Final = "image/webp"
# What Pillow's readers raise for files that somebody has tampered with
UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, struct.error, Image.DecompressionBombError
)  # fmt: skip
SMOOTH: Final = frozenset({"RGB", "RGBA", "L", "CMYK", "YCbCr"})  # pictures of other modes are not made smaller well
_one_by_one: Final = threading.Semaphore(2)  # a large picture takes 160 MB while it is drawn


def redraw(upload: "UploadedFile[bytes]", *, most_side: int) -> "ContentFile[bytes]":
    """The picture as WebP with a random name, at most `most_side` wide and high.

    What the file calls itself is not believed. Place, camera and comments stay behind, and a file that is
    a picture and something else at once stops being the other thing.
    """
    if (upload.size or 0) > settings.UPLOAD_MOST_BYTES:
        most = settings.UPLOAD_MOST_BYTES // 1_000_000
        raise ValidationError(_("The file is too large: at most %(most)s MB.") % {"most": most})
    try:
        opened = Image.open(upload, formats=FORMATS)
        # known from the header alone, before a bomb is unpacked
        if opened.width * opened.height > MOST_PIXELS:
            raise ValidationError(_("The picture has too many pixels: at most 40 million."))
        with _one_by_one:
            return ContentFile(_drawn(opened, most_side), name=f"{secrets.token_hex(16)}.webp")
    except UNREADABLE as error:
        raise ValidationError(_("This file is not a picture we can read. Choose a JPEG, PNG or WebP file.")) from error


def _drawn(opened: Image.Image, most_side: int) -> bytes:
    """The first frame, made small before anything is copied; nothing but its pixels goes into the file."""
    mode = "RGBA" if opened.has_transparency_data else "RGB"
    if opened.mode not in SMOOTH:
        opened = ImageOps.exif_transpose(opened).convert(mode)
    opened.thumbnail((most_side, most_side), reducing_gap=2.0)
    # a sideways photo says so only in its EXIF data, which stay behind
    picture = ImageOps.exif_transpose(opened).convert(mode)
    picture.info.clear()
    drawn = BytesIO()
    picture.save(drawn, "WEBP", quality=85)
    return drawn.getvalue()
