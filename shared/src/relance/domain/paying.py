"""How customers speak of paying: done, to come, not done. Patterns over the words of `spelling`.

Safety first: what may be a negation, a condition, a question or a plan is never taken for a payment.
"""

# ruff: noqa: E501 - one pattern per line reads better than its halves
from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from relance.domain import spelling
from relance.domain.lexicon import any_of

MONEY = r"(?:argent|virement|virements|paiement|paiements|versement|reglement|reglements|cheque|cheques|solde|acompte|montant|somme|total|facture|necessaire|money|payment|payments|transfer|transferencia|amount|balance|dues|due|invoice|bill|paise|paisa|rupees|rupaye|euros?|eur|€|pago|deposito|dinero)"
PAY = rf"(?:pay\w*|paie\w*|paies|pai|regl\w+|vire\w*|vers(?:e|er|era|erai|ement|ements|ons)|transf\w+|sold\w+|acquitt\w*|{MONEY}|upi|neft|imps|gpay|phonepe|paytm|settle\w*|clear|pagar\w*|pagu\w*|banque|bank|cb|carte bleue|carte bancaire|carte)"
PAYING = re.compile(rf"\b{PAY}\b")
OF_MONEY = re.compile(rf"\b(?:{MONEY}|pay\w*|paie\w*|regle|regler|reglerai|virer)\b")

FUTURE = (
    r"(?:vais|va|allons|vas|vont|ferai|ferons|fera|feront|ferez|paierai|payerai|payerais|paierais|paierons|payerons|paiera|paieront|reglerai|reglerais|reglerons|reglera|virerai|virerons|virera"
    r"|verserai|verserons|versera|enverrai|enverrons|enverra|procederai|procederons|effectuerai|effectuerons|sera|serai|serons|seront|aurai|aurez|auras|aurons|aura|recevrez|recevrai|passerai|passera|passerons|posterai|deposerai|donnerai|donnerons|pourrai|pourrons|viendrai|irai|irons|suivra|transmettrai|occuperai|chargerai"
    r"|(?:je|j|on|nous|y) (?:\S+ )?compt\w+|prevois|prevu|prevue|promets|promis|programme\w?|planifie\w?|d ici|des que|des reception|aussitot|will|ll|gonna|going to|shall|plan to|planning to|promise|asap|soon as|give me|laiss\w+ moi|donn\w+ moi|\S{0,5}(?:24|48|72) ?h\S?|\w{2,}(?:erai|irai|drai|erons|irons|drons|eront|iront|dront)|bientot|sous peu|sous (?!le nom|mon nom|reserve)|dans (?:\d|un|une|deux|trois|la (?:semaine|journee)|les)|incessamment|patient\w+"
    r"|\w+unga|\w+ungi|\w+enge|\w+dunga|\w+dungi|denge|jayega|jayegi|hoga|hogi|aate hi|milte hi|pagare|voy a|hare|vamos a|te hago|hago|pagara|hara|(?<!esta )(?<!la )manana)"
)
LOOKING_AHEAD = re.compile(rf"\b{FUTURE}\b")
PRESENT = re.compile(
    r"\b(?:je|j|on|nous|i|we|il|elle|mari|femme|fils|fille) (?:\S+ ){0,2}?(?:paies?|payes?|paye|payons|regles?|regle|reglons|vires?|virons|verse|versons|fais|fait|faisons|pay|transfer|passe|passons|effectue|pago|procede|depose|poste|envoie|envoi|occupe|charge|solde|clear|settle)\b|\b(?:pago|transfiero)\b|\b(?:can|able to|try to|have to|need to) pay\b"
)
COMMITS = any_of(
    r"\b(?:m|nous|s) (?:en )?(?:occupe|occupons|charge|chargeons|occuperai|chargerai|occupera|chargera)\w*\b(?! plus)|\b(?:m|s) en (?:occupe|charge)\w*",
    r"\b(?:je|j|on|nous|i|te|vous) (?:\S+ ){0,2}?(?:fais|ferai|fait|faire|ferons|faisons|regle|do|will do) (?:ca|sa|cela|le necessaire|it|that|this)\b|\ble fais\b|\bferai le necessaire\b|\bvais le (?:payer|faire|regler)\b",
    r"\bsans faute\b|\bpromis\b|\bjure\b|\bde sur\b|\bpakka\b|\bfor sure\b|\bwithout fail\b|\bsin falta\b|\bau plus tard\b|\bat the latest\b|\bmax(?:imum)?\b",
    r"\b(?:laiss\w+|donn\w+|accord\w+|attend\w+|patient\w+) (?:moi |nous )?(?:\S+ ){0,2}?(?:jusqu|encore|un peu|quelques|\d|une|deux|une semaine|du temps|un delai|le temps)\b|\bgive me (?:until|till|some|a few|time)\b|\bun peu de (?:patience|temps)\b|\bje vais (?:le )?(?:payer|regler|faire)\b",
    r"\bdes que (?:j|je|possible|on|mon|ma|nous|le|les)\b|\bdes reception\b|\bas soon as\b|\b(?:quand|lorsque|once|when) (?:j aurai|je (?:serai|recevrai|recois|touche|rentre)|mon salaire|i get|i (?:have|receive)|my salary|payday)\b|\battend\w* (?:mon|ma|le|que) (?:\S+ )?(?:salaire|paie|paye|virement)\b|\b(?:salaire|salary|paie) (?:\S+ )?(?:tombe|arrive|aate|milte|comes)\b|\b(?:thode|kuch) din\b|\bquelques jours\b|\ba few days\b|\bunos dias\b|\bsuis paye\w? (?:le|fin|lundi|mardi|mercredi|jeudi|vendredi|dans)\b",
)

_DONE_PAY = r"(?:paye\w?|payer|payez|payai|regle\w?|regler|reglez|vire\w?|virer|verse\w?|verser|transfere\w?|transferer|solde\w?|acquitte\w?|pay)"
_DONE = r"(?:adresse|adressee|fait|faite|faits|faire|effectue|effectuee|effectuer|envoye|envoyez|envoyer|passe|passee|lance|emis|execute|valide|realise|poste|depose|donne|remis|procede|parti|partie|partis|initie|ordonne|encaisse|debite|preleve)"
_ADVERB = r"(?:deja|bien|tout|toute|vous|te|t|le|la|l|les|donc|quand meme|hier|ete|enfin|finalement|moi meme|nous|y|tous|aussi|juste|pourtant|normalement|effectivement|ce jour|en|me|m)"
_WHO = r"(?:mari|femme|fils|fille|frere|soeur|mere|pere|maman|papa|il|elle|on|banque|comptable|comptabilite|conjoint|compagnon|compagne|epouse|epoux|ami|amie|collegue|assistante|patron|societe|entreprise)"
PAID_STRONGLY = any_of(
    rf"\b(?<!\bm )(?<!\bm en )(?:ai|avons) (?:{_ADVERB} ){{0,4}}{_DONE_PAY}\b",
    rf"\b(?<!\bm )(?:as|ont|avez ete|ete) (?:{_ADVERB} ){{0,3}}(?:paye\w?|regle\w?|vire|verse|solde\w?)\b",
    rf"\b{_WHO}(?: \S+)? (?:a|vous a|l a|m a dit avoir) (?:{_ADVERB} ){{0,3}}(?:{_DONE_PAY}|fait le (?:necessaire|virement|paiement|reglement))\b",
    rf"\b(?<!\bm )(?:ai|avons|a|ont|avoir) (?:{_ADVERB} ){{0,3}}{_DONE} (?:\S+ ){{0,4}}?{MONEY}\b",
    rf"\b(?:virement|virements|paiement|paiements|versement|reglement|cheque|cheques|transfert|transfer|transferencia|necessaire|acompte|solde|montant|somme|total|facture)\b (?:\S+ ){{0,5}}?(?:{_DONE}|regle\w?|paye\w?|vire\w?|solde\w?|acquitte\w?)\b",
    r"\b(?:viens|vient|venons|viennent) (?:juste |tout juste )?de (?:le |la |l |les |vous |te )*(?:payer|paye|payez|regler|regle|virer|vire|solder|verser|faire|effectuer|passer|partir|envoyer|transferer|valider|proceder)\b(?! (?:voir|savoir|recevoir|lire))",
    r"\b(?:procede|proceder|proceder) au (?:paiement|reglement|virement|versement)\b|\bavoir (?:bien |deja )?(?:paye|regle|vire|verse|effectue|procede)\b",
    r"\b(?:i|we|have|has|already|just|my \w+|been|done|was|is|he|she|they) (?:have |has |already |just |been |all |finally |also ){0,3}(?:paid|payed|transferred|wired|settled|cleared|remitted)\b",
    rf"\b(?:i|we|have|has|already|just|he|she) (?:have |has |already |just ){{0,2}}(?:sent|made|done|completed|did|initiated|cleared) (?:\S+ ){{0,3}}?{MONEY}\b",
    r"^(?:already |just |ok |yes |hi |hello |sir |done )*paid\b(?! (?:leave|holiday))|\b(?:payment|transfer|amount|balance|money|dues|invoice|bill)(?: \S+)? (?:is |was |has been |been |already |just )*(?:done|made|sent|completed|cleared|paid|transferred|settled|successful|processed|initiated)\b",
    r"\b(?:payment|paisa|paise|pay|transfer|bhugtan|amount|rupees|rupaye|balance|bill|upi|neft)(?: \S+){0,2}? (?:kar|de|bhej|ho|daal|bhar|transfer) (?:diya|di|diye|chuka|chuki|chuke|gaya|gayi|gaye)\b|\b(?:kar|de|bhej|bhar) (?:diya|diye|chuka|chuki) (?:\S+ ){0,2}?(?:payment|paise|paisa|amount)\b|\bpaise (?:bhej|de) diye\b",
    r"\b(?:ya|lo|la) (?:\S+ )?(?:pague|pagamos|pagado|transferi)\b|\b(?:he|hemos|ha) pagado\b|\bpagado\b|\bpagu?e (?:ayer|hoy|esta|el)\b|\b(?:hice|hicimos|hecho|he hecho) (?:la |el |un |una )?(?:transferencia|pago|deposito|ingreso)\b|\bpago (?:hecho|realizado|enviado)\b",
)  # fmt: skip
PAID_WEAKLY = any_of(
    r"\b(?:est|sont|etait|a ete|ete|c est) (?:(?!a )\S+ ){0,2}?(?:payes?|payee|payez|payer|regles?|regle|reglee|regler|vire|verse|soldee?|acquitte\w?|en regle)\b|\b(?:a|sont a|suis a) jour\b",
    rf"^(?:{_ADVERB} |ok |oui |voila |bonjour |bonsoir |merci |salut |hello )*(?:paye|payes|payee|payer|regle|regler|reglee|vire|solde|soldee|verse)\b(?! (?:moi|nous|ca|les|le|la|vous|svp|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))|\bl ai (?:deja |bien )?(?:fait|paye|regle|vire|poste)\w*\b|\b(?:deja|bien) (?:paye|payer|payez|regle|vire|verse|solde|fait|effectue)\w*\b",
    r"^(?:voila |ok |oui |bonjour |bonsoir |merci |hello |hi |non |salut |bon |ayest |sir )*(?:c est (?:bon |deja |tout )?|ca y est |it s |it is |its |all |ya |tout est )?(?:deja )?(?:fait|fais|transferred|done|ca y est|ho gaya|hogaya|kar diya|kar di|bhej diya|de diya|settled|cleared|bon|listo|hecho|effectue)(?: (?:hai|ji|sir|merci|hier|ce|cet|matin|midi|soir|aprem|madame|monsieur|bhai|bon|depuis|longtemps|bro|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|a|l|instant|par|cb|virement|carte|paye|regle|check|yesterday|today|now|just|thanks|thank|you|de|confirmer|la|reception|already|deja|bonne|journee|soiree|tout|tot|svp|please|et|pour|vous|bien|recu|ok|paid|payment|heure|ayer|gracias|voila|en|ligne|ai|j|semaine|derniere|fin|je|confirme|enfin|normalement|moi))*$",
    r"\b(?:preuve|recu|justificatif|capture|confirmation|avis|attestation|proof|receipt|screenshot) (?:de |du |d |of |for )?(?:\S+ )?(?:virement|paiement|reglement|versement|payment|transfer)\b(?! (?:svp|please))|\b(?:avez|as) (?:\S+ ){0,2}?(?:recu|recevoir) (?:mon|notre|le) (?:virement|cheque|paiement|reglement|versement)\b|^(?:le |mon )?(?:virement|paiement|payment|reglement) (?:ok|bon|fait|valide|accepte|envoye)\b|\balready (?:did|done)\b|\bacab\w+ de (?:pagar|transferir|hacer)\b",
    r"\b(?:compte|cb|carte|somme|montant) (?:\S+ ){0,3}?(?:debitee?|debiter|prelevee?)\b|\b(?:debitee?|prelevee?) (?:hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|le|ce)\b|\betes (?:\S+ )?(?:payes?|regles?|payez)\b|\b(?:bien|deja) parti\b|\bsuis (?:\S+ )?acquitte\w?\b",
    r"\bc est (?:bon )?(?:c est )?(?:paye|regle|vire|soldee?)\b|\bit is (?:already )?(?:paid|settled|done|been paid)\b|\b(?:suis|sommes) a jour\b|\bho gaya\b.{0,12}$",
)  # fmt: skip
PARTLY = re.compile(
    r"\b(?:moitie|une partie|partie|acompte|en partie|partiel\w*|half|part of|partial\w*|aadha|la mitad|premier versement|un tiers|first (?:half|part|instal\w+)|le reste|the rest|remaining|baki|solde restant)\b"
)

_NEVER = r"(?:pas|jamais|ni|aucun|aucune|rien|guere|plus|toujours pas|oublie d\w?|oublier d\w?|omis d\w?|impossible|arrive pas|nullement|point)"
_NOT = r"(?:not|never|no|nor|haven t|haven|hasn t|didn t|couldn t|can t|cannot|unable|forgot|yet to|isn t|wasn t|unpaid|don t|doesn t|won t|nothing|todavia|aun|sin|non|nicht|nao|nunca)"
UNPAID = any_of(
    rf"\b{_NEVER} (?:\S+ ){{0,5}}?(?:{PAY}|{_DONE}|recu|pu|eu|encaisse)\b",
    rf"\b{_NOT} (?:\S+ ){{0,5}}?(?:{PAY}|done|made|sent|settled|cleared|completed|hecho|pagado|paid|gone)\b",
    rf"\b(?:{PAY}|{_DONE}|done|sent) (?:\S+ )?(?:pas|jamais|rien|nahi|not|aucun)\b(?! (?:de souci|de probleme|grave|besoin))|\b(?:nahi|nahin|nhi|mat)\b|\bimpaye\w*|\bunpaid\b|\bwithout paying\b|\bsans (?:avoir )?(?:pay|regl|pai)\w*",
    r"\b(?:n|ne) (?:ai|a|avons|ont|est|etait|avez|as|sont)\b(?! (?:que|t il|t elle))",
    r"\b(?:aurais|aurait|aurions|voulais|voulait|pensais|croyais|croyait|cru|crois|faillit|would have|thought|should have|supposed|devais|devait|faut|devrais|falloir|fallait|allais|essaye\w? de|tente de|tried|trying|wanted|veux|voudrais|besoin de|de quoi|avant de|afin de) (?:\S+ ){0,4}?(?:payer|paye|regler|regle|virer|vire|verser|pay|paid)\b(?! (?:hier|ce matin|lundi dernier))(?<!j ai paye)",
    r"\b(?:reste|restait|combien|quoi|montant|somme|total|solde|facture|encore|pour|rien) (?:\S+ ){0,3}?a (?:payer|regler|virer|verser|solder)\b|\bpour (?:payer|regler|virer|verser)\b",
    r"\b(?:to be|to get|get|getting|gets|be|will be|when) paid\b|\b(?:avant|before) (?:d |de |que |i )?(?:\S+ ){0,2}?(?:pay\w*|paid|regl\w*|vir\w*)\b(?! (?:le|lundi|mardi|mercredi|jeudi|vendredi|demain))|\bm a (?:pas )?paye\b|\bai (?:pas )?ete payee?\b|\bsuis (?:pas |enfin )?payee?\b|\bserai payee?\b|\bpayday\b",
)  # fmt: skip
IF = any_of(
    rf"\b(?:si|if|quand|lorsque|unless|once|when|une fois (?:que)?|apres avoir|des que|agar|jab|cuando|tant que|jusqu a ce que|est ce que|a condition) (?:\S+ ){{0,5}}?(?:{PAY}|fait|done|effectue|ho jayega)\b",
)
ARRIVING = re.compile(
    r"\b(?:arriv\w+|recevr\w+|recev\w+|credit\w*|apparai\w+|verrez|verras|voir|visible|receive|reach|show up|aura sur|aurez|confirm\w*|verif\w*|check|devrai\w+|devez|should|24h|48h|visible|delai bancaire)\b"
)
ELSEWHERE = re.compile(
    r"\b(?:pars|(?<!ca )(?<!virement )(?<!cheque )(?<!paiement )part|partons|partez|arrive|arrivons|arrivez|decoll\w+|vols?|voyage|voyages|depart|rentr\w+|naiss\w+|anniv\w*|leaving|leave|flight|flying|trip|birth\w*|vacances|conges?|hotel|avion|train|absente?|away|office)\b"
)
UNABLE = any_of(
    r"\b(?:peux|peut|pouvons|pourrai|pourrons|puis|arrive|arriverai|sais|can|could|able|afford|puedo|podemos) (?:\S+ )?(?:pas|plus|t|not|rien|toujours pas)\b(?! (?:avant|before|plus tot|faire avant))",
    r"\b(?:cannot|can t|couldn t|no puedo|no podemos|impossible|pas possible|incapable|unable)\b(?! (?:avant|before))|\bpas (?:les moyens|la possibilite|en mesure|pouvoir)\b",
)
HARDSHIP = any_of(
    r"\b(?:pas|plus|sans|no|not|nahi|manque) (?:\S+ ){0,2}?(?:argent|d argent|sous|fric|thune|moyens|money|funds|cash|paise|paisa|dinero|tresorerie)\b|\bpaise? (?:nahi|khatam)\b|\bdecouvert\b|\binterdit\w? bancaire\b|\bfauchee?\b|\ba sec\b|\bdans le rouge\b|\bpas de sous\b",
    r"\b(?:difficultes?|problemes?|soucis?|galere|difficult\w*|trouble) (?:\S+ ){0,2}?(?:financ\w*|argent|tresorerie|d argent|money)\b|\bfins? de mois\b|\b(?:peux|peut|pouvons|pourrai|can|could|puedo) (?:\S+ )?(?:pas|plus|t|not) (?:\S+ ){0,3}?(?:pay\w*|regl\w*|afford|pagar|assumer|honorer)\b|\bno puedo pagar\b|\bcan t (?:afford|pay)\b|\bcannot (?:afford|pay)\b|\bimpossible de (?:payer|regler)\b|\bpas les moyens\b|\bbroke\b",
)  # fmt: skip

_HARMLESS = re.compile(
    r"\b(?:pas (?:de |du tout de )?(?:souci|soucis|probleme|problemes|panique|quoi|inquietude|pb)|no (?:problem|worries|issue|pb)|t inquiete(?:z)? pas|inquietez vous pas|vous inquietez pas|pourquoi pas|n est ce pas|si je (?:ne )?me trompe pas|sauf erreur|pas la peine(?: \S+){0,3}|pas besoin(?: \S+){0,3}|pas mal|n hesitez pas|rien a (?:signaler|dire|redire)|not a problem|don t worry|s il vous plait|si besoin|au besoin)\b"
)
_HIDES_A_NEGATION = re.compile(r"^n[a-z]$|^pas[a-z]{1,3}$|^[a-z]{1,3}pas$|^not[a-z]{1,2}$|jamais|aucun")
_NEGATING = ("pas", "jamais", "rien", "aucun", "not", "never")


def without_idioms(clause: str) -> str:
    """A clause without phrases whose negation denies nothing."""
    return " ".join(_HARMLESS.sub(" ", clause).split())


def may_negate(raw: frozenset[str]) -> bool:
    """Whether a word that nobody knows may be a negation mistyped."""
    if any(_HIDES_A_NEGATION.search(token) for token in raw if token not in spelling.KNOWN):
        return True
    return any(
        2 <= len(token) <= 7
        and token.isalpha()
        and token not in spelling.KNOWN
        and spelling.meant(token) == token
        and any(OSA.distance(token, word, score_cutoff=1) <= 1 for word in _NEGATING)
        for token in raw
    )
