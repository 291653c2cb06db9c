"""Nothing personal reaches a log line, whatever somebody passes to it."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from relance.runtime import logs


@pytest.fixture
def written():
    out = io.StringIO()
    logs.configure("test", to=out)

    def lines() -> list[dict[str, object]]:
        return [json.loads(line) for line in out.getvalue().splitlines()]

    yield lines
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_field_that_is_not_allowed_is_dropped_and_named(written):
    logs.get().info("reminder.sent", job_id="7", name="Camille", phone="+33639980110")
    (entry,) = written()
    assert entry["dropped"] == ["name", "phone"]
    assert entry["job_id"] == "7"
    assert "Camille" not in json.dumps(entry)


@pytest.mark.parametrize(
    "secret",
    [
        "+33 6 39 98 01 10", "+33639980110", "ABCDE1234F", "FR76 3000 6000 0112 3456 7890 189", "camille@exemple.test",
        "Bearer abc.def",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "/send?phone=33639980110&text=Bonjour%20Camille",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_scrubbed_even_from_an_allowed_field(written, secret):
    logs.get().warning("sheet.failed", reason=f"valeur {secret}")
    assert secret not in json.dumps(written()[0], ensure_ascii=False)


def test_an_error_keeps_its_kind_and_place_and_loses_its_variables(written):
    def fails(phone: str) -> None:
        raise ValueError("cellule refusée")

    try:
        fails("+33639980110")
    except ValueError as error:
        logs.get().error("row.failed", exc_info=error)
    (entry,) = written()
    assert entry["error"] == "ValueError: cellule refusée"
    assert "test_logs.py" in entry["where"]
    assert "33639980110" not in json.dumps(entry)
