"""The deployment file `relance.toml`: which numbers send, and where each ledger is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from relance.domain.errors import SettingsRejected


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"fuseau inconnu : {name} (exemple : Europe/Paris)")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(_Strict):
    alias: str = Field(pattern=r"^[a-z0-9-]+$")
    phone: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$", description="E.164")
    transport: Literal["whatsapp_web", "cloud_api"] = "whatsapp_web"
    cloud_phone_id: str | None = Field(None, pattern=r"^[0-9]+$", description="what Meta calls this number")
    cloud_account_id: str | None = Field(None, pattern=r"^[0-9]+$", description="the WhatsApp Business account")

    @model_validator(mode="after")
    def _cloud_numbers_are_known_to_meta(self) -> Number:
        is_cloud = self.transport == "cloud_api"
        if is_cloud and not (self.cloud_phone_id and self.cloud_account_id):
            raise ValueError(
                f"« {self.alias} » passe par l'API officielle : indiquez cloud_phone_id et cloud_account_id "
                "(WhatsApp Manager › Configuration de l'API)"
            )
        return self


class Ledger(_Strict):
    name: str
    kind: Literal["voyage", "facture"]
    backend: Literal["google", "xlsx"]
    workbook: str = Field(description="the spreadsheet's id, or the path of the .xlsx file")
    tab: str
    firm: str = Field(description="who signs the messages")
    registration: str = Field("", description="the firm's enterprise number; Belgium wants it in a first reminder")
    number: str = Field(description="alias of the number that sends")
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    country: str = Field("FR", pattern=r"^[A-Z]{2}$", description="for phones without a country code, and holidays")
    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    language: Literal["fr", "en"] = "fr"


class Deployment(_Strict):
    number: tuple[Number, ...]
    ledger: tuple[Ledger, ...] = ()

    @model_validator(mode="after")
    def _numbers_exist(self) -> Deployment:
        aliases = {number.alias for number in self.number}
        for ledger in self.ledger:
            if ledger.number not in aliases:
                raise ValueError(f"le classeur « {ledger.name} » envoie par un numéro inconnu : {ledger.number}")
        return self


def read(path: Path) -> Deployment:
    """Raises SettingsRejected with one sentence that names the file and what is wrong in it."""
    try:
        return Deployment.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsRejected(f"{path} est illisible : {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsRejected(f"{path} n'est pas du TOML valide : {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsRejected(f"{path}, {place or 'fichier'} : {first['msg']}") from error
