"""The operator's commands, as typed: under the operator's role, on a real database."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from relance.cli import explain as plan_command
from relance.cli.app import app
from relance.contracts import rulebook
from relance.domain import steps
from relance.domain.errors import Refused, SettingsRejected
from relance.domain.steps import Policy
from relance.scheduler import enclosing, written
from relance.scheduler.enclosing import Means
from relance.scheduler.settings import Rules
from tests.integration.scheduling.world import DAY, TEXTS

pytestmark = pytest.mark.servers


APPROVED_FIRST = """
[[sequence]]
kind = "facture"

[[sequence.step]]
name = "facture_2"
anchor = "due"
offset = "+1d"
mode = "approve"
"""


@pytest.fixture
def relance(database, world):
    """Types a command; returns what it prints. The product's clock says what the world's does."""

    async def typed(*words, answer="", sequences=None):
        await world.owner.execute(
            "UPDATE clock SET offset_s = extract(epoch FROM $1::timestamptz - clock_timestamp())", world.now
        )
        env = {"RELANCE_DATABASE_URL": database.dsn("cli"), "RELANCE_OPERATOR": "Inès"}
        if sequences is not None:
            env["RELANCE_SEQUENCES_FILE"] = str(sequences)
        done = await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env, input=answer)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return typed


async def test_plan_shows_each_message_with_its_text_and_sends_nothing(world, relance, tmp_path):
    ana = await world.customer()
    await world.voyage(ana, 35)
    await world.facture(await world.customer("+33639980102", "=Léo Petit"), -20)
    said = await relance("plan", "--days", "30")
    assert said.splitlines()[0].split("\t") == [
        "Quand",
        "Classeur",
        "Client",
        "Étape",
        "Lignes",
        "Pièce jointe",
        "Message",
    ]
    assert "voyage_j30" in said
    assert "Bonjour Ana Martin" in said
    assert await world.jobs() == []

    found = json.loads(await relance("plan", "--days", "30", "--ledger", "voyages", "--json"))
    assert [one["step"] for one in found] == ["voyage_j30", "voyage_j15"]
    assert found[0]["rows"] == "KEY00000"

    file = tmp_path / "plan.csv"
    await relance("plan", "--csv", str(file), "--ledger", "factures")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1][2] == "'=Léo Petit"
    assert rows[1][3] == "+33639980102"
    with pytest.raises(SettingsRejected, match="ne peut pas être écrit"):
        await relance("plan", "--csv", str(tmp_path / "nulle" / "plan.csv"))


@pytest.mark.parametrize("name", ["x;=cmd|1", "\r=1", "\n=1", " =1", "＝1", "@x", "-1+1"])
async def test_no_cell_of_the_written_plan_is_a_formula_for_a_spreadsheet(tmp_path, name):
    file = tmp_path / "plan.csv"
    columns = ("at", "ledger", "customer", "phone", "step", "rows", "attachment", "text")
    plan_command._write(file, [dict.fromkeys(columns, "") | {"customer": name}])
    with file.open(encoding="utf-8-sig", newline="") as written_plan:
        cells = list(csv.reader(written_plan, delimiter=";"))[1]
    assert len(cells) == len(columns)
    assert not any(cell.strip()[:1] in set("=+-@＝＋－＠") for cell in cells)


async def test_the_plan_says_that_it_leaves_the_limits_out_and_that_everything_is_stopped(world, relance, tmp_path):
    await world.facture(await world.customer(), 1)
    assert "au plus : 60 message(s) par jour et par numéro" in await relance("plan")
    await relance("stop-sending")
    assert "Tous les envois sont arrêtés" in await relance("plan", "--csv", str(tmp_path / "plan.csv"))
    assert "Tous les envois sont arrêtés" in await relance("plan", "--json")


async def test_plan_lists_what_is_booked_and_waits_for_its_number(world, relance):
    ana = await world.customer()
    await world.facture(ana, 1)
    await world.facture(ana, 2)
    await world.plan()
    found = json.loads(await relance("plan", "--days", "1", "--ledger", "factures", "--json"))
    assert [(one["step"], one["rows"]) for one in found] == [("facture_2", "KEY00001 KEY00000")]
    assert "Objet 0" in found[0]["text"]
    assert "Objet 1" in found[0]["text"]
    later = json.loads(await relance("plan", "--days", "20", "--json"))
    assert [one["step"] for one in later] == ["facture_2", "facture_3", "facture_3"]


async def test_plan_does_not_list_what_is_booked_and_will_be_stopped(world, relance):
    item = await world.facture(await world.customer(), 1)
    await world.plan()
    await world.hold(item)
    assert json.loads(await relance("plan", "--days", "20", "--json")) == []
    assert len(await world.jobs("due")) == 1


async def test_an_unknown_ledger_is_answered_with_those_there_are(relance):
    with pytest.raises(Exception, match="« voyages »"):
        await relance("plan", "--ledger", "vacances")


async def test_explain_answers_by_row_or_by_phone_in_sentences_or_as_data(world, relance):
    ana = await world.customer()
    await world.facture(ana, 1)
    await world.turn()
    await world.hold(await world.voyage(ana, 40), "dispute")
    said = await relance("explain", "KEY00000")
    assert "Ligne KEY00000 (factures, Ana Martin) : attend." in said
    assert "Déjà : facture_2, le 24/11/2026 10:30 — envoyé" in said
    assert "Suite : facture_3" in said
    said = await relance("explain", "06 39 98 01 01")
    assert "un litige est ouvert" in said
    assert "Retenue : litige, sur cette ligne, jusqu'à nouvel ordre" in said
    found = json.loads(await relance("explain", "+33639980101", "--json"))
    assert [one["row"] for one in found] == ["KEY00000", "KEY00001"]
    assert found[1]["blockers"][0]["code"] == "held:dispute"
    with pytest.raises(Exception, match="KEY99999"):
        await relance("explain", "KEY99999")


async def test_a_national_number_is_read_as_in_the_country_of_the_ledgers(world, relance):
    await world.facture(await world.customer("+919876543210", "Ravi Rao"), 1)
    with pytest.raises(Exception, match="98765 43210"):
        await relance("explain", "098765 43210")
    await world.owner.execute("UPDATE ledger SET country = 'IN' WHERE name = 'factures'")
    assert "Ravi Rao" in await relance("explain", "098765 43210")
    assert "Ravi Rao" in await relance("explain", "+91 98765 43210")
    with pytest.raises(Exception, match="dans « voyages »"):
        await relance("explain", "098765 43210", "--ledger", "voyages")


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        (["KEY00000"], "item"),
        (["KEY00000", "--customer"], "customer"),
        (["+33639980101"], "customer"),
        (["--ledger", "factures"], "ledger"),
    ],
)
async def test_hold_and_resume_at_each_scope(world, relance, words, scope):
    await world.facture(await world.customer(), 1)
    await relance("hold", *words, "--note", "appel en cours")
    kept = await world.owner.fetchrow("SELECT scope, reason, note, by, lifted_at FROM hold")
    assert (kept["scope"], kept["reason"], kept["note"], kept["lifted_at"]) == (scope, "pause", "appel en cours", None)
    assert kept["by"]
    assert await world.turn() == []
    assert "Repris" in await relance("resume", *words)
    assert len(await world.turn()) == 1
    assert "Rien n'était retenu" in await relance("resume", *words)


async def test_a_hold_until_a_day_ends_after_that_day(world, relance):
    await world.facture(await world.customer(), 1)
    await relance("hold", "KEY00000", "--until", "26/11/2026", "--reason", "human")
    assert await world.turn() == []
    world.now += 2 * DAY
    assert await world.turn() == []
    world.now += DAY
    assert len(await world.turn()) == 1


async def test_the_day_of_a_hold_ends_where_the_creditor_lives(world, relance):
    item = await world.facture(await world.customer(), 2)
    await world.owner.execute("UPDATE ledger SET zone = 'America/Montreal'")
    await relance("hold", f"KEY{item - 1:05}", "--until", "2026-12-31")
    ends = await world.owner.fetchval("SELECT until FROM hold")
    assert ends.isoformat() == "2027-01-01T05:00:00+00:00"


async def test_a_second_hold_with_another_end_replaces_the_first(world, relance):
    await world.facture(await world.customer(), 1)
    await relance("hold", "KEY00000", "--until", "2026-12-01")
    await relance("hold", "KEY00000")
    live = await world.owner.fetch("SELECT until FROM hold WHERE lifted_at IS NULL")
    assert [row["until"] for row in live] == [None]


async def test_a_stop_of_the_customer_is_not_ended_by_hand(world, relance):
    item = await world.facture(await world.customer(), 1)
    await world.hold(1, "optout", scope="customer")
    await relance("resume", "KEY00000", "--customer")
    await world.plan()
    assert "held:optout" in (await world.decision(item))["blockers"]


async def test_the_emergency_stop_and_its_end_are_kept_with_who_and_when(world, relance):
    await world.facture(await world.customer(), 1)
    await world.plan()
    assert "1 message(s) attendent" in await relance("stop-sending", "--reason", "essai")
    assert "déjà arrêté" in await relance("stop-sending")
    assert "Tous les envois sont arrêtés" in await relance("plan")
    assert await world.release() == 0
    assert "reprennent" in await relance("start-sending")
    assert "Rien n'était arrêté" in await relance("start-sending")
    assert await world.release() == 1
    kept = await world.owner.fetchrow("SELECT * FROM sending_stop")
    assert kept["reason"] == "essai"
    assert kept["stopped_by"] == "Inès"
    assert kept["ended_by"]


async def test_the_pilot_is_widened_by_the_nearest_dates_first_and_by_name(world, relance):
    for n, late in enumerate((-30, 1, -10)):
        await world.facture(await world.customer(f"+3363998020{n}", f"Client {n}"), late)
    assert "Client 1" in await relance("pilot", "--first", "1")
    said = await relance("pilot", "--first", "1")
    assert "Client 2" in said
    assert "Client 0" not in said
    assert "Client 0" in await relance("pilot", "--add", "KEY00000")
    assert "Client 0" not in await relance("pilot", "--remove", "+33639980200")
    assert {one["customer"] for one in json.loads(await relance("pilot", "--json"))} == {"Client 1", "Client 2"}


async def test_an_old_ledger_is_activated_after_its_plan_was_seen(world, relance):
    await world.facture(await world.customer(), 3)
    await world.owner.execute(
        "INSERT INTO ledger_activation (ledger_id, state, late_items, seen_at) VALUES (2, 'waiting', 31, $1)", world.now
    )
    assert await world.turn() == []
    said = await relance("activate", "factures", answer="n\n")
    assert "facture_2" in said
    assert "31 ligne(s) en retard" in said
    assert "5 par jour à des personnes qui n'ont encore rien reçu" in said
    assert await world.turn() == []
    assert "est actif" in await relance("activate", "factures", "--yes")
    assert len(await world.turn()) == 1
    kept = await world.owner.fetchrow("SELECT * FROM ledger_activation WHERE ledger_id = 2")
    assert kept["activated_by"]
    assert kept["activated_at"] - world.now < timedelta(minutes=5)


@pytest.fixture
async def approved_first(world, tmp_path):
    """The firm's own sequence, as the scheduler took it at its start."""
    file = tmp_path / "suites.toml"
    file.write_text(APPROVED_FIRST, encoding="utf-8")
    async with world.pool.acquire() as connection:
        await written.take(connection, file, TEXTS, world.now)
        world.policy = await written.laid_on(connection, world.policy, file)
    return file


async def test_a_step_that_asks_for_a_yes_is_shown_with_its_text_and_leaves_once_it_has_it(
    world, relance, approved_first
):
    await world.facture(await world.customer(), 2)
    assert await world.turn() == []
    said = await relance("approve", sequences=approved_first)
    assert "Bonjour Ana Martin" in said
    assert "1 étape(s) approuvée(s)" not in said
    await relance("approve", "KEY00000", answer="n\n", sequences=approved_first)
    assert await world.turn() == []
    assert "1 étape(s) approuvée(s)" in await relance("approve", "KEY00000", "--yes", sequences=approved_first)
    assert len(await world.turn()) == 1
    kept = await world.owner.fetchrow("SELECT step, approved_by FROM approval")
    assert kept["step"] == "facture_2"
    assert kept["approved_by"]
    assert "Rien n'attend" in await relance("approve", sequences=approved_first)


async def test_a_yes_is_to_the_amount_that_was_shown(world, relance, approved_first):
    item = await world.facture(await world.customer(), 2)
    await world.plan()
    await relance("approve", "--all", "--yes", sequences=approved_first)
    assert await world.plan() == 1
    await world.owner.execute("UPDATE receivable SET balance = 99999, version = version + 1 WHERE id = $1", item)
    assert await world.turn() == []
    await world.plan()
    assert (await world.decision(item))["blockers"] == ["needs_approval"]
    said = await relance("approve", "--all", "--yes", sequences=approved_first)
    assert "99" in said
    (text,) = await world.turn()
    assert "999" in text


async def test_running_rows_follow_a_new_sequence_when_the_owner_says_so(world, relance, approved_first):
    said = await relance("follow-sequence", "factures", "--yes", sequences=approved_first)
    assert "suivent la suite actuelle" in said
    versions = await world.owner.fetch("SELECT version, moved_to FROM sequence_version ORDER BY version")
    shipped, own = versions[0], versions[1]
    assert (shipped["moved_to"], own["moved_to"]) == (own["version"], None)
    with pytest.raises(Refused, match="suite livrée"):
        await relance("follow-sequence", "voyages", "--yes")


async def test_running_rows_go_back_to_the_shipped_sequence_once_the_file_is_gone(world, relance, approved_first):
    await relance("follow-sequence", "factures", "--yes", sequences=approved_first)
    assert "suivent la suite actuelle" in await relance("follow-sequence", "factures", "--yes")
    versions = await world.owner.fetch("SELECT version, moved_to FROM sequence_version ORDER BY version")
    shipped, own = versions[0], versions[1]
    assert (shipped["moved_to"], own["moved_to"]) == (None, shipped["version"])


async def test_plan_and_explain_say_what_goes_with_a_message_and_why_it_cannot(world, relance, tmp_path):
    sequences = tmp_path / "suites.toml"
    sequences.write_text(APPROVED_FIRST.replace('mode = "approve"', 'attachment = "pdf"'))
    item = await world.facture(await world.customer(), 2)
    assert "la facture" in await relance("plan", sequences=sequences)

    policy = rulebook.read_sequences(sequences)[0].sequence
    world.policy = Policy(sequences={**steps.SEQUENCES, policy.kind: policy})
    await world.plan()
    await enclosing.run(world.pool, world.policy, Means(Rules(), b"k" * 32), world.now)
    await world.plan()
    said = await relance("explain", f"KEY{item - 1:05}", sequences=sequences)
    assert "ce qui doit accompagner le message ne peut pas être joint" in said
    assert "ne nomme pas de facture" in said
