"""The words that carry meaning in a customer's short answer, and how a chat's spelling is brought to them.

Patterns run on `normalise`d text: no accents, lower case, words apart by one space, repeats and SMS spellings undone.
French, English, Hinglish and a little Spanish are read together: nobody guesses the language of four words.
"""

# ruff: noqa: E501, SIM905 - one pattern per line reads better than its halves
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

_EMOJI = {"👍": " ok ", "👌": " ok ", "🙏": " merci ", "❤": " merci ", "😊": " merci ", "🙂": " merci ", "✅": " ok "}
_SPELLINGS = {
    "jai": "j ai", "g": "j ai", "jé": "j ai", "gé": "j ai", "jvai": "je vais", "jvais": "je vais", "jva": "je vais",
    "jpaie": "je paie", "jpaye": "je paye", "jenvoie": "j envoie", "c": "c est", "cest": "c est", "ct": "c etait",
    "pr": "pour", "ac": "avec", "bcp": "beaucoup", "dsl": "desole", "stp": "svp", "pk": "pourquoi", "pkoi": "pourquoi",
    "pq": "pourquoi", "kan": "quand", "qd": "quand", "cb": "combien", "mtn": "maintenant", "tkt": "t inquiete",
    "mrc": "merci", "thx": "thanks", "tks": "thanks", "u": "you", "ur": "your", "pls": "please", "plz": "please",
    "ive": "i have", "ill": "i will", "im": "i am", "dont": "don t", "didnt": "didn t", "havent": "haven t",
    "wont": "won t", "vir": "virement", "pas": "pas", "pa": "pas", "d1": "d un", "paiment": "paiement",
}  # fmt: skip
# Long words that typing errors hit most and rules lean on. Shorter ones have too many neighbours ("mari" is not "mardi").
_MENDED = tuple(
    "virement paiement versement demain lundi mardi mercredi jeudi vendredi samedi dimanche passeport documents numero "
    "annuler conteste rembourser messages arretez contacter mauvais personne regler paierai reglerai tomorrow payment "
    "transfer transferred passport message number wrong".split()
)
_KNOWN = frozenset(
    "paiements virements versements annule annulez messages personnes transfere transferts regles payments demande".split()
)

OPT_OUT_WORDS = tuple(
    "stop arret arreter arretez arrete stopall unsubscribe quit end optout revoke remove desabonner desabonnement "
    "desabonnez desinscrire desinscription desinscrivez stopper stoppez basta".split()
)
_NO_FUZZ = frozenset({"quit", "end", "remove", "revoke", "basta"})  # "huit", "and", "removed" are everyday neighbours
_POLITE = frozenset(
    "svp please merci bonjour bonsoir hello hi salut tout tous toute les le la l vos votre de des d sms message messages "
    "whatsapp relance relances rappel rappels maintenant now all me moi a ca cela it this je veux s il vous plait te and "
    "et ok no non monsieur madame sir thanks thank you tu ici immediatement envoi envois notifications".split()
)

_SILENCE_ME = (
    r"\b(?:arret\w*|stop\w*|cess\w*|halte|marre|plein le dos) (?:\w+ ){0,5}?"
    r"(?:messages?|sms|textos?|relanc\w*|rappel\w*|ecrire|contact\w*|harcel\w*|envo\w*|sollicit\w*|notif\w*|spam\w*|texting"
    r"|messaging|writing|sending|reminders?|contacting|bothering|calling|appeler|embeter|deranger)\b",
    r"\b(?:ne|n|plus) (?:\w+ ){0,3}?(?:ecri\w+|contact\w+|envo\w+|sollicit\w+|relanc\w+|messag\w+|deranger?\w*|harcel\w+)"
    r"(?: \w+){0,3}? (?:plus|jamais|rien)\b",
    r"\bplus (?:jamais |aucun |de |recevoir |rien )+(?:\w+ ){0,3}?(?:messages?|sms|relances?|rappels?|notif\w*|de vous)\b",
    r"\bplus (?:etre |que vous me )(?:contact|sollicit|relanc|derang|ecri)\w*|\bplus me (?:contact|ecri|relanc)\w*",
    r"\b(?:supprim|retir|enlev|efface|ray)\w*(?: \w+){0,3}? (?:numero|liste|contacts?|coordonnees|fichiers?|tel\w*)\b",
    r"\b(?:desabonn|desinscri)\w*",
    r"\blaisse[sz]? (?:moi|nous) (?:tranquille|en paix)|\bfoute[zr]? (?:moi|nous) la paix",
    r"\b(?:don t|do not|never|no more) (?:\w+ ){0,2}?(?:text|message|contact|write|send|call|bother|remind)\w*\b(?! the)",
    r"\b(?:take|remove|delete) (?:\w+ ){0,2}?(?:off|from|number|list)\b|\bleave me alone\b|\bopt(?:ing)? out\b|\bunsubscribe\b",
    r"\b(?:message|msg|sms|reminder)\w* (?:\w+ ){0,2}?(?:band|bandh|mat|na) (?:karo|kar|bhejo|kijiye|karein)\b",
    r"\b(?:mat|na) (?:bhejo|bhejna|bhejiye|karo message)\b|\b(?:pareshan|disturb) (?:mat|na) (?:karo|kijiye)\b",
    r"\bno (?:me )?(?:escriban?|manden?|envien?|contacten?)\b",
)
_WRITE_AGAIN = (
    r"^(?:start|unstop|reprendre|reprenez|reprise|resume|restart|reactiver|reactivez)(?: (?:svp|please|merci|les|vos|rappels|messages|the|reminders))*$",
    r"\b(?:pouvez|peux|veux bien|souhaite) (?:\w+ ){0,3}?(?:recontacter|recevoir|reprendre|renvoyer) (?:\w+ ){0,2}?(?:messages?|rappels?|relances?)\b",
    r"\b(?:reabonne|reinscri)\w*|\bphir se (?:bhejo|shuru)\b",
)
_AUTOMATIC = (
    r"\b(?:reponse|message) automatique\b|\bautomatic (?:reply|response|message)\b|\bauto ?reply\b|\bout of (?:the )?office\b",
    r"\babsente? (?:du bureau|jusqu)|\bmerci (?:de|d avoir) (?:nous )?contact\w+ (?:\w+ ){0,6}?(?:repond|recontact|horaires|heures)",
)
_WRONG_PERSON = (
    r"\b(?:mauvais|faux|erreur de|trompe\w* de|pas le bon) (?:numero|num|tel\w*|destinataire|personne|interlocuteur)\b",
    r"\b(?:erreur|trompe\w*) (?:sur la|de) personne\b|\bvous (?:vous )?trompez\b(?! (?:sur|dans|de montant))|\btu te trompes\b",
    r"\b(?:pas|plus) (?:la bonne|cette) personne\b|\bpas le bon destinataire\b",
    r"\b(?:c est|ce n est|je suis|ne suis|n est) pas (?:moi|m|mr|mme|mlle|monsieur|madame)\b(?! qui)",
    r"\b(?:connais|connait|connaissons) (?:pas|personne)(?: \w+){0,3}?(?: (?:personne|monsieur|madame|mr|mme|nom|homme|dame))?$",
    r"\b(?:connais|connait) (?:pas|aucun|personne) (?:cette|ce|de|du nom|qui)\b",
    r"\bwrong (?:number|person|no|num)\b|\bnot (?:my|the right) (?:number|person)\b|\byou have the wrong\b",
    r"\b(?:this|i|it) (?:is|am) not (?:mr|mrs|ms|him|her|that person)\b|\bdon t know (?:him|her|this person|who (?:that|this|he|she) is)\b",
    r"\berreur (?:\w+ ){0,3}?suis pas\b|\b(?:galat|wrong) (?:number|no|nambar)\b|\bnumero equivocado\b|\bpersona equivocada\b",
)
_DISTRESS = (
    r"\b(?:dece(?:s|de\w*)|mort|deuil|enterrement|obseques|funeral|died|passed away|hospital\w*|hopital|cancer|accident|maladie"
    r"|gravement malade|urgences|chomage|licenci\w+|perdu mon (?:travail|emploi|boulot)|lost my job|surendett\w*|guzar gay\w*)\b",
)
_DISPUTE = (
    r"\bcontest\w*|\bdesaccord\b|\bpas d accord\b|\blitige\b|\b(?:i |we )?disput\w+\b|\bdisagree\b",
    r"\b(?:refus\w*|hors de question) (?:\w+ ){0,2}?(?:pay|regl|vers)\w*|\b(?:won t|will not|not going to|refuse to|never) pay\b",
    r"\b(?:paierai|payerai|paie|paye|payerais|reglerai|paierons|donnerai) (?:pas|rien|jamais)\b|\bvais pas (?:payer|regler)\b",
    r"\b(?:dois|doit|devons|dois plus|doit plus) rien\b|\bne (?:vous )?dois (?:plus |pas )|\bdon t owe\b|\bowe (?:you )?nothing\b",
    r"\b(?:erreur|trompe\w*) (?:\w+ ){0,3}?(?:montant|facture|somme|calcul|tarif|prix)\b",
    r"\b(?:montant|facture|somme|prix|tarif|bill|invoice|amount)(?: \w+){0,3}? (?:faux|fausse|incorrecte?|errone\w*|pas bon\w*|pas le bon|pas correct\w*|wrong|incorrect|galat)\b",
    r"\b(?:wrong|incorrect|galat) (?:amount|bill|invoice|total)\b|\bovercharg\w+|\bsurfactur\w+|\b(?:facture|debite|preleve|charged) (?:deux fois|2 fois|twice)\b",
    r"\bjamais (?:\w+ )?(?:commande|reserve|signe|demande|accepte)\b|\bnever (?:ordered|booked|signed|agreed|bought)\b|\brien (?:commande|reserve|signe)\b",
    r"\bannul(?:e|er|ez|ation|ons)\b|\bcancel\w*|\brembours\w+|\brefund\w*|\bpaise wapas\b|\breembols\w+",
    r"\bavocat\w*|\blawyer\w*|\bplainte\b|\btribunal\b|\bhuissier\b|\barnaqu\w*|\bescro\w*|\bvoleurs?\b|\bscam\w*|\bfraud\w*|\bharcelement\b|\bharass\w*|\bdgccrf\b|\bpolice\b",
    r"\bnon conforme\b|\bdefectueu\w+|\bpas (?:ete )?(?:livre|conforme|rendu|effectue la prestation)\w*|\bnot (?:delivered|as agreed|what we agreed)\b|\bnever received (?:the )?(?:goods|service|product)\b",
    r"\b(?:prestation|service|travail|marchandise|produit)(?: \w+){0,4}? (?:nulle?|pas (?:faite?|termine\w*|recue?)|jamais (?:recue?|faite?))\b",
)
_PAPER = r"(?:passeports?|passports?|pan ?card|pan|visa|photos?|scans?|documents?|docs?|papiers?|pieces?|cartes?|formulaires?|form|copies?|justificatifs?)"
_SEND = r"(?:envoi\w*|enverr\w+|envoy(?:er|ons)|transmet\w*|transmettr\w+|fais suivre|ferai suivre|ferai parvenir|prepar\w+|cherch\w+|scanne\w*|send|sending|share|bhej\w*|mail|email)"
_DOC_LATER = (
    rf"\b{_SEND}\b (?:\w+ ){{0,6}}?{_PAPER}\b|\b{_PAPER} (?:\w+ ){{0,6}}?{_SEND}\b",
    rf"\b{_PAPER} (?:\w+ ){{0,4}}?(?:suit|suivent|arriv\w+|en cours|bientot|plus tard|later|soon|coming|baad)\b",
    rf"\b(?:pas encore|attends?|attendons|waiting for|not yet|yet to) (?:\w+ ){{0,4}}?{_PAPER}\b",
    r"\b(?:je|j|on|nous|vous) (?:\w+ ){0,2}?(?:envoie|enverrai|enverrons|envoyer) (?:ca|cela|les|tout|le reste|la suite)\b",
    r"\b(?:will|ll) send (?:it|them|those|the rest)\b",
)
_SENT_ALREADY = r"\b(?:ai|avons|a) (?:\w+ )?(?:envoye|transmis|scanne)\w*|\b(?:already )?sent\b|\bbhej (?:diya|di)\b"
_MONEY = r"(?:argent|virement|paiement|payement|versement|reglement|cheque|solde|acompte|necessaire|money|payment|transfer|amount|balance|paise|paisa|rupees|euros?|pago|dinero)"
PAY = rf"(?:pay\w*|paie\w*|pai\b|regl\w+|vire\w*|vers(?:e\w*|ement)|transf\w+|sold\w+|acquitt\w*|{_MONEY}|upi|neft|imps|gpay|phonepe)"
FUTURE = (
    r"\b(?:vais|va|allons|vas|ferai|ferons|fera|paierai|payerai|paierons|payerons|paiera|reglerai|reglerons|virerai"
    r"|verserai|verserons|enverrai|enverrons|sera|serai|seront|aurai|aurez|recevrez|passerai|donnerai|pourrai|compte|comptons"
    r"|prevois|prevu|promets|programme|d ici|des que|will|ll|gonna|going to|shall|plan to|promise|asap"
    r"|\w+unga|\w+ungi|\w+enge|denge|jayega|jayegi|dunga|dungi|pagare|voy a)\b"
)
PRESENT_PAY = r"\b(?:je|j|on|nous|i|we) (?:\w+ ){0,2}?(?:paie|paye|payons|regle|reglons|vire|virons|verse|versons|fais|pay|transfer|passe|effectue|pago)\b"
_PP = r"(?:paye\w?|payer|payez|payai|regle\w?|regler|vire|virer|verse\w?|transfere\w?|solde\w?|acquitte\w?|depose\w?)"
_NOW_DONE = r"(?:fait|effectue|envoye|passe|lance|emis|execute|valide|parti|realise|faite|effectuee|partie)"
STRONG_PAID = (
    rf"\b(?<!m )(?:ai|avons|a|as) (?:deja |bien |tout |vous |te |donc |quand meme |hier |ete ){{0,3}}{_PP}\b",
    rf"\b(?<!m )(?:ai|avons|a) (?:deja |bien |tout |donc |hier ){{0,3}}{_NOW_DONE} (?:\w+ ){{0,3}}?{_MONEY}\b",
    rf"\b{_MONEY} (?:\w+ ){{0,3}}?{_NOW_DONE}\b",
    r"\b(?:i|we|have|has|already|just|my \w+) (?:have |already |just ){0,2}(?:paid|payed|transferred|wired|settled)\b",
    rf"\b(?:i|we|have|already|just) (?:have |already |just ){{0,2}}(?:sent|made|done|completed) (?:\w+ ){{0,2}}?{_MONEY}\b",
    r"^(?:already )?paid\b|\bpayment (?:is |was |has been )?(?:already )?(?:done|made|sent|completed)\b|\bhas been (?:paid|settled)\b",
    r"\b(?:payment|paisa|paise|pay|transfer|bhugtan)(?: \w+)? (?:kar|de|bhej|ho) (?:diya|di|diye|chuka|chuki|gaya|gaye|gayi)\b",
    r"\bya (?:pague|lo pague|esta pagado)\b|\bhe pagado\b",
)
WEAK_PAID = (
    r"\b(?:est|sont|etait|a ete|ete) (?:\w+ ){0,2}?(?:paye|regle|vire|verse|solde|acquitte)\w*\b",
    r"\b(?:deja|bien) (?:paye|regle|vire|verse|solde|fait)\w*\b|^(?:ok |oui )?(?:paye|regle|solde)\w*\b|\bl ai (?:deja )?(?:fait|paye|regle|vire)\w*\b",
    r"^(?:voila |ok )?(?:c est |ca y est |it s |its |it is |all )?(?:fait|done|ca y est|ho gaya|kar diya|settled|tout est bon)(?: (?:merci|hier|ce matin|madame|monsieur|sir|ji))*$",
    r"\bc est (?:bon )?(?:c est )?(?:paye|regle|fait)\b|\bit is (?:paid|settled)\b|\bhe (?:paid|transferred)\b|\bshe (?:paid|transferred)\b",
)
NOT_PAID = (
    rf"\b(?:pas|jamais|ni|aucun|aucune|rien|plus|guere|oublie de|omis de|impossible de|peux|pourrai|arrive pas a) (?:\w+ ){{0,4}}?(?:{PAY}|{_NOW_DONE})\b",
    rf"\b(?:pas|aucun|aucune) (?:encore )?(?:{_PP}|{_NOW_DONE}|recu|pu|eu)\b",
    rf"\b(?:not|never|no|haven t|hasn t|didn t|couldn t|can t|cannot|unable|forgot|yet to|isn t|wasn t|unpaid) (?:\w+ ){{0,4}}?(?:{PAY}|done|made|sent|settled)\b",
    r"\b(?:nahi|nahin|nhi)\b|\bimpaye\w*|\bwithout paying\b|\bsans (?:avoir )?(?:paye|regle)\w*",
    r"\b(?:si|if|quand|lorsque|unless|apres avoir) (?:\w+ ){0,3}?(?:ai|avais|avons|aurai|have|had|i|we) (?:\w+ ){0,2}?(?:pay|paid|regl|vir|vers)\w*",
    r"\b(?:aurais|aurait|aurions|pensais|croyais|croyait|would have|thought|should have|devais|devait|faut|devrais) (?:\w+ ){0,4}?(?:pay|paid|regl|vir|vers)\w*",
    r"\bno (?:he|hemos|ha) pagado\b|\baun no\b",
)
ARRIVES = r"\b(?:arriv\w+|recevr\w+|credit\w*|apparai\w+|verrez|visible|receive|reach|show up|aura sur|24h|48h)\b"
_ELSEWHERE = r"\b(?:pars|part|partons|partez|arrive|arrivons|decoll\w+|vols?|voyage|depart|rentr\w+|naiss\w+|anniv\w*|leaving|flight|flying|trip|birth\w*)\b"
_TROUBLE = r"\b(?:marche|fonctionne|ouvre|passe|accepte) (?:pas|plus)\b|\bnot working\b|\b(?:doesn|isn) t work\w*|\bkaam nahi\b|\b(?:appel|rappel)e[rz]? ?moi\b|\bun (?:r?appel|coup de fil)\b|\bcall me\b|\bbug\w*\b"
_ASKS = (
    r"^(?:(?:bonjour|bonsoir|hello|hi|salut|svp|please|dites|et|mais|ok|merci|madame|monsieur|sir) )*"
    r"(?:quand|combien|comment|pourquoi|qui|quoi|quel\w*|ou (?:est|puis|dois|peut|en)|est ce|qu est ce|c est quoi|peut on|puis je|pouvez|peux tu|pourriez"
    r"|avez vous|faut il|dois je|what|when|how|where|why|who|which|can (?:i|you|we)|could|do (?:i|you)|is (?:it|there|this)|are (?:you|there)"
    r"|did you|kya|kab|kitna|kitne|kaise|kahan|kaun|cuanto|cuando|como)\b",
    r"\b(?:j ai une question|une question|question|expliquez|renseignement\w*|savoir (?:si|quand|combien|comment)|let me know)\b",
)
_ACK_WORDS = frozenset(
    "merci thanks thank you ok okay oki d accord dac parfait super top genial bien recu note c est noted entendu compris "
    "great perfect good fine sure alright theek thik hai h shukriya dhanyavaad dhanyawad ji sir madame monsieur bonne "
    "journee soiree bonjour bonsoir hello hi beaucoup tres a vous tout votre message rappel pour le du de la got it much "
    "so very many oui yes haan gracias vale je regarde information infos l info pas de souci probleme cordialement cdt bravo "
    "nickel cool well received will do accha acha et au revoir toi bientot i am on lot vu".split()
)
_ACK_CORE = frozenset(
    "merci thanks thank ok okay oki accord dac parfait super top genial recu note noted entendu compris great perfect good "
    "fine sure alright theek thik shukriya dhanyavaad dhanyawad oui yes haan gracias vale nickel cool got vu accha acha souci".split()
)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


SILENCE_ME, WRITE_AGAIN, AUTOMATIC = _any(_SILENCE_ME), _any(_WRITE_AGAIN), _any(_AUTOMATIC)
WRONG_PERSON, DISTRESS, DISPUTE = _any(_WRONG_PERSON), _any(_DISTRESS), _any(_DISPUTE)
DOC_LATER, SENT_ALREADY, ASKS = _any(_DOC_LATER), re.compile(_SENT_ALREADY), _any(_ASKS)
PAID_STRONGLY, PAID_WEAKLY, UNPAID = _any(STRONG_PAID), _any(WEAK_PAID), _any(NOT_PAID)
PAYING, LOOKING_AHEAD, PAYS_NOW = re.compile(rf"\b{PAY}\b"), re.compile(FUTURE), re.compile(PRESENT_PAY)
ELSEWHERE, IN_TROUBLE = re.compile(_ELSEWHERE), re.compile(_TROUBLE)
ARRIVING, OF_MONEY = re.compile(ARRIVES), re.compile(rf"\b{_MONEY}\b")


def normalise(text: str) -> str:
    """Lower case words one space apart, without accents; digits keep their separators and currency signs."""
    for emoji, word in _EMOJI.items():
        text = text.replace(emoji, word)
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\d)[\u00a0\u202f\u2009](?=\d)", " ", plain)
    plain = re.sub(r"([a-z])\1{2,}", r"\1", plain)
    plain = re.sub(r"(?<=\d)([.,:/-])(?=\d)|[^\w€$£₹%]+", lambda m: m[1] or " ", plain)
    return " ".join(_mended(_SPELLINGS.get(word, word)) for word in plain.split())


def is_opt_out(words: str) -> bool:
    """A keyword that is the whole message, opens it, or bears on messages, contact or the number."""
    tokens = [_letters(token) for token in words.split()]
    rest = [token for token in tokens if token not in _POLITE]
    if rest and all(_is_opt_out_word(token) for token in rest):
        return True
    if tokens and tokens[0] == "stop" and (len(tokens) == 1 or tokens[1] not in {"a", "au", "over", "at", "in"}):
        return True
    return bool(SILENCE_ME.search(words))


def is_acknowledgement(words: str) -> bool:
    tokens = set(words.split())
    return tokens <= _ACK_WORDS and not tokens.isdisjoint(_ACK_CORE)


def _letters(token: str) -> str:
    return token.replace("0", "o") if any(c.isalpha() for c in token) else token


def _is_opt_out_word(token: str) -> bool:
    if token in OPT_OUT_WORDS:
        return True
    return len(token) >= 4 and any(
        OSA.distance(token, word, score_cutoff=1) <= 1 for word in OPT_OUT_WORDS if word not in _NO_FUZZ
    )


def _mended(token: str) -> str:
    if len(token) < 5 or not token.isalpha() or token in _MENDED or token in _KNOWN:
        return token
    near = [word for word in _MENDED if OSA.distance(token, word, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 else token
