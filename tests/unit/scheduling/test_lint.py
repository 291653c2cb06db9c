from __future__ import annotations

from importlib import resources

import pytest

from relance.domain import lint, wording
from relance.domain.errors import TemplateRejected

STOP = "\nRépondez STOP pour ne plus recevoir de rappel."


def fault(text, name="facture_2"):
    template = wording.compiled(text, name=f"fr/{name}.txt", known=[*wording.COMPUTED, "Solde à payer"])
    try:
        lint.refuse(template, name, lint.purpose_of(name))
    except TemplateRejected as rejected:
        return str(rejected)
    return None


@pytest.mark.parametrize(
    "advert",
    [
        "profitez de notre offre", "code promo ETE", "-20 % sur tout", "une remise de 10 %", "nos bons plans",
        "Découvrez nos circuits", "special offer", "10% off", "our best deals", "parrainez un ami", "vente flash",
        "soldes d'hiver", "newsletter",
    ],
)  # fmt: skip
def test_a_reminder_carries_no_advertising(advert):
    assert "publicité" in fault(f"Bonjour {{{{Nom}}}}, {advert}." + STOP)


@pytest.mark.parametrize(
    "said",
    [
        "il reste un solde de {{Solde}}", "votre départ pour {{Destination}}, profitez bien", "acompte de 30 % reçu",
        "votre offre de prêt", "la remise des clés", "Merci !", "une réponse nous aiderait",
    ],
)  # fmt: skip
def test_what_a_reminder_has_to_say_is_no_advertising(said):
    assert fault(said + STOP) is None


def test_a_payment_reminder_says_how_to_stop_on_a_line_that_always_stays():
    assert "STOP" in fault("Bonjour {{Nom}}, il reste {{Solde}}.")
    assert "STOP" in fault("Bonjour {{Nom}}\n? Répondez STOP, {{Lien}}")
    assert fault("Thank you {{Nom}}", "facture_confirmation") is None
    assert fault("Merci {{Nom}}", "reponse_promesse") is None


def test_one_emoji_is_enough():
    assert fault("Bonjour ✈️" + STOP) is None
    assert fault("Bonjour 👨‍👩‍👧" + STOP) is None
    assert fault("Bonjour 🇫🇷" + STOP) is None
    assert "2 emojis" in fault("Bonjour ✈️ 🎉" + STOP)
    assert "2 emojis" in fault("Merci 🙏🎉", "facture_confirmation")


def test_a_text_stays_short():
    assert "trop long" in fault("mot " * 200 + STOP)


@pytest.mark.parametrize("said", ["il reste {{Solde}}", "[Solde à payer]", "{{Détail}}", "il reste 120 €", "₹15 000"])
def test_a_discreet_text_names_no_amount(said):
    assert "discret" in fault(said + STOP, "facture_2_discret")


def test_every_shipped_text_passes():
    for language in ("fr", "en"):
        for entry in resources.files("relance.templates").joinpath(language).iterdir():
            name = entry.name.removesuffix(".txt")
            if name != "mots":
                text = entry.read_text(encoding="utf-8")
                lint.refuse(
                    wording.compiled(text, name=entry.name, known=wording.COMPUTED), name, lint.purpose_of(name)
                )
