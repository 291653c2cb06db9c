"""Files as strangers send them, examined by the real child process."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from relance.domain.documents import FileRefusal, FileType
from relance.inbox import inspect


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, "navy").save(made, form, **options)
    return made.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG whose header claims a huge picture."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + picture("PNG")[33:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_a_plain_jpeg(form: str):
    found = await inspect.examine(picture(form))

    assert (found.refusal, found.mime) == (None, FileType.JPEG)
    assert Image.open(io.BytesIO(found.clean)).size == (40, 20)


async def test_metadata_and_whatever_follows_the_picture_are_left_behind():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "48.8566 N, 2.3522 E"

    found = await inspect.examine(picture(exif=exif) + b"PK\x03\x04 an archive hides here")

    kept = Image.open(io.BytesIO(found.clean))
    assert kept.size == (20, 40)
    assert not kept.getexif()
    assert b"PK\x03\x04" not in found.clean


async def test_transparency_becomes_white_paper():
    found = await inspect.examine(picture("PNG", mode="RGBA"))

    assert found.mime == FileType.JPEG


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (png_claiming(30_000, 30_000), FileRefusal.TOO_MANY_PIXELS),
        (png_claiming(9_000, 5_000), FileRefusal.TOO_MANY_PIXELS),
        (picture(size=(400, 400))[:500], FileRefusal.UNREADABLE),
        (b"\xff\xd8\xff\xe0 not a picture at all", FileRefusal.UNREADABLE),
        (b"<html>", FileRefusal.UNKNOWN_TYPE),
    ],
    ids=["900 megapixels", "45 megapixels", "truncated", "noise", "html"],
)
async def test_a_dangerous_or_broken_file_is_refused_with_its_reason(data: bytes, refusal: FileRefusal):
    assert (await inspect.examine(data)).refusal is refusal


async def test_a_plain_pdf_is_kept_as_it_is():
    found = await inspect.examine(b"%PDF-1.4\n...")

    assert (found.mime, found.clean) == (FileType.PDF, b"%PDF-1.4\n...")


async def test_a_child_that_dies_is_a_refusal():
    found = await inspect.examine(picture(), child_command=("/bin/false",))

    assert found.refusal is FileRefusal.EXHAUSTED
