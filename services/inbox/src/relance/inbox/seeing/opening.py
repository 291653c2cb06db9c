"""Opens a stranger's file as far as its pixels, and makes the copy that is kept: pixels encoded anew, nothing else.

Runs in the child. A picture becomes a JPEG; a PDF becomes a PDF of its pages' pictures, so that no script, attachment
or hidden layer goes on.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from relance.domain import documents
from relance.domain.documents import FileRefusal, FileType

FORMATS = ("JPEG", "PNG", "WEBP")
# Enough for a sheet of A4 at 250 points to the inch; what is larger is made smaller.
LONGEST_SIDE = 3000
PDF_SIDE = 2000
MOST_PAGES = 5
# What a scanned page needs to stay readable; WhatsApp itself delivers 60 to 75.
JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Opened:
    """Either a refusal, or upright pages and the bytes to keep."""

    refusal: FileRefusal | None = None
    pages: list[Image.Image] = field(default_factory=list, repr=False)
    mime: str = ""
    clean: bytes = field(default=b"", repr=False)


def opened(data: bytes) -> Opened:
    if (refusal := documents.refusal_at_sight(data)) is not None:
        return Opened(refusal)
    try:
        if documents.sniff(data[:16]) is FileType.PDF:
            return _pdf(data)
        page = _picture(data)
        return Opened(None, [page], FileType.JPEG, _encoded("JPEG", [page]))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Opened(FileRefusal.TOO_MANY_PIXELS)
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, AttributeError):
        # What decoders raise for bytes that lie about themselves.
        return Opened(FileRefusal.UNREADABLE)


def _picture(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = documents.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > documents.MOST_PIXELS:
            raise Image.DecompressionBombWarning
        if picture.format == "JPEG":
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # sixteen bits to the point
            upright = upright.convert("I").point(lambda value: value / 256).convert("L")
        if upright.mode not in {"P", "1"}:
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
        if upright.mode in {"RGBA", "LA", "PA", "P"}:
            upright = _on_white(upright.convert("RGBA"))
        plain = upright.convert("RGB")
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
        return plain


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper


def _pdf(data: bytes) -> Opened:
    import pypdfium2  # only a PDF pays for it

    if len(data) > documents.LARGEST_PDF_BYTES:
        return Opened(FileRefusal.TOO_BIG)
    try:
        book = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = "password" in str(error).lower() or "security" in str(error).lower()
        return Opened(FileRefusal.ENCRYPTED if is_locked else FileRefusal.UNREADABLE)
    if not 0 < len(book) <= MOST_PAGES:
        return Opened(FileRefusal.TOO_MANY_PAGES if len(book) else FileRefusal.UNREADABLE)
    pages = []
    try:
        for index in range(len(book)):
            page = book[index]
            longest = max(page.get_size())
            if not 1 < longest < 100_000:
                return Opened(FileRefusal.UNREADABLE)
            pages.append(page.render(scale=PDF_SIDE / longest, may_draw_forms=False).to_pil().convert("RGB"))
    except pypdfium2.PdfiumError:
        return Opened(FileRefusal.UNREADABLE)
    return Opened(None, pages, FileType.PDF, _encoded("PDF", pages))


def _encoded(form: str, pages: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    if form == "PDF":
        pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], quality=JPEG_QUALITY)
    else:
        pages[0].save(out, form, quality=JPEG_QUALITY)
    return out.getvalue()
