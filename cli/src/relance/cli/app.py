"""Every command of `./relance`, one line each; the work is in the verbs they call."""

from __future__ import annotations

import typer

from relance.cli import bench, clock, demo, develop, explain, ledger, migrate, pair, stop

app = typer.Typer(
    name="relance",
    help="Relance : des rappels de paiement polis, sur WhatsApp, depuis une feuille de calcul.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

PRACTICE, RUN, BUILD = "Essayer", "Exploiter", "Développer"

app.command("demo", rich_help_panel=PRACTICE)(demo.demo)
app.command("time", rich_help_panel=PRACTICE)(clock.move)
app.command("stop", rich_help_panel=PRACTICE)(stop.stop)

app.command("migrate", rich_help_panel=RUN)(migrate.migrate)
app.command("plan", rich_help_panel=RUN)(explain.plan)
app.command("explain", rich_help_panel=RUN)(explain.explain)
app.add_typer(ledger.commands, name="ledger", rich_help_panel=RUN)
app.command("pair", rich_help_panel=RUN)(pair.pair)

app.command("test", rich_help_panel=BUILD, context_settings=develop.PASS_THROUGH)(develop.test)
app.command("check", rich_help_panel=BUILD)(develop.check)
app.command("bench", rich_help_panel=BUILD)(bench.bench)
