"""How people say that nobody is to write to them any more, or again; fuzzy, for no such wish may be missed."""

# ruff: noqa: E501, SIM905 - one pattern per line reads better than its halves
from __future__ import annotations

import re
from collections.abc import Collection

from rapidfuzz.distance import OSA

from relance.domain import spelling
from relance.domain.lexicon import any_of

OPT_OUT_WORDS = tuple(
    "stop arret arreter arretez arrete stopall unsubscribe quit end optout revoke remove desabonner desabonnement desabonne "
    "desabonnez desinscrire desinscription desinscrivez stopper stoppez basta resilier resiliation fin cessez halte sto sop bloque bloquer bloquee desabo marre assez enough cease parad paren".split()
)
_NO_FUZZ = frozenset(
    {
        "quit",
        "end",
        "remove",
        "revoke",
        "basta",
        "fin",
        "sto",
        "sop",
        "halte",
        "resilier",
        "assez",
        "marre",
        "enough",
        "cease",
        "parad",
        "paren",
        "bloque",
        "bloquer",
    }
)
# « S.T.O.P », « s t o p »: one letter at a time.
_SPACED = re.compile(r"\s*\w(?:[\s.\-_*]+\w){3,14}[\s.!]*")
# So few words that nearly "stop" is what they say.
FEW_WORDS = 4
_STOP_SURELY = (
    "stop",
    "arrete",
    "arretez",
    "arreter",
    "cessez",
    "supprimez",
    "retirez",
    "effacez",
    "oubliez",
    "unsubscribe",
    "bloque",
)
_STOP_NEARLY = tuple(
    "stop arret arrete arretez arreter cesser cessez marre desabonner desinscrire unsubscribe supprimez supprimer retirez "
    "effacez bloque plus jamais anymore never dont don not mat basta remove quit enough fichez foutez suffit lose quiero tranquille".split()
)
_THING_NEARLY = tuple(
    "message messages contacter envoyer envoyez ecrire ecrivez recevoir relance relances rappels whatsapp numero liste fichiers "
    "texting text contact reminders mensajes escriban sms msg paix number receive importuner adresser coordonnees listes contacts contacte texts laisse".split()
)
_POLITE = frozenset(
    "svp please merci bonjour bonsoir hello hi salut tout tous toute toutes les le la l vos votre de des d sms message messages pub publicite "
    "whatsapp relance relances rappel rappels maintenant now all me moi a ca cela it this je veux s il vous plait te and yaar karo kar bhai "
    "et ok no non monsieur madame mademoiselle sir thanks thank you tu ici immediatement envoi envois notifications aux".split()
)
_SENT_THINGS = (
    r"(?:messages?|sms|textos?|mails?|whatsapp|relanc\w*|rappel\w*|ecri\w*|contact\w*|harcel\w*|envo\w*|envoi\w*|sollicit\w*|notif\w*|spam\w*|pubs?|mensajes|publicites?"
    r"|texting|text|messaging|writing|sending|reminders?|contacting|bothering|calling|appeler|appels|embeter|deranger|insister|importuner|demarch\w*)"
)
_US_TO_THEM = r"(?:ecri\w+|contact\w+|envo\w+|sollicit\w+|relanc\w+|messag\w+|derang\w+|harcel\w+|importun\w+|adress\w+|embet\w+|appel\w+|rappel\w+)"
SILENCE_ME = any_of(
    r"\b(?:refus\w*|(?:n|ne) (?:\S+ )?(?:veux|veut|souhait\w+|desir\w+|accept\w+)) (?:\S+ ){0,3}?(?:recevoir|etre contact\w*)\b(?! (?:\S+ )?(?:facture|billets?|documents?|remboursement|virement|argent|devis))|\bevite[zr]? (?:de )?(?:m |me |nous )(?:ecri|contact|envo|appel|relanc)\w*|\bcease (?:all|any|this|contact|communication)\b|\bdo not disturb\b|^(?:ya )?(?:no mas|alto)(?: por favor)?$",
    rf"(?<!pas )(?<!non )\b(?:arret\w*|stop\w*|cess\w*|halte|marre|quit|assez|suffit|ras le bol|plein le dos|basta|enough|fatigue\w*) (?!maladie|de travail|over)(?:\S+ ){{0,5}}?{_SENT_THINGS}\b",
    r"\barret(?:ez|iez|e)\b(?! (?:moi|vous|pas|maladie|cardiaque|de (?:travail|bus)))|\b(?:demande\w*|pri\w+|voudrais|souhait\w+|aimerais|faut|veux|pouvez|peux|merci|svp|pouvoir|temps|veuillez|pourriez|serait) (?:\S+ ){0,4}?(?:arreter|arret\w*|cesser|stopper)\b(?! (?:maladie|de travail|le voyage|la reservation|le sejour|le contrat))",
    r"\b(?:saoul\w*|soul(?:ez|e)|gonfl\w+|ras le bol|en ai (?:marre|assez)|y en a marre|fatiguez|lourds?|casse\w? (?:pieds|couilles))\b|^(?:ca |cela )?suffit$|\boublie\w* (?:moi|nous)\b|\bforget me\b|\bgo away\b|\bstop (?:it|this|that)\b|\bcease and desist\b|\bbas karo\b",
    r"\b(?:marre|suffit|arret\w+) (?:\S+ ){0,2}?(?:vous|ca|cela|la)$|\bstop\b(?! over| by)(?:\S+ ){0,3}?$",
    rf"\b(?:ne|n) (?:\S+ ){{0,3}}?{_US_TO_THEM}(?: \S+){{0,3}}? (?:plus|jamais|rien)\b|\bm (?:envo|ecri|appel)\w+ (?:plus|jamais|rien)\b",
    rf"\b(?:plus|jamais) (?:me |m |nous )?{_US_TO_THEM}\b(?! (?:la|le|les|vous|de) (?:facture|lien|rib|photo|passeport|document))|\bplus (?:jamais |aucun |de |d |recevoir |rien |etre |que vous me )+(?:\S+ ){{0,3}}?(?:messages?|sms|relanc\w*|rappels?|whatsapp|notif\w*|de vous|contact\w*|derang\w*|sollicit\w*)\b",
    r"\b(?:pas|plus|not|no|jamais) (?:\S+ ){0,2}?(?:etre|be|get) (?:\S+ ){0,2}?(?:contact\w*|derang\w*|sollicit\w*|appel\w*|relanc\w*|disturbed|bothered|messaged|texted|called|importun\w*)\b|\b(?:plus )?rien (?:\S+ )?recevoir\b|\bplus (?:\S+ )?(?:de vos|avoir de) nouvelles\b|\bno longer (?:wish|want)\b",
    r"\b(?:pas|aucun|no|not|nt|t) (?:\S+ ){0,3}?(?:recevoir|receive|want) (?:\S+ ){0,3}?(?:messages?|sms|relanc\w*|rappels?|notif\w*|reminders?)\b",
    r"\bne plus (?:utiliser|me|nous|m|ecrire|contacter|envoyer|relancer)\b|\b(?:me|nous|m) (?:harcel|spam)\w*\b|\bharassing me\b",
    r"^(?:bonjour |merci )?(?:pas de|no more|no|aucun|plus de) (?:pubs?|publicites?|messages?|sms|whatsapp|rappels?|relances?|texts?|reminders?)\b",
    r"\b(?:supprim|retir|enlev|efface|ray|radi|sort)\w*(?: \S+){0,3}? (?:numero|listes?|contacts?|coordonnees|fichiers?|tel\w*|donnees|base|repertoire)\b|\b(?:retir|enlev|ray|radi|desinscri|desabonn|supprim|effac)\w* (?:moi|nous)\b|\b(?:me|nous) (?:retir|enlev|ray|desinscri|desabonn|supprim|effac)\w+\b",
    r"\b(?:desabonn|desinscri)\w*|\boppos\w+ (?:\S+ ){0,4}?(?:demarchage|traitement|utilisation|prospection)|\brgpd\b|\bgdpr\b",
    r"\blaisse\w? (?:moi|nous) (?:tranquille|en paix)|\b(?:fou\w+|fich\w+) (?:moi|nous) la paix|\blach\w+ (?:moi|nous)\b|\bla paix\b",
    r"\b(?:je|j|on|vais|va) (?:vous |te |le |ce |)(?:bloqu\w+|signal\w+)(?! (?:au|par|le|la|les) (?:paiement|banque|carte|virement))\b|\bblock(?:ing)? (?:you|this|your)\b|\breport you\b",
    r"\b(?:don t|do not|never|no more|not) (?:\S+ ){0,2}?(?:text|message|contact|write|send|call|bother|remind)\w*\b(?: me| us| this| here| any| these| again|$)",
    r"\b(?:take|remove|delete|lose|erase|forget) (?:\S+ ){0,2}?(?:off|from|number|list)\b|\bleave (?:me|us) alone\b|\bopt(?:ing)? ?out\b|\bunsubscribe\b|\bfuck off\b|\bget lost\b",
    r"\b(?:messages?|sms|reminders?|texts?)(?: \S+){0,2}? (?:band|bandh|mat|na|nahi chahiye|nahi bhejo|bhejna band)\b|\b(?:band|bandh) (?:karo|kar|kijiye|karein|kardo)\b",
    r"\bmat (?:\S+ )?(?:karo|karna|kijiye|bhejo|bhejna|bhejiye|bheja)\b|\bna (?:bhejo|bhejna|bhejiye|karo message)\b|\b(?:pareshan|disturb|tang) (?:mat|na) (?:karo|kijiye|kar)\b",
    r"\bno (?:me )?(?:escriban?|mand\w+|envi\w+|contact\w+|molest\w+|llam\w+)\b|\bbasta\b|\bdar(?:me)? de baja\b|\b(?:dej\w+|par[ae]\w*) de (?:escribir|mandar|enviar|molestar)\w*|\bno quiero (?:\S+ ){0,2}?mensajes\b|\bno mas mensajes\b|\b(?:quit\w+|borr\w+) (?:\S+ ){0,3}?(?:lista|numero)\b|\bdej\w+ (?:me |nos )?en paz\b",
)  # fmt: skip
# A word that says the same in scripts that nobody reads further here.
SILENCE_ELSEWHERE = re.compile("توقف|إيقاف|اوقف|रुको|रोको|बंद करो|मत भेजो|стоп|отпис|停止|退订|やめて")
_AGAIN = r"(?:recontacter|recevoir|reprendre|reprenez|renvoyer|reecri\w+|reecrire|re ecrire|relancer|envoyer|ecrire|remettre|remettez|reactiv\w+|retablir)"
WRITE_AGAIN = any_of(
    r"^re ?start\b|\b(?:messages?|reminders?|rappels?) (?:again|de nouveau|a nouveau)\b",
    r"^(?:bonjour |ok |oui |finalement )?(?:start|strat|unstop|reprendre|reprenez|reprise|resume|restart|reactiver|reactivez|resubscribe|reabonne\w*|reinscri\w*)(?: (?:svp|please|merci|les|vos|rappels?|messages?|relances?|the|reminders?|again|me|moi|karo|kar|do|now|bhai|ji))*$",
    rf"\b(?:pouvez|peux|pourrez|veux bien|souhaite\w*|voudrais|aimerais|voulez) (?:\S+ ){{0,4}}?{_AGAIN} (?:\S+ ){{0,3}}?(?:messages?|rappels?|relances?|nouveau|informations?)\b",
    r"\b(?:pouvez|peux|pourrez) (?:\S+ ){0,2}?(?:reecrire|recontacter|reprendre|re ecrire)\b|\b(?:remet\w+|reactiv\w+|repren\w+) (?:\S+ ){0,2}?(?:messages?|rappels?|relances?|notif\w*)\b",
    r"\breabonn\w*|\breinscri\w*|\bresubscribe\b|\bphir se (?:bhejo|shuru|bhej)\b|\bwapas (?:shuru|bhejo)\b",
    r"\b(?:can|may|could|please|want to) (?:\S+ ){0,2}?(?:message|text|write|contact|resume|receive|restart|send)(?: \S+){0,4}? (?:again|reminders|back)\b|\b(?:resume|restart) (?:the |your |my )?(?:reminders?|messages?)\b",
    r"\b(?:volver|vuelvan?) a (?:escrib|mand|envi|contact)\w*",
)  # fmt: skip


def opt_out(words: str, message: str) -> re.Match[str] | None:
    """A keyword that is the whole message or opens it, or words that bear on messages, contact or the number."""
    tokens = words.split()
    if _SPACED.fullmatch(message) and "".join(re.findall(r"\w", message)).lower() in OPT_OUT_WORDS:
        return re.search(r".*", words)
    rest = [token for token in tokens if token not in _POLITE]
    if rest and all(_is_opt_out_word(token) for token in rest):
        return re.search(re.escape(rest[0]), words)
    if tokens and tokens[0] == "stop" and (len(tokens) == 1 or tokens[1] not in {"a", "au", "over", "at", "in", "by"}):
        return re.match("stop", words)
    return SILENCE_ME.search(words) or SILENCE_ELSEWHERE.search(message)


def nearly_opt_out(raw: Collection[str]) -> bool:
    """Among words mistyped beyond reading, one that nearly tells us to stop and one that nearly names what we send."""
    is_mistyped = any(token.isalpha() and len(token) > 2 and token not in spelling.KNOWN for token in raw)
    if is_mistyped and len(raw) <= FEW_WORDS and any(_is_near(token, word) for token in raw for word in _STOP_SURELY):
        return True
    return is_mistyped and all(
        any(_is_near(token, word) for token in raw if len(token) > 2 for word in words)
        for words in (_STOP_NEARLY, _THING_NEARLY)
    )


def _is_near(token: str, word: str) -> bool:
    limit = 2 if len(word) > 6 else 1
    return abs(len(token) - len(word)) <= limit and OSA.distance(token, word, score_cutoff=limit) <= limit


def _is_opt_out_word(token: str) -> bool:
    if token in OPT_OUT_WORDS:
        return True
    return len(token) >= 4 and any(
        OSA.distance(token, word, score_cutoff=1) <= 1 for word in OPT_OUT_WORDS if word not in _NO_FUZZ
    )
