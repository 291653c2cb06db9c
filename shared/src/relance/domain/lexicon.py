"""What customers say apart from paying and from wanting silence: patterns over the words of `spelling`, by what they mean.

A pattern may skip a few words between those that carry the meaning, never more than a short answer has.
"""

# ruff: noqa: E501, SIM905 - one pattern per line reads better than its halves
from __future__ import annotations

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


AUTOMATIC = any_of(
    r"\b(?:reponse|message|repondeur) automatique\b|\bautomat(?:ic|ed) (?:reply|response|message)\b|\bauto ?reply\b|\bout of (?:the |my )?office\b|\bauto ?repl\w+",
    r"\babsente? (?:du bureau|jusqu|pour|et (?:serai|de retour))|\b(?:actuellement|currently) (?:absente?|en conges?|en vacances|away|unavailable|indisponible)\b",
    r"\bmerci (?:de|d avoir|pour) (?:nous |votre )?(?:contact\w+|message) (?:\S+ ){0,8}?(?:repond\w+|recontact\w+|horaires|heures|delais)\b|\bnos horaires\b|\bour (?:opening|business|office) hours\b",
    r"\b(?:thank you|thanks) for (?:contacting|your message|reaching) (?:\S+ ){0,12}?(?:get back|reply|respond|shortly|soon)\b|\bvous repondrons dans les (?:meilleurs|plus brefs)\b|\bne pas repondre a ce message\b",
)  # fmt: skip
_PERSON = r"(?:numero|num|telephone|destinataire|personne|interlocuteur|client|cliente|monsieur|madame|mademoiselle|gens|contact)"
WRONG_PERSON = any_of(
    rf"\b(?:mauvais|faux|erreur (?:de|sur le|sur la)|erreur|trompe\w*(?: \S+)? (?:de|d)|trompe sur|pas le bon|pas la bonne|pas sur le bon|pas au bon) {_PERSON}\b",
    r"\b(?:erreur|trompe\w*) (?:sur la|de) personne\b|\bvous (?:vous )?(?:etes |)(?:trompez|trompe|tromper)\b(?! (?:sur|dans|de (?:montant|prix|date)|pour))|\btu (?:te|t es|tes|t) (?:es )?trompe\w*\b(?! (?:sur|dans))",
    r"\b(?:vous|tu|devez|doit|faites|ayez|fassiez) (?:\S+ )?(?:faire |fait |une )?erreur\b(?! (?:dans|sur|de calcul|de montant|de prix|de facture))",
    r"\b(?:pas|plus) (?:la bonne|cette|la) personne\b(?! (?:en charge|qui gere))|\bpas (?:\S+ )?destinataire\b|\bpas (?:\S+ )?destine\w*\b",
    r"\b(?:c est|ce n est|n est|est|suis|ne suis) pas (?:du tout |vraiment )?(?:moi|m|monsieur|madame|mademoiselle|cette (?:dame|personne|femme)|ce (?:monsieur|client)|celui|la personne|lui|elle)\b(?! qui (?:paie|pay|regl|gere|m|s|decid))",
    r"\bpas (?:le|mon|son) (?:\S+ )?(?:numero|telephone) (?:de|d|du|a)\b|\bnumero (?:\S+ ){0,4}?(?:plus (?:a|le|celui|attribue)|appartient|ancien\w*|change)\b|\b(?:ce n est|n est|c est) plus (?:le sien|son numero|a (?:lui|elle))\b|\bancien\w? (?:proprietaire|numero|titulaire)\b",
    r"\b(?:connais|connait|connaissons|conne) (?:pas|aucun|personne|point|plus)\b(?! (?:le|la|les|votre|vos|mon|l) (?:montant|prix|date|rib|delai|numero|conditions|adresse|horaire|procedure|site|modalites))",
    r"\b(?:y a|il y a|a) (?:pas|personne|aucun|aucune|plus) (?:de |d |du nom )?(?!de |mon |probleme|souci|raison|doute|urgence|virement|paiement|versement|reponse|moyen|lien|argent|vol|assurance|facture|recu)\S+ (?:ici|a ce numero|chez nous|chez moi|a cette adresse)\b",
    r"\b(?:jamais|pas) (?:\S+ )?entendu parler\b|\bsuis pas (?:\S+ )?(?:clients?|clientes?)\b|\bpas client\w* (?:chez|de)\b|\bne (?:travaille|habite|fait) plus (?:ici|chez|partie)\b|\bsais pas (?:qui|ki|c est qui)(?: c est| vous etes| est|$)|\bjamais voyage avec\b|\b(?:elle|il) n a plus (?:ce|le) numero\b|\bplus le numero de\b|\bisn t \S+$|\bdon t know you\b|\bm appelle pas\b|\bappelle pas \S+$|\b(?:uska|mera|unka) nahi\b|\bpas mon (?:nom|prenom)\b|\bnot my name\b|^(?:non |bonjour |desole )*(?:moi )?(?:c est|je suis|je m appelle|i am|this is) \S+(?: \S+)? (?:et |and )?(?:pas|not|non) \S+$|\bpas concernee?s?\b|\bc est (?:\S+ )?une erreur\b(?! (?:de|sur|dans))|\berreur (?:je pense|je crois|non|surement|sans doute)\b|\battribue\w* a\b|\b(?:habite|vit|travaille|joignable|bosse) (?:\S+ )?(?:plus|pas) (?:ici|la|chez|avec|a)\b|\b(?:plus|pas) joignable\b|\bno such (?:person|guy|customer)\b|\bqui vous cherchez\b",
    r"\bwrong (?:number|person|no|num|guy|contact)\b|\bnot (?:my|the right|the) (?:number|person)\b|\b(?:you|have|got) (?:\S+ ){0,2}?the wrong\b|\bnobody (?:\S+ ){0,3}?(?:name|here|called)\b|\bno one (?:by|here|called)\b|\bmistaken identity\b",
    r"\b(?:this|i|it|that) (?:is|am|s|m) not (?!paid|pay|going|sure|able|happy|ok|fair|in|at|working|what|the amount|true|correct|right|my (?:bill|invoice)|a client|available|ready|interested|satisfied|done|possible)(?:mr|mrs|ms|monsieur|him|her|that person|\S+(?: \S+)? ?(?:s )?(?:number|sorry|phone|$))",
    r"\bdon t know (?:him|her|them|this (?:person|guy|name)|who (?:that|this|he|she|you) (?:is|are)|any)\b|\bnot (?:a|your) customer\b|\bno longer (?:his|her|my) number\b",
    r"\b(?:galat|wrong) (?:number|no|nambar|insaan|aadmi|person)\b|\b(?:main|mai|mein) (?:wo|woh|vo|vah) nahi\b|\bnahi (?:janta|jaanta|jante|pehchanta)\b|\bnumero equivocado\b|\bequivocad\w+ de (?:persona|numero)\b|\bpersona equivocada\b|\bno (?:soy|es) (?:yo|el|ella|esa persona)\b|\bno conozco\b",
    r"^(?:non |bonjour |desole )*(?:erreur|pas moi|c est pas moi|not me)(?: (?:merci|desole|svp|bonne journee|sorry))*$",
)  # fmt: skip
DISTRESS = any_of(
    r"\b(?:dece(?:s|de\w*)|meurt|mourir|mourant|(?<!lien )(?<!site )mort\w?(?! de (?:rire|fatigue|faim|froid))|deuil|enterrement|obseques|funerailles|funeral|died|dead|death|passed away|fallecio|murio|guzar ga\w*|dehant|disparition de)\b",
    r"\b(?:hospital\w*|hopital|clinique|urgences|cancer|chimio\w*|avc|infarctus|coma|operee?|operation chirurgicale|surgery|accident\w*|maladie|malade|gravement|souffrant\w?|handicap\w*|fausse couche|depression|burn out|sick|illness|very ill|enferm[oa]|bimar|burnout)\b",
    r"\b(?:chomage|licenci\w+|perd(?:u|s) (?:mon|son|notre|ma) (?:travail|emploi|boulot|job|poste)|plus de (?:travail\w*|boulot|emploi|job)|sans emploi|lost my job|laid off|unemployed|got fired|job chali|naukri (?:chali|gayi|nahi)|sin trabajo|desempleo|surendett\w*|liquidation|faillite|redressement judiciaire|expuls\w+|incendie|inondation)\b",
)  # fmt: skip
# Somebody who only wonders what cancelling would mean has not cancelled.
WONDERS = any_of(
    r"\bsi (?:j|je|on|nous) \S*annul\w*|\b(?:conditions|frais|assurance|possibilite|politique) (?:d |de )?annul\w*|\b(?:peut on|puis je|possible d|peux|comment|can i|how to|if i|how do i) (?:\S+ )?(?:annuler|annule|cancel)\b|\bcancellation (?:policy|fee|fees|conditions)\b"
)
# A name that the sender says is not theirs: only capitals tell it from « je ne suis pas contente ».
NOT_NAMED = re.compile(
    r"(?i:suis pas|am not|'m not|suis plus|pas celui de|es pas) (?:M\.? |Mme |Mr |Mrs |Monsieur |Madame )?[A-ZÉÈÀÇÎÔ][a-zéèàçêëîïôûü]{2,}"
)
CANCELS = any_of(
    r"(?<!d )\bannul(?:e|ee|er|ez|ons|ation|es|ees)\b|\bcancel\w*|\bplus partir\b|\bpart(?:ir|ons|irai|ira|s)? (?:\S+ )?(?:plus|pas)\b|\brembours\w+|\brefund\w*|\bmoney back\b|\bpaise? (?:wapas|wapis|vapas|return)\b|\breembols\w+|\brecuperer (?:mon|notre|l) (?:argent|acompte)\b|\bdevolu\w+|\brendez (?:moi|nous) (?:mon|notre|l)\b|\bun avoir\b",
)
LEGAL = any_of(
    r"\bavocat\w*|\blawyer\w*|\bsolicitor\w*|\blegal action\b|\bplainte\b|\btribunal\b|\bcourt\b(?! terme)|\bhuissier\b|\bjustice\b|\bmise en demeure\b|\bassociation de consommateurs\b|\bmediateur\b|\bmediation\b|\bvakil\b|\bjuridique\w*|\babogado\b|\bdgccrf\b|\bpolice\b(?! d assurance)|\bgendarmerie\b|\bsue you\b",
    r"\barna(?:que|qu\w+|k\w*)\b|\bescro\w*|\bvoleurs?\b|\bvoleuses?\b|\bscam\w*|\bfraud\w*|\bestaf\w+|\bladron\w*|\bthieves\b|\bdhokha\b|\bchor\b|\bharcelement\b|\bharass\w*|\bmenace\w*",
)  # fmt: skip
_BILL = r"(?:montant|facture|somme|prix|tarif|total|solde|devis|bill|invoice|amount|price|creance|note|calcul|compte)"
CONTESTS = any_of(
    r"\bcontest\w*|\bdesaccord\b|\bpas (?:du tout )?(?:d accord|ok) (?:avec|sur|pour)|\bpas (?:du tout )?d accord\b|\blitige\w?\b|\b(?:i |we )?disput\w+\b|\bdisagree\w*\b|\breclamation\b|\bde acuerdo con\b",
    r"\b(?:refus\w*|hors de question|pas question) (?:\S+ ){0,3}?(?:pay\w*|pai\w*|regl\w*|vers\w*)|\bhors de question\b|\b(?:won t|will not|not going to|refuse to|never) pay\b|\b(?:not|m not) paying\b",
    r"\b(?:paierai|payerai|paie|payes?|paies|payerais|paierais|reglerai|paierons|payerons|donnerai|paiera|regle) (?:pas|rien|jamais|plus)\b(?! (?:avant|encore|tout de suite|aujourd|ce soir|maintenant|en ligne|par))|\bvais pas (?:payer|regler)\b(?! (?:avant|tout|aujourd|maintenant|ce))",
    r"\b(?:dois|doit|devons) (?:\S+ )?(?:rien|pas (?:d argent|cette|ce|\d))\b|\bne (?:vous )?dois (?:plus |pas )|\bdon t owe\b|\bowe (?:you )?nothing\b|\bno (?:te |le |les )?debo\b",
    rf"\b(?:erreur|trompe\w*) (?:\S+ ){{0,4}}?{_BILL}\b|\b{_BILL} (?:\S+ ){{0,4}}?(?:faux|fausse|incorrecte?|inexacte?|errone\w*|pas (?:le |la )?bon\w*|pas correct\w*|wrong|incorrect|galat|zyada|jyada|double|trop (?:eleve|cher|haut)|abusi\w*)\b",
    rf"\b(?:wrong|incorrect|galat|faux|fausse|mauvaise?|pas le bon|pas la bonne|pas le meme) {_BILL}\b|\bovercharg\w+|\bsurfactur\w+|\b(?:facture|debite|preleve|charged|paye|regle|paid)\w* (?:(?!en )\S+ )?(?:deux fois|2 fois|twice|en double|double)\b|\bde trop\b|\btrop (?:cher|percu)\b",
    r"\b(?:correspond|conforme|egal|convenu|prevu)\w* (?:pas|plus) (?:\S+ ){0,3}?(?:devis|contrat|prix|montant|convenu|accord)|\bpas (?:\S+ ){0,2}?(?:convenu|prevu|prix (?:convenu|prevu|annonce))\b|\b(?:etait|etions|est) (?:mis )?d accord (?:sur|pour)\b|\bavait dit\b|\b(?:we |had )?agreed (?:on|to|for)?\b",
    r"\b(?:jamais|rien|pas|never|n) (?:\S+ ){0,2}?(?:commande|reserve|signe|demande|accepte|achete|souscrit|ordered|booked|signed|agreed|bought)\w*\b(?! (?:le lien|de lien|de rappel|confirmation))|\bconcerne (?:pas|plus|en rien)\b|\bpas (?:a moi|ma facture|notre facture)\b|\bnot my (?:bill|invoice|debt)\b",
    r"\b(?:prix|tarif|montant) (?:\S+ ){0,2}?(?:change|augment\w+)|\b(?:avait|avions|etait|avez) (?:\S+ )?(?:signe|convenu|dit|annonce|promis)\b(?! (?:que je|de payer))|\b(?:deux|2|trois|3) fois la meme\b|\bn importe quoi\b|\b(?:je|nous|on) refus\w+(?=$| (?:de|cette|ce|tout|categoriquement|votre))|\brien a (?:payer|regler)\b|\babusi\w+\b|\binadmissible\b|\bscandale\w*\b|\bhonte\w*\b|\bc est (?:du vol|abuse|nul)\b|\bpas normal\w*\b|\b(?:not|don t) agree\b|\bpas deduit\w*\b|\binacceptable\b|\bnahi (?:karunga|karungi|dunga|dungi|denge|karenge)\b|\bno (?:voy|vamos|pienso|pienso) a? ?pagar\b|\bno pienso\b|\bpas a (?:payer|regler) (?:ca|cela|ce|cette)\b",
    r"^(?:non |mais |bonjour )*(?:c est )?faux\b|\bpas (?:ce )?(?:qui|que|qu) (?:\S+ ){0,2}?(?:prevu|convenu|demande|commande|dit|reserve)\b|\bmanque (?:la|ma|une|notre) (?:remise|reduction|promo\w*)\b|\balors que\b|\bdevuelv\w+\b|\btiming abusif\b",
    r"\bnon conforme\b|\bdefectueu\w+|\bpas (?:ete )?(?:livre|conforme|rendu|honore|respecte)\w*|\bnot (?:delivered|as agreed|what we (?:agreed|ordered|booked))\b|\bnever received (?:the )?(?:goods|service|product)\b|\bgeste commercial\b|\bdedommag\w+|\bcompensation\b",
    r"\b(?:prestation|service|travail|marchandise|produit|sejour|hotel|voyage|trip)(?: \S+){0,4}? (?:nulle?|horrible|lamentable|scandale\w*|catastroph\w+|pas (?:ete )?(?:faite?|termine\w*|recue?|effectue\w*)|jamais (?:ete )?(?:recue?|faite?))\b|\bvol (?:\S+ )?(?:supprime|annule)\w*\b",
)  # fmt: skip
_PAPER = r"(?:passeports?|pasaportes?|pan ?card|pan|visas?|photos?|scans?|documents?|documentos|docs?|papiers?|pieces?|carte d identite|carte nationale|cni|id card|formulaires?|form|copies?|copie|identite|justificatifs?|fotos?)"
_SEND = r"(?:envoi\w*|enverr\w+|envoy(?:er|ez|ons)|transmet\w*|transmettr\w+|adress(?:e|er|ees?|erai|eront)|suivr\w+|suit|suivent|parvenir|prepar\w+|cherch\w+|scann\w*|scan|send|sending|share|bhej\w*|mail|email|fais|ferai|fera|mand(?:o|are)|envio|apporte\w*|depose\w*|retrouv\w+)"
DOC_LATER = any_of(
    rf"\b{_SEND}\b (?:\S+ ){{0,6}}?{_PAPER}\b|\b{_PAPER} (?:\S+ ){{0,10}}?{_SEND}\b",
    rf"\b{_PAPER} (?:\S+ ){{0,5}}?(?:arriv\w+|en cours|bientot|plus tard|later|soon|coming|baad|renouvel\w*|expire\w*|fabrication|mairie|prefecture|pret\w?)\b",
    rf"\b(?:pas encore|attends?|attendons|attente|waiting for|not yet|yet to|rendez vous|recois|recevrai|recevons|aurai|aurons|recupere\w*) (?:\S+ ){{0,6}}?{_PAPER}\b",
    r"\b(?:scann?e?|numerise)\w* (?:\S+ ){0,2}?(?:ca|cela|tout|tous|them|it|les)\b|\bscan (?:them|it|these)\b|\bles (?:scann|numeris)\w+",
)  # fmt: skip
PAPER = re.compile(
    r"\b(?:passeports?|pasaporte|visas?|identite|pan card|documents?|docs|papiers|pieces?|photos?|cni)\b"
)
NOT_READY = any_of(
    r"\b(?:n ai pas|ai pas|don t have|nahi hai|refais|refaire|refait|refaits|perimee?s?|expire\w*|pas (?:encore )?(?:pret|recu|arrive)\w*|not ready|yet|bana|nahi (?:mila|aaya|bana)|rendez vous|mairie|prefecture|vfs|ambassade|consulat|en cours|renouvel\w*|fabrication|soon|coming)\b"
)
DOC_THEM = any_of(
    r"\b(?:je|j|on|nous|vous|te|t|les) (?:\S+ ){0,2}?(?:envoi\w?|envoie|enverrai|enverrons|envoyer|transmets|transmettrai) (?:ca|cela|les|tout|le reste|la suite)\b",
    r"\b(?:will|ll|going to) (?:send|share|mail) (?:it|them|those|these|the rest)\b|\b(?:je|on|nous|vous|t) (?:les |vous les |te les )(?:envoi\w?|enverrai|transmets)\b",
)
SENT_ALREADY = re.compile(
    r"\b(?:ai|avons|a|as|avez) (?:\S+ ){0,2}?(?:envoye\w*|transmis|scanne|depose|donne|mail)\b|\b(?:already |just |have )?sent\b|\bbhej (?:diya|di|diye)\b|\bviens de (?:\S+ )?(?:envoyer|transmettre)"
)
_ASK_WORD = (
    r"(?:quand|cb (?:je|il|ca|c|on|dois|reste|coute)|ou (?:trouver|voir|envoyer|payer)|is \S+ (?:included|possible|ok|needed|there)|est il|est elle|combien|comment|pourquoi|qui|quoi|quel\w*|lequel|laquelle|ou (?:je|on|en est|est|puis|dois|peut|en|sont)|est ce|qu est|c est quoi|c est (?:pour )?(?:quoi|quel\w*|combien|qui)|de quoi|a quel\w*|a quoi|de quel\w*|jusqu a quel\w*|que (?:dois|faire|se passe|faut)|dans quel\w*|sur quel\w*|vous (?:prenez|acceptez|faites) (?:quoi|les)|par quel\w*|jusqu (?:a )?quand|pour quel\w*"
    r"|peut on|peut il|puis je|pouvez|pourriez|auriez|avez vous|etes vous|faut il|dois je|devons|y a t il|possible d\w*|possible|est il possible|what|when|how|where|why|who|which|whose|can (?:i|you|we)|could|may i|do (?:i|you|we)|does|is (?:it|there|this)|are (?:you|there)"
    r"|did you|have you|kya|kab|kitna|kitne|kitni|kaise|kahan|kaun|kis|kyun|cuanto|cuanta|cuando|como|donde|puedo|pueden|por que|que es|quien)"
)
_GREETING = r"(?:(?:bonjour|bonsoir|salut|hello|hi|hey|svp|please|dites|et|mais|ok|oui|non|alors|du coup|donc|euh|ben|merci|madame|monsieur|sir|par contre|sinon|excusez moi|pardon|desole|sorry|ye|yeh|bhai|dear|good morning|je) )*"
ASKS = any_of(rf"^{_GREETING}{_ASK_WORD}\b")
WANTS_TO_KNOW = any_of(
    r"\b(?:j ai une question|une question|question (?:sur|pour|concernant|about)|expliqu\w+|renseignement\w*|savoir (?:si|quand|combien|comment|ou|quel|quoi|ce)|sais pas (?:comment|ou|quoi|quand|si|combien)|let me know|tell me|bata(?:o|iye|do)|me demande si|dites moi|precis(?:er|ez|ions)|detail\w*)\b",
    r"\b(?:comprends?|compris|comprenons|understand|samajh) (?:\S+ ){0,2}?(?:pas|rien|plus|nahi|rien du tout)\b|\b(?:pas|rien|not|don t|didn t|nahi|mal|no) (?:\S+ )?(?:compris|comprendre|understand|samjha|samjhe|samajh|entiendo)\b",
    r"\b(?:rib|iban|coordonnees (?:bancaires?|de paiement)|bank details|account (?:number|details)|upi(?: id)?|qr code|lien de paiement|payment link)\b(?= (?:svp|please|bhejo|do|merci|again|encore|$))|\b(?:envoy|envoi|renvoy|renvoi|donn|indiqu|transm|communiqu|redonn|send|share|bhej|resend|preciser)\w*(?: \S+){0,5}? (?:rib|iban|coordonnees|facture|factures|lien|detail|details|invoice|link|bill|account|upi|montant|reference|devis|contrat|recu|programme|billets|id)\b|^(?:\S+ )?(?:rib|upi id|iban)$",
    r"\b(?:pas|jamais|rien|toujours pas|nahi|not|never|didn t|haven t) (?:encore |eu |)?(?:recu|mil[ai]|receive\w*|got|get|aaya|recibido) (?:\S+ ){0,3}?(?:facture|lien|devis|contrat|billets?|mail|confirmation|programme|invoice|link|bill|tickets?|voucher|factura)\b|\bfacture (?:\S+ )?(?:pas|jamais) recue?\b|\bbill nahi\b",
    r"\b(?:voudrais|voulais|souhaite\w*|aimerais|aimerions|souhaitons|veux|would like|want) (?:\S+ ){0,2}?(?:savoir|connaitre|parler|echanger|joindre|un rendez|des (?:infos?|precisions|nouvelles)|to (?:know|talk|speak)|appeler|avoir)\b|\bje voudrais (?:une|la) (?:facture|copie)\b|\bparler (?:a|avec|au) \S+",
    r"\bil (?:me|nous) (?:faut|faudrait) (?:une|la|le|un|votre) (?:facture|rib|lien|recu|devis|attestation)\b|\bbesoin (?:d une|de la|d un|du|de votre) (?:facture|rib|lien|recu|devis|attestation)\b|\bquel (?:montant|prix|jour|numero)\b|\b(?:trouve|retrouve) (?:pas|plus)\b|\bperdu (?:le|votre|mon) (?:lien|message|facture|mail|rib)\b|\b(?:delai|c|ce|cela|il) est (?:il |elle )?possible\b|\best il possible\b|\bmatlab\b|\bvoudrais (?:\S+ )?(?:modifier|changer|ajouter|decaler|reporter)\b|\bc est qui\b|\bqui (?:etes|es|est ce|c est)\b|\bvous etes qui\b|\bwho (?:is|are) (?:this|you)\b|\bkaun (?:hai|ho)\b",
    r"\b(?:payer|regler|paye|pay|reglement|paiement|pagar|payment)(?: \S+){0,4}? (?:en (?:plusieurs|\d|deux|trois|quatre|dos)|plusieurs fois|\d fois|deux fois|mensualites|instal\w+|echelonn\w*|cuotas|emi)\b|\bechelonn\w+|\bechean?cier\b|\bfacilites? de (?:paiement|reglement)\b|\bdelai (?:supplementaire|de paiement)\b|\bplus de temps\b",
)  # fmt: skip
# A day that somebody only wishes, or takes leave until.
COURTESY = re.compile(
    r"\bbon(?:ne)? (?:week ?end|(?:fin|debut) de (?:semaine|journee|week ?end)|semaine|journee|soiree|mardi|dimanche)\b"
    r"|(?:^|\b(?:merci|bonjour|ok|et|journee|soiree|alors|revoir|bien|accord|bisous|salut) )"
    r"a (?:demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|la semaine prochaine)\b(?: alors| merci)*$"
    r"|\b(?:see you|have a (?:nice|good|great)) (?:\S+ )?(?:tomorrow|monday|tuesday|wednesday|thursday|friday|weekend|week ?end|day|week)\b"
)
MEETS = re.compile(r"\b(?:voit|vois|voir|verra|appelle|appellerai|rappelle|call|reunion|rendez vous|meet|meeting)\b")
TROUBLE = any_of(
    r"\b(?:marche|fonctionne|ouvre|passe|accepte|valide|charge|affiche|arrive|aboutit) (?:\S+ )?(?:pas|plus|jamais)\b(?! (?:a |encore )?(?:payer|le voir|maintenant))|\b(?:pas|plus) (?:marche|fonctionne|passer?|abouti|ouvrir)\b|\bnot (?:working|opening|loading)\b|\b(?:affiche|message|page|met|mets|dit|marque) (?:\S+ ){0,2}?(?:d )?(?:erreur|error)\b|\b(?:doesn|isn|didn|won|can) t (?:work|open|load|go|pay|access)\w*|\bkaam nahi\b|\bnahi (?:khul|chal|ho)\w* ?(?:raha|rahi)?\b|\bno funciona\b|\bno (?:me )?(?:deja|abre)\b",
    r"\b(?:carte|paiement|virement|transaction|cb|card|payment|transfer|prelevement|cheque|payement)(?: \S+){0,4}? (?:refus\w+|rejet\w+|echou\w*|echec|bloqu\w+|annule\w*|expire\w*|declined|rejected|failed|bounced|blocked|fail|atka)\b|\b(?:banque|bank|compte) (?:\S+ ){0,3}?bloqu\w+|\bbloqu\w+ (?:\S+ ){0,2}?(?:paiement|virement|carte|compte)\b|\b(?:lien|page|site|link) (?:\S+ )?(?:mort|expire\w*|invalide|casse|dead|broken|expired)\b|\bbug\w*\b|\bplante\b|\bpas a (?:payer|regler|ouvrir|acceder|valider|me connecter) (?:\S+ ){0,2}?(?:lien|site|carte|appli\w*|cb|page)\b|\bpas a (?:ouvrir|acceder|valider|me connecter)\b|\berreur (?:\d{3}|technique|serveur|quand|lors|sur (?:le site|la page))\b",
)  # fmt: skip
CALL_ME = any_of(
    r"\b(?:r?appel\w*|telephon\w+|joindre|contact\w+) (?:moi|nous|me)\b(?! (?:plus|jamais))|\b(?:me|nous) (?:r?appel\w*|joindre|telephoner)\b(?! (?:plus|jamais))|\bun (?:r?appel|coup de fil|coup de tel\w*)\b|\bcall (?:me|us)\b|\bgive me a call\b|\bphone (?:karo|kijiye)\b|\bcall (?:karo|kijiye|kariye)\b|\bllam(?:e|a)me\b|\bde vive voix\b"
)
_ACK_WORDS = frozenset(
    "vais voir regarder verifier avoir prevenu prevenue rappele tard consulter lire etudier merci thanks thank you ok d accord accord parfait super top genial bien recu note c est noted entendu compris great perfect good fine sure alright theek hai shukriya dhanyavaad dhanyawad ji sir madame "
    "monsieur mademoiselle bonne bon bonjour bonsoir hello hi beaucoup tres a vous tout votre vos message messages rappel pour le du de la les l got it much so very many oui yes haan gracias vale je regarde vois verifie info infos "
    "information informations pas de souci soucis probleme problemes cordialement bravo nickel cool well received will do accha acha et au revoir toi bientot i am on lot vu journee soiree semaine week end impeccable ca marche va roule cela "
    "remercie impec excellent merveilleux t inquiete check see cheers ta pleasure welcome rien with en prends prend nous me moi suis ravi ravie patience reponse rapide attention gentil gentille aimable etes avez raison muchas perfecto bueno muy "
    "tranquille no problem worries dear madam noticed understood ack okk yep yeah yup ouaip carrement volontiers avec plaisir merciii bises bisous amities salutations sinceres distinguees respectueusement bonnes vacances petit grand same aussi egalement also kind regards best thx hain bhai haa han thats that s nice one done deal".split()
)
_ACK_CORE = frozenset(
    "merci thanks thank ok accord parfait super top genial recu note noted entendu compris great perfect good fine sure alright theek shukriya dhanyavaad dhanyawad oui yes haan gracias vale nickel cool got vu "
    "accha acha souci soucis probleme problemes impeccable marche va roule remercie impec excellent inquiete cheers understood yep yeah yup carrement volontiers bravo perfecto regarde vois verifie check bien plaisir voir regarder verifier".split()
)
_THANKS = any_of(
    r"^(?:bonjour |bonsoir |ok |oui |super |tres bien |parfait |d accord |hello |hi |et )*(?:merci|thanks|thank you|gracias|je vous remercie|un grand merci)\b(?! (?:de|d|pour) (?!m avoir|avoir|nous avoir)(?:bien|me|m|nous|ne|vous|m|arret|cess|rappeler|confirmer|repondre|patienter))"
)
_NOT_THANKS = re.compile(
    r"\b(?:pas|plus|ne|n|not|no|nahi|mais|but|quand|comment|combien|rib|facture|envoyer|renvoyer|attends|voudrais|rappeler)\b"
)


def thanks(words: str) -> re.Match[str] | None:
    tokens = set(words.split())
    if tokens and tokens <= _ACK_WORDS and not tokens.isdisjoint(_ACK_CORE):
        return re.match(r".*", words)
    return _THANKS.search(words) if len(words.split()) <= 12 and not _NOT_THANKS.search(words) else None
