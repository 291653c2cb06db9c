"""The reader of zones on its own, without the child: layouts, slants and distances. A fifth of a CPU second each."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from relance.domain.icao import Format
from relance.inbox.seeing import locate, ocrb, zone
from relance.sandbox.specimens import degrading, drawing, holders
from tests.unit.inbox.specimens import ALINE, TODAY


def look(data: bytes) -> zone.Look:
    return zone.read(np.asarray(Image.open(io.BytesIO(data)).convert("L")), today=TODAY)


@pytest.mark.parametrize("form", [Format.TD1, Format.TD2, Format.MRV_A, Format.MRV_B, Format.IDFRA])
def test_every_layout_is_read_from_a_picture(form: Format):
    draw = drawing.passport if form in {Format.MRV_A, Format.MRV_B} else drawing.card
    pixels = degrading.fitted(degrading.on_a_table(draw(ALINE, holders.zone(form, ALINE))))

    found = look(degrading.jpeg(pixels)).reading

    assert found is not None
    assert (found.format, found.surname, found.born) == (form, "EXEMPLE", ALINE.born)


@pytest.mark.parametrize("degrees", [-100, 30, 45, 170])
def test_a_zone_is_found_in_any_direction(degrees: int):
    page = degrading.on_a_table(drawing.passport(ALINE, holders.zone(Format.TD3, ALINE)))

    found = look(degrading.jpeg(degrading.fitted(degrading.turned(degrading.fitted(page), degrees)))).reading

    assert found is not None
    assert (found.number, found.given) == (ALINE.number, "ALINE MARIE")


def test_a_zone_far_away_is_read():
    page = degrading.on_a_table(drawing.passport(ALINE, holders.zone(Format.TD3, ALINE)), share=0.35)

    assert look(degrading.jpeg(degrading.fitted(page))).reading is not None


def test_furniture_and_text_are_no_zone():
    for paper in (drawing.holiday(), drawing.visa_form(ALINE), drawing.payment_screenshot("12 €", "123456789012")):
        assert look(degrading.jpeg(degrading.fitted(np.asarray(paper)))).reading is None


def test_a_picture_without_a_stroke_has_no_lines():
    for gray in (np.full((900, 1600), 200, np.uint8), np.zeros((40, 20), np.uint8), np.full((1, 1), 9, np.uint8)):
        assert list(locate.stacks(gray)) == []


def test_a_line_shorter_than_its_characters_is_no_line():
    assert ocrb.chained(ocrb.seen(np.full((ocrb.HEIGHT, 90), 200, np.float32)), 44, pitch=ocrb.PITCH) is None
