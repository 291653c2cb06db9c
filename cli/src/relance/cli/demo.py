"""`relance demo`: the whole product on this machine, without an account and without Docker."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import time
from pathlib import Path

import typer

from relance.cli.settings import Settings
from relance.sandbox import portrait, practice, story
from relance.sandbox.practice import Practice
from relance.sandbox.wiring import Backend

WORLD = "demo"


def demo(
    play: bool = typer.Option(False, "--story", help="Jouer l'histoire complète et vérifier ce qui s'est passé."),
    report: Path | None = typer.Option(None, "--json", help="Avec --story : écrire le compte rendu dans ce fichier."),
    pictures: Path | None = typer.Option(None, help="Avec --story : faire des images des pages dans ce dossier."),
    ledger: Backend = typer.Option(Backend.GOOGLE, help="Où vit le classeur d'exemple."),
    yes: bool = typer.Option(False, "--yes", help="Installer les paquets manquants sans demander."),
) -> None:
    """Essayer tout le produit ici : faux WhatsApp, faux Google, un classeur d'exemple."""
    del yes  # the launcher's
    good = asyncio.run(_demo(ledger, play=play, report=report, pictures=pictures))
    raise SystemExit(0 if good else 1)


async def _demo(backend: Backend, *, play: bool, report: Path | None, pictures: Path | None) -> bool:
    began = time.monotonic()
    with contextlib.suppress(asyncio.CancelledError):
        main = asyncio.current_task()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, main.cancel)  # type: ignore[union-attr]
        typer.echo("Relance démarre. Rien n'est envoyé à personne : tout se passe sur cette machine.")
        async with practice.running(Settings().checkout, WORLD, backend=backend, say=_say(began)) as world:
            _introduce(world, time.monotonic() - began)
            if play:
                good = await _play(world, report)
                if pictures is not None:
                    await portrait.take(_pages(world), pictures)
                return good
            await asyncio.Event().wait()
    typer.echo("\nTout est arrêté.")
    return not play  # a story that was interrupted did not come true


def _say(began: float) -> practice.Say:
    return lambda sentence: typer.echo(f"  ✓ {sentence}  ({time.monotonic() - began:.0f} s)")


def _introduce(world: Practice, took_s: float) -> None:
    at = world.addresses.url
    sheet = f"{at('google')}/sheet/{story.WORKBOOK}" if world.backend is Backend.GOOGLE else str(world.files.xlsx)
    typer.echo(
        f"""
Prêt en {took_s:.0f} s. Le produit croit vivre le {world.opened_at.astimezone(story.PARIS):%d/%m/%Y à %H:%M}.

  Téléphones des clients   {at("whatsapp")}/phones
  Le classeur              {sheet}
  Ce que voit l'expéditeur {at("whatsapp")}/?watch={story.NUMBER_QUERY}
  Dossier des documents    {at("google") if world.backend is Backend.GOOGLE else world.files.vault}
  Mesures                  {at("scheduler")}/metrics   {at("sender")}/metrics
                           {at("ledger-sync")}/metrics   {at("inbox")}/metrics

Dans un autre terminal : ./relance time +16d   avance l'horloge ; écrivez « Payé » dans le classeur, changez un texte
dans son onglet Modèles, répondez depuis un téléphone. Ctrl-C (ou ./relance stop) arrête tout.
"""
    )


def _pages(world: Practice) -> dict[str, tuple[str, str]]:
    at = world.addresses.url
    shown = {
        "telephones": (f"{at('whatsapp')}/phones", "1500,1040"),
        "telephone": (f"{at('whatsapp')}/phone/{story.PHONE_QUERY}", "460,900"),
    }
    if world.backend is Backend.GOOGLE:
        shown["classeur"] = (f"{at('google')}/sheet/{story.WORKBOOK}", "2150,640")
        shown["dossier"] = (at("google"), "1000,700")
    return shown


async def _play(world: Practice, report: Path | None) -> bool:
    outcome = await story.play(world, say=lambda line: typer.echo(line))
    if report is not None:
        report.write_text(json.dumps(outcome.report(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return outcome.is_good
