"""Specimens by their name, made once for a run: drawing one costs more than reading it."""

from __future__ import annotations

from datetime import date
from functools import cache

from relance.domain.icao import Format
from relance.sandbox.specimens import degrading, drawing, holders
from relance.sandbox.specimens.holders import Holder

TODAY = date(2026, 10, 15)
ALINE = Holder("EXEMPLE", "ALINE MARIE", "FRA", "F", date(1988, 4, 2), date(2033, 6, 30), "19FV84610")


@cache
def passport(how: str = "good", holder: Holder = ALINE) -> bytes:
    return degrading.DEGRADATIONS[how](drawing.passport(holder, holders.zone(Format.TD3, holder)), 1)


@cache
def card(holder: Holder = ALINE) -> bytes:
    return degrading.DEGRADATIONS["good"](drawing.card(holder, holders.zone(Format.TD1, holder)), 1)


@cache
def pan(holder: Holder = ALINE, number: str = "ABCPE1234F") -> bytes:
    return degrading.DEGRADATIONS["good"](drawing.pan_card(holder, number), 1)


@cache
def paper(name: str, holder: Holder = ALINE) -> bytes:
    made = {
        "visa form": lambda: drawing.visa_form(holder),
        "aadhaar": lambda: drawing.aadhaar_card(holder, "4987 6543 2109"),
        "payment": lambda: drawing.payment_screenshot("1 290,00 €", "428812345678"),
        "holiday": drawing.holiday,
    }[name]()
    return degrading.jpeg(degrading.fitted(degrading.np.asarray(made)))
