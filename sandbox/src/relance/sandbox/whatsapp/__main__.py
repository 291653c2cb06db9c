"""Run the sandbox WhatsApp: `python -m relance.sandbox.whatsapp --port 8091 --state DIR`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from relance.domain import errors
from relance.sandbox.whatsapp import server
from relance.sandbox.whatsapp.build import LANGS, PROFILES
from relance.sandbox.whatsapp.settings import Settings


def main() -> int:
    try:
        settings = Settings(**_asked())
        settings.state.mkdir(parents=True, exist_ok=True)
        app = server.application(settings)
    except ValidationError as error:
        first = error.errors()[0]
        return _refuse(f"Réglage refusé, {'.'.join(map(str, first['loc']))} : {first['msg']}")
    except OSError as error:
        return _refuse(f"Le dossier {error.filename} ne peut pas servir : {error.strerror}.")
    try:
        web.run_app(app, host=settings.host, port=settings.port, access_log=None, print=_say, shutdown_timeout=2)
    except errors.RelanceError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(
            f"{settings.host}:{settings.port} ne peut pas être ouvert ({error.strerror}) :"
            " arrêtez l'autre programme ou choisissez un autre --port."
        )
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _say(listening: str) -> None:
    """Say once where the pages are; the port may have been chosen by the system."""
    print(listening.splitlines()[0].strip("= "), flush=True)


def _asked() -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="relance.sandbox.whatsapp", description="WhatsApp d'entraînement.")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--state", type=Path, help="dossier du journal et des médias")
    parser.add_argument("--numbers", help="numéros expéditeurs : +336…=Nom,+336…=Nom")
    parser.add_argument("--lang", choices=LANGS)
    parser.add_argument("--profile", choices=PROFILES, help="époque de la page imitée")
    parser.add_argument("--churn", type=int, help="attributs renommés ou retirés, tirés selon --seed")
    parser.add_argument("--lexical", type=Path, help="node_modules où « lexical » est installé")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--auto-phones", action=argparse.BooleanOptionalAction)
    parser.add_argument("--boot-ms", type=int)
    parser.add_argument("--clock-dsn")
    return {name: value for name, value in vars(parser.parse_args()).items() if value is not None}


if __name__ == "__main__":
    sys.exit(main())
