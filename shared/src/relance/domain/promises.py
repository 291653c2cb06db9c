"""The days people name in chat, in French, English, Hinglish and some Spanish; no day is ever invented.

Works on the words of `spelling`. General date parsers read "je" as jeudi and amounts as dates, in a quarter of the
undated messages; hence this closed grammar. Counted from the day of reception in the customer's zone.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from relance.domain import calendar as civil

Resolve = Callable[[re.Match[str], date], date | None]

WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            "lundi monday lunes somvar", "mardi tuesday martes mangalvar", "mercredi wednesday miercoles budhvar",
            "jeudi thursday jueves guruvar", "vendredi friday viernes shukravar", "samedi saturday sabado shanivar",
            "dimanche sunday domingo ravivar",
        )
    )
    for word in words.split()
}  # fmt: skip
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "janvier janv jan january enero", "fevrier fev feb february febrero", "mars mar march marzo",
            "avril avr apr april abril", "mai may mayo", "juin jun june junio", "juillet juil jul july julio",
            "aout aug august agosto", "septembre sept sep september septiembre", "octobre oct october octubre",
            "novembre nov november noviembre", "decembre dec december diciembre",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_COUNTS = {
    word: count
    for count, words in {
        1: "un une a an one ek", 2: "deux two do couple", 3: "trois three teen", 4: "quatre four char",
        5: "cinq five paanch", 6: "six", 7: "sept seven", 8: "huit eight", 10: "dix ten", 15: "quinze", 20: "vingt",
    }.items()
    for word in words.split()
}  # fmt: skip

_DAY = "|".join(WEEKDAYS)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_COUNT = r"\d{1,3}|" + "|".join(_COUNTS)
# A day behind which one stands is not a day to come, nor is one that is ruled out.
_PAST_BEFORE = re.compile(
    r"(?<!pourquoi )\b(?:pas|not)(?: (?:le|ce|on|this|pour))?\s*$"
    r"|\b(depuis|hier|since|last|yesterday|dernier|from)( le)?\s*$"
)
_PAST_AFTER = re.compile(r"^\s*(dernier|derniere|passe|last|ago)\b")


def first_day(words: str, received_on: date, *, looks_ahead: bool) -> date | None:
    """The first day named, or None. `kal` and `parso` also mean yesterday: they count only when a verb looks ahead."""
    found: list[tuple[int, int, date]] = []
    for pattern, resolve in _GRAMMAR:
        for match in pattern.finditer(words):
            if _is_past(words, match) or (match[0].startswith(("kal", "parso")) and not looks_ahead):
                continue
            if (day := resolve(match, received_on)) is not None:
                found.append((match.start(), -match.end(), day))
    return min(found)[2] if found else None


def business_day_after(day: date, count: int, country: str) -> date:
    """`count` working days later, Monday to Friday without the country's public holidays."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and not civil.is_holiday(day, country):
            count -= 1
    return day


def _is_past(words: str, match: re.Match[str]) -> bool:
    return bool(_PAST_BEFORE.search(words[: match.start()]) or _PAST_AFTER.search(words[match.end() :]))


def _in_days(days: int) -> Resolve:
    return lambda _, received_on: received_on + timedelta(days=days)


def _in_units(match: re.Match[str], received_on: date) -> date | None:
    count = _COUNTS.get(match["count"]) or int(match["count"])
    unit = match["unit"]
    if unit.startswith(("mois", "month", "mahin")):
        return _months_later(received_on, count)
    if unit.startswith(("sem", "week", "haft")):
        return received_on + timedelta(weeks=count)
    if unit.startswith(("h",)):
        return received_on + timedelta(days=-(-count // 24))
    return received_on + timedelta(days=count)


def _weekday(match: re.Match[str], received_on: date) -> date:
    wanted = WEEKDAYS.get(match["day"], _SHORT_DAYS.get(match["day"], 0))
    ahead = (wanted - received_on.weekday()) % 7
    if match.groupdict().get("eight"):
        return received_on + timedelta(days=ahead + 7)
    return received_on + timedelta(days=ahead or 7)


def _week_day(weekday: int, weeks: int) -> Resolve:
    def resolve(_: re.Match[str], received_on: date) -> date:
        monday = received_on - timedelta(days=received_on.weekday())
        return max(monday + timedelta(days=weekday, weeks=weeks), received_on)

    return resolve


def _month_end(match: re.Match[str], received_on: date) -> date:
    if name := match.groupdict().get("month"):
        month = MONTHS[name]
        year = received_on.year + (month < received_on.month)
        return date(year, month, calendar.monthrange(year, month)[1])
    later = _months_later(received_on.replace(day=1), 1 if match.groupdict().get("next") else 0)
    return later.replace(day=calendar.monthrange(later.year, later.month)[1])


def _month_middle(_: re.Match[str], received_on: date) -> date | None:
    return _next_numbered(15, None, None, received_on)


def _named_middle(match: re.Match[str], received_on: date) -> date | None:
    return _next_numbered(15, MONTHS[match["month"]], None, received_on)


def _numbered(match: re.Match[str], received_on: date) -> date | None:
    parts = match.groupdict()
    number = 1 if parts["number"] == "premier" else int(parts["number"])
    name = parts.get("month") or parts.get("month_number")
    month = None if name is None else MONTHS.get(name) or int(name)
    year = int(parts["year"]) if parts.get("year") else None
    return _next_numbered(number, month, year if year is None or year > 99 else 2000 + year, received_on)


def _next_numbered(number: int, month: int | None, year: int | None, received_on: date) -> date | None:
    """The next such day not in the past; None when the calendar has none, or when the year named is over."""
    if not 1 <= number <= 31 or (month is not None and not 1 <= month <= 12):
        return None
    if year is not None:
        candidates = [(year, month or 1)]
    elif month is not None:
        candidates = [(received_on.year + ahead, month) for ahead in range(9)]
    else:
        months = (_months_later(received_on.replace(day=1), ahead) for ahead in range(4))
        candidates = [(first.year, first.month) for first in months]
    for in_year, in_month in candidates:
        if number <= calendar.monthrange(in_year, in_month)[1]:
            day = date(in_year, in_month, number)
            if day >= received_on:
                return day
    return None


def _months_later(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# After a bare number these words make it an amount, an hour or a count, not a day of the month.
_NOT_A_DAY = (
    r"(?![\d.,:]|\s*(?:€|%|₹|\$|£|e\b|eur|inr|usd|rs|roup|k\b|h\b|heure|fois|pers|voyag|mois|jour|sem|min|days"
    r"|weeks|people))"
)
_INTRO = r"(?:le|au|du|pour le|avant le|ce|the|on|by|before|el|till|until)"
_SUFFIX = r"(?:er|st|nd|rd|th)?"
_NO_MONTH = rf"(?! (?:of )?(?:{_MONTH})\b)"

_GRAMMAR: tuple[tuple[re.Pattern[str], Resolve], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})"), resolve)
    for pattern, resolve in (
        (r"(?:apres|apre) (?:demain|dem1|2main)\b|day after tomorrow\b|pasado manana\b|parson?\b", _in_days(2)),
        (r"(?:laissez|donnez|accordez|laisse|donne) (?:moi|nous) (?:encore )?(?P<count>\d{1,2}|deux|trois|une|un)"
         r" (?P<unit>jours?|semaines?)\b", _in_units),
        (r"subah\b(?! (?:diya|kiya|bheja))", _in_days(1)),
        (r"(?:demain|dem1|2main|dmain|tomorrow|tmrw|tomo|tmr|(?<!esta )(?<!la )manana|kal)\b", _in_days(1)),
        (r"(?:aujourd ?hui|ajd|auj|ce soir|cet? (?:apres midi|aprem)|today|tonight|this (?:evening|afternoon)|aaj"
         r"|hoy|tout de suite|tout a l heure)\b", _in_days(0)),
        (rf"(?:dans|sous|d ici|in|within|en)(?: les| the| next)* (?P<count>{_COUNT})(?: of)? ?"
         r"(?P<unit>h|heures?|hours?|hrs?|jours?|j|days?|din|dias?|semaines?|sem|weeks?|haft[ae]|mois|months?|mahin[ae])\b",
         _in_units),
        (rf"(?P<count>{_COUNT}) (?P<unit>din|haft[ae]|mahin[ae]) (?:me|mein|mai|ke)\b", _in_units),
        (r"(?:sous|d ici|dans) (?:une )?huitaine\b", _in_days(8)),
        (r"(?:sous|d ici|dans) (?:une )?quinzaine\b", _in_days(15)),
        (r"(?:la )?(?:semaine|sem) (?:prochaine|pro)\b|semana que viene\b"
         r"|next week\b|agle haft[ae]\b|proxima semana\b", _week_day(4, 1)),
        (r"(?:ce|le|this|the) (?:week ?end|we)\b|week ?end\b", _week_day(6, 0)),
        (r"cette semaine\b|fin de (?:la )?semaine\b|this week\b|end of (?:the |this )?week\b", _week_day(4, 0)),
        (r"fin (?:du |de |de ce |ce |de mes)?(?:mois|mes)(?P<next> prochain)?\b|(?:the )?end of (?:the |this )?month\b"
         r"|month end\b|mahine ke (?:end|aakhir)\b", _month_end),
        (rf"(?:fin|end of) (?P<month>{_MONTH})\b", _month_end),
        (rf"(?:mi|mid|milieu (?:de|d)|middle of) (?P<month>{_MONTH})\b", _named_middle),
        (r"mi mois\b|milieu (?:du|de) mois\b|mid month\b|middle of the month\b", _month_middle),
        (rf"(?P<number>\d{{1,2}}){_SUFFIX} (?:of )?(?P<month>{_MONTH})\b(?: (?P<year>20\d\d))?", _numbered),
        (rf"(?P<month>{_MONTH}) (?P<number>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? (?P<year>20\d\d))?{_NOT_A_DAY}",
         _numbered),
        (r"(?P<number>\d{1,2})/(?P<month_number>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?\b", _numbered),
        (rf"(?P<number>\d{{1,2}})\.(?P<month_number>\d\d)(?:\.(?P<year>\d{{4}}|\d\d))\b{_NOT_A_DAY}", _numbered),
        (r"(?P<year>20\d\d)-(?P<month_number>\d\d)-(?P<number>\d\d)\b", _numbered),
        (rf"{_INTRO} (?:(?:{_DAY}) )?(?P<number>\d{{1,2}}|premier){_SUFFIX}\b(?!/){_NOT_A_DAY}{_NO_MONTH}",
         _numbered),
        (rf"(?P<number>\d{{1,2}})(?:st|nd|rd|th| tarikh)\b{_NOT_A_DAY}", _numbered),
        (rf"(?:{_DAY}) (?P<number>\d{{1,2}})\b(?!/){_NOT_A_DAY}{_NO_MONTH}", _numbered),
        (rf"(?P<day>{_DAY})\b(?P<eight> en huit)?(?! \d{{1,2}}{_SUFFIX}\b{_NOT_A_DAY})", _weekday),
        (r"(?:on|by|next|this|before) (?P<day>mon|tues?|wed|thu|thurs?|fri|sat|sun)\b", _weekday),
    )
)  # fmt: skip
