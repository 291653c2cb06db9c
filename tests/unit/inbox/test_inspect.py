"""Files as strangers send them, examined by the real child process. About half a second of CPU each."""

from __future__ import annotations

import io
import random
import sys
import zlib

import pypdfium2
import pytest
from PIL import Image

from relance.domain.documents import FileRefusal, FileType
from relance.domain.recognising import Fault, Sight
from relance.inbox import inspect
from tests.unit.inbox import specimens
from tests.unit.inbox.specimens import ALINE, TODAY

MEMORY_MB = 300
# The kernel's filter answers a socket with EPERM; this child says which of its wishes were granted.
PRISONER = """
import json, os, socket, sys
from relance.inbox.seeing import seclusion
secluded, granted = seclusion.secluded(), []
for name, wish in {
    "network": lambda: socket.socket(),
    "memory": lambda: bytearray(700 * 1024 * 1024),
    "file": lambda: os.write(os.open("/dev/shm/prisoner", os.O_CREAT | os.O_WRONLY), b"x"),
}.items():
    try:
        wish()
        granted.append(name)
    except (OSError, MemoryError):
        pass
sys.stdout.write(json.dumps({"refusal": None, "mime": ",".join(granted), "seen": None, "cpu_s": 0, "peak_mb": 0,
                             "secluded": secluded}) + "\\n")
"""


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, "navy").save(made, form, **options)
    return made.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG whose header claims a huge picture."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + picture("PNG")[33:]


def bomb() -> bytes:
    """Some kilobytes that unfold into 39 megapixels, the most that is allowed, with transparency."""
    return picture("PNG", (6_500, 6_000), "RGBA")


def pdf(*pages: bytes, **options: object) -> bytes:
    shown = [Image.open(io.BytesIO(page)) for page in pages]
    made = io.BytesIO()
    shown[0].save(made, "PDF", save_all=True, append_images=shown[1:], **options)
    return made.getvalue()


def many_pages(count: int) -> bytes:
    book = pypdfium2.PdfDocument.new()
    for _ in range(count):
        book.new_page(300, 400)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_a_plain_jpeg(form: str):
    found = await inspect.examine(picture(form), TODAY)

    assert (found.refusal, found.mime) == (None, FileType.JPEG)
    assert Image.open(io.BytesIO(found.clean)).size == (40, 20)


async def test_metadata_and_whatever_follows_the_picture_are_left_behind():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "48.8566 N, 2.3522 E"

    found = await inspect.examine(picture(exif=exif) + b"PK\x03\x04 an archive hides here", TODAY)

    kept = Image.open(io.BytesIO(found.clean))
    assert kept.size == (20, 40)
    assert not kept.getexif()
    assert b"PK\x03\x04" not in found.clean


async def test_transparency_becomes_white_paper():
    found = await inspect.examine(picture("PNG", mode="RGBA"), TODAY)

    assert found.mime == FileType.JPEG


async def test_an_animation_is_kept_as_its_first_picture():
    frames = [Image.new("RGB", (80, 60), color) for color in ("navy", "red", "green")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    found = await inspect.examine(made.getvalue(), TODAY)

    kept = Image.open(io.BytesIO(found.clean))
    assert (found.refusal, getattr(kept, "n_frames", 1), kept.getpixel((5, 5))[2] > 100) == (None, 1, True)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (png_claiming(30_000, 30_000), FileRefusal.TOO_MANY_PIXELS),
        (png_claiming(9_000, 5_000), FileRefusal.TOO_MANY_PIXELS),
        (picture(size=(400, 400))[:500], FileRefusal.UNREADABLE),
        (b"\xff\xd8\xff\xe0 not a picture at all", FileRefusal.UNREADABLE),
        (b"<html>", FileRefusal.UNKNOWN_TYPE),
        (b"", FileRefusal.EMPTY),
        (b"\xff\xd8\xff" + bytes(200 * 1024 * 1024), FileRefusal.TOO_BIG),
        (b"\x00\x00\x00\x18ftypheic", FileRefusal.HEIC),
        (b"PK\x03\x04 an archive", FileRefusal.UNKNOWN_TYPE),
        (many_pages(50), FileRefusal.TOO_MANY_PAGES),
        (b"%PDF-1.7\n" + bytes(11 * 1024 * 1024), FileRefusal.TOO_BIG),
        (b"%PDF-1.4 trailer <</Encrypt 5 0 R>>", FileRefusal.ENCRYPTED),
        (b"%PDF-1.4\n...", FileRefusal.UNREADABLE),
    ],
    ids=[
        "900 megapixels", "45 megapixels", "truncated", "noise", "html named jpg", "0 bytes", "200 megabytes", "heic",
        "zip", "50 pages", "11 megabytes of pdf", "encrypted pdf", "broken pdf",
    ],
)  # fmt: skip
async def test_a_dangerous_or_broken_file_is_refused_with_its_reason(data: bytes, refusal: FileRefusal):
    assert (await inspect.examine(data, TODAY)).refusal is refusal


async def test_the_largest_picture_allowed_stays_within_the_memory_allowed():
    found = await inspect.examine(bomb(), TODAY)

    assert found.refusal in {None, FileRefusal.EXHAUSTED}
    assert found.peak_mb < 512


async def test_a_pdf_is_kept_as_pictures_of_its_pages_and_read():
    scanned = pdf(specimens.passport()).replace(b"%%EOF", b"%%EOF\n% /JavaScript (app.alert(1))")

    found = await inspect.examine(scanned, TODAY)

    assert (found.mime, found.clean[:5]) == (FileType.PDF, b"%PDF-")
    assert (found.seen.sight, found.seen.number) == (Sight.PASSPORT, ALINE.number)
    assert b"JavaScript" not in found.clean


async def test_a_pdf_with_two_holders_is_certain_of_none():
    other = specimens.Holder("HADDAD", "KARIM", "FRA", "M", ALINE.born, ALINE.expires, "20AB12345")

    found = await inspect.examine(pdf(specimens.passport(), specimens.passport(holder=other)), TODAY)

    assert (found.seen.sight, found.seen.is_certain, found.seen.pages) == (Sight.PASSPORT, False, 2)


@pytest.mark.parametrize("how", ["good", "turned 180", "dark", "strong blur", "leaning"])
async def test_a_passport_is_read_whatever_way_it_lies(how: str):
    found = await inspect.examine(specimens.passport(how), TODAY)

    seen = found.seen
    assert (seen.sight, seen.is_certain, seen.fault) == (Sight.PASSPORT, True, None)
    assert (seen.number, seen.born, seen.expires) == (ALINE.number, ALINE.born, ALINE.expires)
    assert (seen.surname, seen.given, seen.nationality) == ("EXEMPLE", "ALINE MARIE", "FRA")
    assert found.peak_mb < MEMORY_MB


@pytest.mark.parametrize(
    ("how", "fault"), [("cut off", Fault.CUT_OFF), ("glare on the zone", Fault.GLARE)], ids=["cut off", "glare"]
)
async def test_a_passport_that_cannot_be_read_says_one_reason(how: str, fault: Fault):
    seen = (await inspect.examine(specimens.passport(how), TODAY)).seen

    assert (seen.sight, seen.is_certain, seen.fault) == (Sight.PASSPORT, False, fault)


async def test_a_hopeless_blur_is_called_a_blur():
    hopeless = Image.open(io.BytesIO(specimens.passport("strong blur"))).resize((100, 70)).resize((1600, 1120))
    made = io.BytesIO()
    hopeless.save(made, "JPEG")

    seen = (await inspect.examine(made.getvalue(), TODAY)).seen

    assert (seen.is_certain, seen.fault) == (False, Fault.BLURRED)


async def test_other_papers_are_told_by_their_words():
    names = ("visa form", "aadhaar", "payment", "holiday")
    found = {name: (await inspect.examine(specimens.paper(name), TODAY)).seen for name in names}
    pan = (await inspect.examine(specimens.pan(), TODAY)).seen
    card = (await inspect.examine(specimens.card(), TODAY)).seen

    assert {name: seen.sight for name, seen in found.items()} == {
        "visa form": Sight.VISA_FORM, "aadhaar": Sight.OTHER_ID, "payment": Sight.PAYMENT_PROOF,
        "holiday": Sight.UNKNOWN,
    }  # fmt: skip
    assert found["visa form"].is_certain
    assert (pan.sight, pan.is_certain, pan.number, pan.surname) == (Sight.PAN, True, "ABCPE1234F", "EXEMPLE")
    assert (card.sight, card.is_certain) == (Sight.IDENTITY_CARD, True)


async def test_a_finding_shows_nothing_of_a_person_when_it_is_printed():
    printed = repr(await inspect.examine(specimens.passport(), TODAY))

    assert not [word for word in ("EXEMPLE", "ALINE", ALINE.number, "1988") if word in printed]


async def test_the_child_has_no_network_and_no_more_memory_than_it_may():
    found = await inspect.examine(picture(), TODAY, child_command=(sys.executable, "-c", PRISONER))

    assert (found.refusal, found.is_secluded, found.mime) == (None, True, "")


async def test_a_child_that_dies_or_babbles_is_a_refusal():
    for command in (("/bin/false",), ("/bin/echo", "not json"), ("/bin/echo", "{}")):
        found = await inspect.examine(picture(), TODAY, child_command=command)

        assert found.refusal is FileRefusal.EXHAUSTED


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Bytes flipped, cut out, repeated, or the end lost."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(12, len(changed))
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randint(1, 60)]
            case 2:
                changed[place:place] = changed[place : place + chance.randint(1, 60)]
            case _:
                changed = changed[: max(200, place)]
    return bytes(changed)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "PDF"])
def test_fuzzed_files_are_refused_or_neutralised(form: str, pytestconfig: pytest.Config):
    """In this process, as starting ten thousand children measures nothing but starts; `--operations 30000` for all."""
    from relance.inbox.seeing import opening

    seed, count = pytestconfig.getoption("seed"), pytestconfig.getoption("operations") // 12
    page = Image.effect_mandelbrot((160, 120), (-2, -1.2, 1, 1.2), 60).convert("RGB")
    made = io.BytesIO()
    page.save(made, form)
    chance = random.Random(f"{form} {seed}")
    for _ in range(count):
        found = opening.opened(mutated(chance, made.getvalue()))
        if found.refusal is None:
            assert found.clean[:4] in {b"\xff\xd8\xff\xe0", b"%PDF"}
