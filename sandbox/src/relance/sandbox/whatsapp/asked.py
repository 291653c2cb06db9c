"""What a control request asks for, checked: one sentence in English says what is wrong with it."""

from typing import Any

from relance.sandbox.whatsapp import numbers
from relance.sandbox.whatsapp.exchange import Exchange
from relance.sandbox.whatsapp.world import Message

Asked = dict[str, Any]


def phone(asked: Asked, key: str) -> str:
    number = numbers.plausible(str(asked[key]))
    if number is None:
        raise ValueError(f"{key}: not a phone number with its country code")
    return number


def account(exchange: Exchange, asked: Asked, key: str) -> str:
    number = phone(asked, key)
    if number not in exchange.world.accounts:
        raise ValueError(f"{key}: not one of the sender numbers")
    return number


def message(exchange: Exchange, asked: Asked, key: str) -> Message:
    wanted = str(asked[key])
    found = next((each for each in exchange.world.messages if each.id == wanted), None)
    if found is None:
        raise ValueError(f"{key}: no such message")
    return found


def group(exchange: Exchange, asked: Asked, key: str) -> str:
    name = str(asked[key])
    if name not in exchange.world.groups:
        raise ValueError(f"{key}: no such group")
    return name


def is_on(asked: Asked) -> bool:
    return bool(asked.get("on", True))


def one_of(asked: Asked, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = str(asked[key] if default is None else asked.get(key, default))
    if value not in allowed:
        raise ValueError(f"{key}: one of {', '.join(allowed)}")
    return value
