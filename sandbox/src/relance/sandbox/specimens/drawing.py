"""Pictures of papers that nobody owns: passports, cards, a visa form, a payment screenshot, a holiday photo.

Zones are set in Debian's `fonts-ocr-b`, everything else in Pillow's own font: nothing of a third party is kept.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from relance.domain.errors import SettingsRejected
from relance.sandbox.specimens.holders import Holder

FONT_FOLDER = Path("/usr/share/fonts/opentype/ocr-b")
# Doc 9303: ten characters to the inch, lines a quarter of an inch apart.
PITCH_MM, LEADING_MM = 2.54, 6.35
# Of the font: its advance in parts of the size.
ADVANCE = 0.72296875
INK = (28, 26, 40)


def zone_font(pixels_per_mm: float, *, face: str = "OCRB") -> ImageFont.FreeTypeFont:
    """Raises SettingsRejected when the font is not installed."""
    path = FONT_FOLDER / f"{face}.otf"
    if not path.exists():
        raise SettingsRejected("la police OCR-B manque : apt-get install fonts-ocr-b")
    return ImageFont.truetype(str(path), PITCH_MM * pixels_per_mm / ADVANCE)


def passport(holder: Holder, lines: Sequence[str], *, seed: int = 0, width: int = 1560) -> Image.Image:
    """A data page of 125 by 88 mm."""
    scale = width / 125
    page = _paper((width, round(88 * scale)), seed, tint=(222, 228, 214))
    draw = ImageDraw.Draw(page)
    _portrait(draw, (6 * scale, 18 * scale, 38 * scale, 58 * scale))
    draw.text((44 * scale, 4 * scale), "PASSEPORT / PASSPORT", font=_plain(4.2 * scale), fill=(90, 30, 40))
    told = (
        ("Type / Type", lines[0][0]),
        ("Nom / Surname", holder.surname),
        ("Prénoms / Given names", holder.given),
        ("Nationalité / Nationality", holder.state.strip("<")),
        ("Date de naissance / Date of birth", f"{holder.born:%d %m %Y}"),
        ("Date d'expiration / Date of expiry", f"{holder.expires:%d %m %Y}"),
        ("No du passeport / Passport No", holder.number),
    )
    for row, (label, value) in enumerate(told):
        y = (12 + row * 7) * scale
        draw.text((44 * scale, y), label, font=_plain(1.9 * scale), fill=(110, 110, 120))
        draw.text((44 * scale, y + 2.2 * scale), value, font=_plain(3.2 * scale), fill=INK)
    _set_zone(draw, lines, left=6.5 * scale, top=69 * scale, scale=scale)
    return page


def card(holder: Holder, lines: Sequence[str], *, seed: int = 0, width: int = 1200) -> Image.Image:
    """The back of an identity card of 85.6 by 54 mm (three lines), or of 105 by 74 mm (two)."""
    across, high = (85.6, 54.0) if len(lines) == 3 else (105.0, 74.0)
    scale = width / across
    page = _paper((width, round(high * scale)), seed, tint=(214, 224, 232))
    draw = ImageDraw.Draw(page)
    draw.text((5 * scale, 3 * scale), "CARTE D'IDENTITÉ / IDENTITY CARD", font=_plain(3 * scale), fill=(40, 50, 110))
    for row, value in enumerate((holder.surname, holder.given, f"{holder.born:%d.%m.%Y}")):
        draw.text((5 * scale, (9 + row * 5) * scale), value, font=_plain(3 * scale), fill=INK)
    margin = (across - len(lines[0]) * PITCH_MM) / 2
    _set_zone(draw, lines, left=margin * scale, top=(high - 6.6 * len(lines) - 1.2) * scale, scale=scale)
    return page


def pan_card(holder: Holder, number: str, *, seed: int = 0, width: int = 1200) -> Image.Image:
    scale = width / 85.6
    page = _paper((width, round(54 * scale)), seed, tint=(196, 218, 236))
    draw = ImageDraw.Draw(page)
    told = (
        (4, 3, 3.0, "INCOME TAX DEPARTMENT          GOVT. OF INDIA"),
        (4, 9, 2.4, "Permanent Account Number Card"),
        (4, 14, 5.0, number),
        (4, 23, 2.0, "Name"),
        (4, 26, 3.0, f"{holder.given} {holder.surname}"),
        (4, 32, 2.0, "Father's Name"),
        (4, 35, 3.0, f"RAJESH {holder.surname}"),
        (4, 42, 2.0, "Date of Birth"),
        (4, 45, 3.0, f"{holder.born:%d/%m/%Y}"),
    )
    for x, y, size, text in told:
        draw.text((x * scale, y * scale), text, font=_plain(size * scale), fill=INK)
    _portrait(draw, (62 * scale, 12 * scale, 80 * scale, 34 * scale))
    return page


def aadhaar_card(holder: Holder, number: str, *, seed: int = 0) -> Image.Image:
    page = _paper((1200, 757), seed, tint=(238, 238, 230))
    draw = ImageDraw.Draw(page)
    for y, size, text in (
        (40, 44, "Government of India"), (110, 40, "Unique Identification Authority of India"),
        (260, 46, f"{holder.given} {holder.surname}"), (340, 42, f"DOB: {holder.born:%d/%m/%Y}"),
        (520, 72, number), (660, 44, "AADHAAR - Aam Aadmi ka Adhikar"),
    ):  # fmt: skip
        draw.text((330, y), text, font=_plain(size), fill=INK)
    _portrait(draw, (60, 220, 280, 500))
    return page


def visa_form(holder: Holder, *, seed: int = 0) -> Image.Image:
    """A filled form on a sheet of A4."""
    page = Image.new("RGB", (1131, 1600), (250, 250, 248))
    draw = ImageDraw.Draw(page)
    draw.text((180, 60), "FORMULAIRE DE DEMANDE DE VISA", font=_plain(40), fill=INK)
    draw.text((180, 115), "Visa application form", font=_plain(30), fill=INK)
    told = (
        ("1. Nom / Surname", holder.surname), ("2. Prénoms / Given names", holder.given),
        ("3. Date de naissance / Date of birth", f"{holder.born:%d/%m/%Y}"),
        ("4. Nationalité actuelle / Current nationality", holder.state.strip("<")),
        ("5. Numéro du document de voyage / Travel document number", holder.number),
        ("6. Profession / Current occupation", "Libraire"), ("7. Objet du voyage / Purpose of journey", "Tourisme"),
        ("8. Nombre d'entrées / Number of entries requested", "1"),
        ("9. Durée du séjour / Duration of stay", "12 jours"),
        ("10. Lieu et date / Place and date", "Lyon, 2 octobre 2026"), ("11. Signature du demandeur / Applicant", ""),
    )  # fmt: skip
    for row, (label, value) in enumerate(told):
        y = 210 + row * 118
        draw.rectangle((80, y, 1050, y + 100), outline=(120, 120, 120), width=2)
        draw.text((95, y + 8), label, font=_plain(24), fill=(70, 70, 80))
        draw.text((110, y + 46), value, font=_plain(34), fill=(20, 30, 110))
    return page


def payment_screenshot(amount: str, reference: str, *, seed: int = 0) -> Image.Image:
    page = Image.new("RGB", (720, 1520), (245, 247, 252))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 720, 420), fill=(20, 110, 80))
    draw.text((210, 150), amount, font=_plain(76), fill="white")
    draw.text((210, 270), "Paiement effectué", font=_plain(40), fill="white")
    for row, text in enumerate((
        "Virement envoyé à Agence Démo", f"Référence / UTR {reference}", "Transaction réussie",
        "Date : 12/10/2026 14:05", "Depuis le compte courant", "Banque Exemple", "UPI ref no " + reference,
    )):  # fmt: skip
        draw.text((60, 500 + row * 110), text, font=_plain(34), fill=INK)
    return page


def holiday(*, seed: int = 0) -> Image.Image:
    """Sea, sun and a hill: what somebody sends by mistake."""
    chance = np.random.default_rng(seed)
    height, width = 900, 1200
    rows = np.linspace(0, 1, height)[:, None, None]
    sky = np.array([120, 170, 230]) * (1 - rows) + np.array([230, 210, 180]) * rows
    picture = np.broadcast_to(sky, (height, width, 3)).copy()
    for _ in range(40):
        x, y = chance.integers(0, width), chance.integers(450, height)
        w, h = chance.integers(60, 400), chance.integers(10, 120)
        picture[y : y + h, x : x + w] = chance.integers(20, 200, 3)
    picture += chance.normal(0, 14, picture.shape)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _set_zone(draw: ImageDraw.ImageDraw, lines: Sequence[str], *, left: float, top: float, scale: float) -> None:
    font = zone_font(scale)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            place = (left + column * PITCH_MM * scale, top + row * LEADING_MM * scale)
            draw.text(place, char, font=font, fill=INK)


def _paper(size: tuple[int, int], seed: int, *, tint: tuple[int, int, int]) -> Image.Image:
    """Security paper: a tint, fine waves, some grain."""
    chance = np.random.default_rng(seed)
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = sum(
        np.sin(x / chance.uniform(14, 40) + 6 * np.sin(y / chance.uniform(40, 130)) + chance.uniform(0, 6))
        for _ in range(3)
    )
    paper = np.array(tint, np.float32) + waves[..., None] * np.array([5, 4, 6], np.float32)
    paper += chance.normal(0, 3, paper.shape)
    return Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))


def _portrait(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    draw.rectangle(box, fill=(200, 205, 210))
    draw.ellipse(
        (left + width * 0.3, top + height * 0.15, left + width * 0.7, top + height * 0.6), fill=(170, 140, 120)
    )
    shoulders = (left + width * 0.12, top + height * 0.62, right - width * 0.12, bottom + height * 0.3)
    draw.ellipse(shoulders, fill=(70, 80, 110))
    draw.rectangle((left, bottom, right, bottom + height * 0.32), fill=(218, 224, 214))


def _plain(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(6.0, size))


def random_zone_line(chance: random.Random, width: int) -> str:
    """Characters as zones hold them: names, figures, and long runs of fillers."""
    text = ""
    while len(text) < width:
        match chance.randrange(4):
            case 0:
                text += "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(chance.randint(2, 10)))
            case 1:
                text += "".join(chance.choice("0123456789") for _ in range(chance.randint(2, 9)))
            case 2:
                text += "".join(chance.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(9))
            case _:
                text += "<" * chance.choice((1, 1, 2, 2, 3, 8))
    return text[:width]
