"""Every command of `./relance`, one line each; the work is in the verbs they call."""

from __future__ import annotations

import typer

from relance.cli import (
    answers,
    approvals,
    attachments,
    bench,
    classify,
    clock,
    demo,
    develop,
    dlq,
    doctor,
    documents,
    erase,
    explain,
    google,
    holds,
    init_sheet,
    inspect,
    ledger,
    migrate,
    number,
    pair,
    review,
    sending,
    sequence,
    simulate,
    stop,
)

app = typer.Typer(
    name="relance",
    help="Relance : des rappels de paiement polis, sur WhatsApp, depuis une feuille de calcul.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

PRACTICE, RUN, BUILD = "Essayer", "Exploiter", "Développer"

app.command("demo", rich_help_panel=PRACTICE)(demo.demo)
app.command("time", rich_help_panel=PRACTICE, context_settings={"ignore_unknown_options": True})(clock.move)
app.command("stop", rich_help_panel=PRACTICE)(stop.stop)

app.command("migrate", rich_help_panel=RUN)(migrate.migrate)
app.command("init-sheet", rich_help_panel=RUN)(init_sheet.init_sheet)
app.add_typer(google.commands, name="google", rich_help_panel=RUN)
app.command("plan", rich_help_panel=RUN)(explain.plan)
app.command("explain", rich_help_panel=RUN)(explain.explain)
app.command("replies", rich_help_panel=RUN)(answers.replies)
app.command("undo", rich_help_panel=RUN)(answers.undo)
app.command("done", rich_help_panel=RUN)(answers.done)
app.command("classify", rich_help_panel=RUN)(classify.classify)
app.command("attachments", rich_help_panel=RUN)(attachments.attachments)
app.command("documents", rich_help_panel=RUN)(documents.documents)
app.command("erase", rich_help_panel=RUN)(erase.erase)
app.command("hold", rich_help_panel=RUN)(holds.hold)
app.command("resume", rich_help_panel=RUN)(holds.resume)
app.command("approve", rich_help_panel=RUN)(approvals.approve)
app.command("pilot", rich_help_panel=RUN)(approvals.pilot)
app.command("activate", rich_help_panel=RUN)(approvals.activate)
app.command("follow-sequence", rich_help_panel=RUN)(sequence.follow)
app.command("stop-sending", rich_help_panel=RUN)(sending.stop)
app.command("start-sending", rich_help_panel=RUN)(sending.start)
app.add_typer(ledger.commands, name="ledger", rich_help_panel=RUN)
app.command("inspect", rich_help_panel=RUN)(inspect.inspect)
app.command("pair", rich_help_panel=RUN)(pair.pair)
app.add_typer(number.commands, name="number", rich_help_panel=RUN)
app.command("review", rich_help_panel=RUN)(review.review)
app.command("dlq", rich_help_panel=RUN)(dlq.dlq)
app.command("doctor", rich_help_panel=RUN)(doctor.doctor)

app.command("test", rich_help_panel=BUILD, context_settings=develop.PASS_THROUGH)(develop.test)
app.command("check", rich_help_panel=BUILD)(develop.check)
app.command("bench", rich_help_panel=BUILD)(bench.bench)
app.command("simulate", rich_help_panel=BUILD)(simulate.simulate)
