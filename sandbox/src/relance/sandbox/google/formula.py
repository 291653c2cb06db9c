"""Formulas of the kind owners write in a ledger: arithmetic, comparisons, same-tab references, a few functions.

Arguments are parted by `;` (typed in French) or `,` (sent through the API); anything unknown shows #NAME?.
References follow when rows or columns are inserted, deleted or sorted, which is what keeps
`Solde = Total - Versé` right on every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from relance.sandbox.google import a1

Scalar = str | int | float | bool | None
Look = Callable[[int, int], Scalar]  # the value at (row, column); a FormulaError it raises passes through

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<ref>\$?[A-Za-z]{1,3}\$?\d+(?![\w(]))|(?P<name>[A-Za-z_.]+)|(?P<sign><>|<=|>=|[-+*/^&=<>();:,]))"
)
_REFERENCE = re.compile(r"(?<![\w\"])(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?![\w(])")
_RANKS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_FRENCH = {"SOMME": "SUM", "SI": "IF", "ARRONDI": "ROUND", "MOYENNE": "AVERAGE"}


class FormulaError(Exception):
    """`kind` is Google's ErrorType: NAME, REF, VALUE, DIVIDE_BY_ZERO."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def evaluate(text: str, look: Look) -> Scalar:
    """The value of `=…`; raises FormulaError."""
    reader = _Reader(list(_tokens(text[1:])), look)
    value: Scalar = _first(reader.expression(0))
    if reader.tokens:
        raise FormulaError("ERROR")
    return value


def moved(text: str, move: Callable[[int, bool], int | None], *, rows: bool) -> str:
    """References rewritten by `move(index, is_fixed)` on one axis; None becomes #REF!."""

    def rewrite(found: re.Match[str]) -> str:
        column_mark, column, row_mark, row = found.groups()
        index = int(row) - 1 if rows else a1.column_of(column)
        target = move(index, bool(row_mark if rows else column_mark))
        if target is None or target < 0:
            return "#REF!"
        if rows:
            return f"{column_mark}{column}{row_mark}{target + 1}"
        return f"{column_mark}{a1.letters(target)}{row_mark}{row}"

    return _REFERENCE.sub(rewrite, text)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FormulaError("REF" if "#REF!" in text else "ERROR")
        yield str(found.lastgroup), found[str(found.lastgroup)]
        at = found.end()


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, str]]
    look: Look

    def expression(self, least: int) -> Any:
        left = self.operand()
        while self.tokens and _RANKS.get(self.tokens[0][1], 0) > least:
            sign = self.tokens.pop(0)[1]
            left = _apply(sign, left, self.expression(_RANKS[sign]))
        return left

    def operand(self) -> Any:
        if not self.tokens:
            raise FormulaError("ERROR")
        kind, text = self.tokens.pop(0)
        match kind, text:
            case "number", _:
                return float(text.replace(",", "."))
            case "text", _:
                return text[1:-1].replace('""', '"')
            case "ref", _:
                return self.reference(text)
            case "sign", "-":
                return -_number(self.expression(4))
            case "sign", "(":
                inside = self.expression(0)
                self.expect(")")
                return inside
            case "name", _:
                return self.call(text.upper())
        raise FormulaError("ERROR")

    def reference(self, text: str) -> Any:
        row, column = a1.parse_cell(text)
        if not self.tokens or self.tokens[0][1] != ":":
            return self.look(row, column)
        self.expect(":")
        kind, last = self.tokens.pop(0) if self.tokens else ("", "")
        if kind != "ref":
            raise FormulaError("ERROR")
        box = a1.parse(f"{text}:{last}").box
        places = ((r, c) for r in range(box.row, box.end_row or 0) for c in range(box.column, box.end_column or 0))
        return [self.look(r, c) for r, c in places]

    def call(self, name: str) -> Scalar:
        if name in ("TRUE", "VRAI", "FALSE", "FAUX"):
            return name in ("TRUE", "VRAI")
        function = FUNCTIONS.get(_FRENCH.get(name, name))
        if function is None or not self.tokens:
            raise FormulaError("NAME")
        self.expect("(")
        arguments = [self.expression(0)] if self.tokens and self.tokens[0][1] != ")" else []
        while self.tokens and self.tokens[0][1] in ";,":
            self.tokens.pop(0)
            arguments.append(self.expression(0))
        self.expect(")")
        return function(arguments)

    def expect(self, sign: str) -> None:
        if not self.tokens or self.tokens.pop(0)[1] != sign:
            raise FormulaError("ERROR")


def _apply(sign: str, left: Any, right: Any) -> Scalar:
    left, right = _first(left), _first(right)
    if sign == "&":
        return f"{'' if left is None else left}{'' if right is None else right}"
    if _RANKS[sign] == 1:
        return _compare(sign, left, right)
    first, second = _number(left), _number(right)
    match sign:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case "/" if second == 0:
            raise FormulaError("DIVIDE_BY_ZERO")
        case "/":
            return first / second
    return float(first**second)


def _compare(sign: str, left: Scalar, right: Scalar) -> bool:
    first, second = (_key(value) for value in (left, right))
    return {
        "=": first == second,
        "<>": first != second,
        "<": first < second,
        ">": first > second,
        "<=": first <= second,
        ">=": first >= second,
    }[sign]


def _key(value: Scalar) -> tuple[int, float | str]:
    if isinstance(value, str):
        return 1, value.casefold()
    return (2, float(value)) if isinstance(value, bool) else (0, float(value or 0))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _number(value: Any) -> float:
    value = _first(value)
    if isinstance(value, str):
        raise FormulaError("VALUE")
    return value or 0


def _numbers(arguments: list[Any]) -> list[float]:
    flat = [one for argument in arguments for one in (argument if isinstance(argument, list) else [argument])]
    return [one for one in flat if isinstance(one, int | float) and not isinstance(one, bool)]


def _if(arguments: list[Any]) -> Scalar:
    if not 2 <= len(arguments) <= 3:
        raise FormulaError("N_A")
    chosen: Scalar = arguments[1] if arguments[0] else arguments[2] if len(arguments) == 3 else False
    return chosen


def _average(arguments: list[Any]) -> float:
    numbers = _numbers(arguments)
    if not numbers:
        raise FormulaError("DIVIDE_BY_ZERO")
    return sum(numbers) / len(numbers)


FUNCTIONS: dict[str, Callable[[list[Any]], Scalar]] = {
    "SUM": lambda arguments: sum(_numbers(arguments)),
    "MIN": lambda arguments: min(_numbers(arguments), default=0),
    "MAX": lambda arguments: max(_numbers(arguments), default=0),
    "AVERAGE": _average,
    "ROUND": lambda arguments: round(_number(arguments[0]), int(_number(arguments[1])) if len(arguments) > 1 else 0),
    "IF": _if,
}
