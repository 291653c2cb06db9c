"""What every service is told from outside. Each service adds its own fields in its `settings.py`.

A variable `RELANCE_X` may be given as a file, `RELANCE_X_FILE` (a compose secret): passwords stay out of the
environment. Missing or absurd values stop the process with one sentence and exit status 2.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from relance.domain.errors import SettingsRejected

PREFIX = "RELANCE_"
AnySettings = TypeVar("AnySettings", bound=BaseSettings)


class ServiceSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: SecretStr = Field(description="postgresql://role:password@host:port/db, the service's own role")
    broker_url: SecretStr = Field(description="amqp://user:password@host:port/vhost")
    clock: Literal["real", "movable"] = "real"
    http_host: str = "127.0.0.1"
    http_port: int = Field(0, ge=0, le=65535, description="/metrics and /health; 0 = any free port")
    log_json: bool = True
    log_level: Literal["debug", "info", "warning", "error"] = "info"


def load(kind: type[AnySettings]) -> AnySettings:
    """Read the settings; raises SettingsRejected with one readable sentence."""
    try:
        return kind(**_from_files(kind))  # type: ignore[arg-type]  # the fields of a subclass
    except ValidationError as error:
        raise SettingsRejected(_sentence(error)) from error


def _from_files(kind: type[BaseSettings]) -> dict[str, str]:
    prefix = kind.model_config.get("env_prefix", PREFIX)
    found = {}
    for field in kind.model_fields:
        name = f"{prefix}{field}_FILE".upper()
        if path := os.environ.get(name):
            try:
                found[field] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsRejected(f"{name} désigne un fichier illisible : {path}") from error
    return found


def _sentence(error: ValidationError) -> str:
    parts = []
    for item in error.errors():
        name = PREFIX + "_".join(str(p) for p in item["loc"]).upper()
        missing = item["type"] == "missing"
        parts.append(f"{name} manque (ou {name}_FILE)" if missing else f"{name} : {item['msg']}")
    return "Configuration refusée. " + " ; ".join(parts) + "."
