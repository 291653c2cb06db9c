"""Structured logs with an allow-list of fields: a name, phone or text cannot reach a log line by mistake.

JSON on standard error in production, one readable line per event in the practice world. Exceptions keep their type
and place, never their local variables.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog

# A field that is not here is dropped and its name listed under `dropped`: adding one is a decision about privacy.
FIELDS = frozenset(
    {
        "event", "level", "timestamp", "service", "action", "error", "where", "dropped", "hint",
        "job_id", "reminder_id", "receivable_id", "customer_id", "number_id", "ledger_id", "document_id",
        "inbound_id", "message_id", "media_id", "hold_id", "epoch", "attempt", "state", "reason", "step",
        "kind", "intent", "rule", "verdict", "outcome", "count", "rows", "cells", "took_ms", "age_s", "wait_s",
        "port", "queue", "routing_key", "version", "migration", "element", "signal", "consumer", "task",
        "size_bytes", "backend", "path", "status", "method", "problems", "changed", "offset_s",
    }
)  # fmt: skip

_SECRETS = re.compile(
    r"\+\d[\d  .-]{6,}\d|[A-Z]{5}\d{4}[A-Z]|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}"
    r"|[\w.+-]+@[\w-]+\.[\w.]+|[Bb]earer \S+|[A-Z0-9<]{30,}|text=[^&\s]+"
)


def configure(service: str, *, as_json: bool = True, level: str = "info", to: TextIO | None = None) -> None:
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _describe_error,
        _allow_listed,
        _scrub,
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(to or sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    # Libraries quote addresses, arguments and bodies in their messages: only their warnings pass, scrubbed.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_ScrubForeign())


def get() -> Any:
    return structlog.get_logger()


def scrub(text: str) -> str:
    """Last resort behind the allow-list: what looks like a phone, IBAN, PAN, MRZ line, e-mail or token."""
    return _SECRETS.sub("•••", text)


def _describe_error(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        entry["error"] = f"{type(error).__name__}: {str(error)[:200]}"
        entry["where"] = _place(error.__traceback__)
    return entry


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-3:]
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))


def _allow_listed(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    dropped = sorted(entry.keys() - FIELDS)
    kept = {key: value for key, value in entry.items() if key in FIELDS}
    return kept | {"dropped": dropped} if dropped else kept


def _scrub(_: Any, __: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {k: scrub(v) if isinstance(v, str) and k not in {"timestamp"} else v for k, v in entry.items()}


class _ScrubForeign(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage())[:500], ()
        record.exc_info = record.exc_text = None
        return True
