"""Words as customers type them: those that rules lean on, their SMS spellings, and everyday words that no typing error
explains. French, English, Hinglish and some Spanish, all without accents.
"""

# ruff: noqa: E501, SIM905 - lists of words read better as prose
from __future__ import annotations

EMOJI = {
    "👍": "ok", "👌": "ok", "✅": "ok", "☑": "ok", "✔": "ok", "🆗": "ok", "🙏": "merci", "❤": "merci", "😊": "merci", "🙂": "merci",
    "😀": "merci", "😁": "merci", "😃": "merci", "😄": "merci", "😘": "merci", "🥰": "merci", "💙": "merci", "🤗": "merci", "💪": "ok",
    "🛑": "stop", "⛔": "stop", "🚫": "stop",
}  # fmt: skip

ACCENTED = {
    "jé": "j ai",
    "gé": "j ai",
    "é": "et",
    "lé": "les",
    "dé": "des",
    "cé": "c est",
    "sé": "c est",
    "fé": "fait",
    "ché": "je sais",
    "mé": "mais",
    "né": "n est",
    "à": "a",
}

SPELLINGS = {
    word: meant
    for meant, words in {
        "j ai": "jai g gai jay", "je": "jeu", "je vais": "jvai jvais jva jve", "je viens": "jvien jviens jvient",
        "je suis": "jsui jsuis chui chuis jss", "je sais": "jsai jsais", "je te": "jte", "je vous": "jvous jvs", "je fais": "jfe jfai jfais",
        "je paie": "jpaie jpay jpai", "je connais": "jconne jconnai jconnais", "c est": "c cest", "c etait": "ct cetait",
        "c est pas": "cpa cpas cepa", "d accord": "dac dacc dacord daccor daccord dak dakor dakord daccort", "aujourd hui": "ojd ojourd8 ojourdhui ojourdui aujourdhui aujourdui auj ajd aujourd8",
        "demain": "2main 2m1 2min dm1 dem1 dmain demin 2m deman", "fait": "fe", "pour": "pr", "pourquoi": "pk pkoi pq pourkoi prkoi prquoi", "quand": "kan kand qd",
        "combien": "cbien combiens combi1", "comment": "komen koman kommen coment cmt commen", "quoi": "koi kwa quoa", "que": "ke", "quel": "kel", "quelle": "kelle",
         "au": "o", "avec": "ac avc", "beaucoup": "bcp bocou bcoup", "desole": "dsl desoler", "svp": "stp svpp stplait", "maintenant": "mtn mnt mntn", "merci": "mrc mci merki mercii merc mercy mersi",
        "thanks": "thx tks thks thnx", "t inquiete": "tkt tinquiete", "you": "u", "your": "ur", "please": "pls plz plss", "i have": "ive", "i will": "ill", "i am": "im", "it is": "its", "don t": "dont dnt", "didn t": "didnt dint",
        "haven t": "havent havnt", "hasn t": "hasnt", "won t": "wont", "can t": "cant", "isn t": "isnt", "wasn t": "wasnt", "doesn t": "doesnt", "couldn t": "couldnt", "n importe": "nimporte", "virement": "vir virmt virt virmen", "pas": "pa aps psa",
        "plus": "plu", "rien": "ri1 ryen", "bien": "bi1 bn", "tout": "tt", "toujours": "tjs tjrs", "jamais": "jms jamai", "non": "nn nan", "oui": "ui ouai ouais wi", "message": "msg mess", "text": "txt", "messages": "msgs", "numero": "num n° numro", "telephone": "tel",
        "bonjour": "bjr bjour", "bonsoir": "bsr", "salut": "slt", "cordialement": "cdt cdlt", "ca va": "cv", "faute": "fote", "promis": "promi", "papiers": "papie papier papiers", "mauvais": "movai movais mauvai mauvait mauvaise", "argent": "argen dargen dargent",
        "compris": "conpri compri conpris", "dois": "doi", "numeros": "nums", "rappel": "rapel", "facture": "fact factur", "rendez vous": "rdv", "ok": "okay oki okey oky", "tomorrow": "tmrw tomo tmr tmw 2moro tomorow", "today": "2day tdy",
        "payment": "pymt paymnt pmt", "through": "thru", "because": "bcz coz", "nahi": "nhi nahin", "hai": "hain", "kar": "kr krr", "dunga": "dunga doonga", "karunga": "krunga karoonga", "theek": "thik tik", "kya": "kyaa kia", "kyun": "kyu",
        "mademoiselle": "mlle melle", "madame": "mme mmme", "monsieur": "mr m. mrs msieur", "week end": "weekend wkd wk", "quelqu un": "qqn qqun", "quelque": "qq", "semaine": "sem", "paiement": "paiment payement paimt", "arrete": "arete arette arett arettez aretez", "passeport": "passport pasport passeports passports pasports",
        "annule": "anule",
    }.items()
    for word in words.split()
}  # fmt: skip

# What rules lean on, the likelier meaning of a doubtful spelling first.
KEYS = tuple(
    "stop start arrete arretez arreter arret cesse cessez cesser stopper stoppez unsubscribe desabonner desabonnez desabonnement desinscrire desinscription desinscrivez reinscrire reinscrivez reabonnez resilier "
    "paye payer payes payez paie paies paierai payerai paiera paierons paiement paiements payment paying paid regle regler reglez reglerai regler reglement reglements vire virer virement virements virerai "
    "verse verser versement verserai solde soldee acompte cheque cheques posterai transfert transfer transferred transfere transferer transferencia banque bank carte argent money balance settled settle cleared sent "
    "facture factures invoice bill montant amount prix somme devis "
    "effectue effectuee effectuer envoie envoi envoyez envoyer envoye enverrai enverrons enverra transmet transmets transmettrai parvenir scanne scanner send sending bhej bhejunga bhejo "
    "demain lundi mardi mercredi jeudi vendredi samedi dimanche tomorrow monday tuesday wednesday thursday friday saturday sunday semaine prochaine prochain week month mois manana lunes viernes martes jueves "
    "janvier fevrier avril juillet aout septembre octobre novembre decembre january february august september october november december "
    "passeport visa document documents pieces papiers photo photos formulaire copie identite pasaporte documentos "
    "numero number numeros mauvais erreur trompe trompez tromper personne person wrong destinataire connais galat equivocado "
    "plus message messages whatsapp textos marre suffit texting receive adresser fichez foutez escriban anymore oppose fichiers relance relances rappel rappels reminder reminders ecrire ecrivez ecris contacter contactez contacte contact harceler harcelement supprimer supprimez supprime retirez retirer enlevez effacez efface liste tranquille laissez bloque "
    "recevoir souhaite veux voudrais reprendre reprenez resume reactiver reabonner "
    "conteste contester contestation accord annule annulee annulation cancel cancelled rembourse rembourser remboursez remboursement refund avocat lawyer arnaque plainte escroc voleurs police litige dispute refuse incorrect faux "
    "decede decedee deces hopital hospitalise hospitalisee malade maladie chomage licencie accident enterrement funeral hospital "
    "merci thanks thank parfait entendu noted note recu accord compris super gracias dhanyavaad shukriya "
    "combien comment pourquoi quand question puis pouvez pouvons possible kitna kitne where when cuanto "
    "encore jamais aucun aucune never "
    "necessaire occupe charge promis promise salaire salary "
    "lien link fonctionne marche croyais croyait pensais pensait coordonnees "
    "deja already hier yesterday matin pagado pague pago mensualites fois haven".split()
)  # fmt: skip

# Short words that say "paid": a guess at them would be a guess at a payment.
NEVER_GUESSED = frozenset(
    "paye payes payez paies vire verse regle solde paid sent cleared pague pago pagado pagada".split()
)

# Everyday words next to those, and not them. What is neither here nor a key is taken for a key mistyped, if one is near.
ORDINARY = frozenset(
    "page pages sage cage rage pays paysage payant voyage voyages visage virage verre vers versant verte vert vivement viens vient venir venu virus livre livres livrer vivre suivre mari maris mardis mars marie mairie martin "
    "matin matins main mains maintenant demande demandes demander demandez remain domain regarde regardes regarder regardez reglage rester reste restes restant prix pris prise prises prie somme sommes comme commes homme femme personnel personnes "
    "messager massage massages conte contes conter compte comptes comptent comptable compter content contente contents contenu contre contrat contrats content date dates data mate table cause case caisse chaise chose choses cette celle carton cartes cadre cadres "
    "note notes notre votre vote voter noter nombre nombres nommer numerique ombre arrive arrives arriver arrivez arrivee arrivees arriere vire vite vide video videos vider vise viser vision visite visites visiteur solde solder sol soleil sole sold gold hold told sole "
    "paire paix pain pair part parts partir partie parti partons party paris pari parc pars passe passer passez passes passons passage passant passager passagers possible possibles poste poster postes posee poser pose peser penser pense pensez presse pressez prend prends prendre "
    "send sends end ends and spend spent sens sent cent cents rent went want tent seul seule seuls seule sous soir soirs voir loin soin soins soit soient bois fois foie roi toi moi mois vois vous nous tous tout toute toutes route routes doute doutes goute "
    "bien rien lien liens tiens viens tient chien mien sien note lire dire dite faite faites fete fetes tete bete jette jeter acheter achete achat achats chat chats rate rater rates late later later hate water "
    "week weeks seek seen need needs feed free three tree street stay stays step steps shop shops spot spots stock store story star stars start starts state states strange trop drop crop prop propre top tops stand still "
    "well will bill bills billet billets fill full pull call calls called cold could would should shall small wall hall half help here there where were these those them then than that this thing think thank think bank banks back pack lack black book books booked booking look looks looking "
    "moment moments montre montrer montrez montagne monter mont mondes monde month months mouth north worth work works world word words wait waiting want wants watch water way ways away "
    "bon bonne bons bonnes bonjour bonsoir bonheur jour jours journee toujours jeune jeunes jeune rouge bouge bouger "
    "envie envies envers enfin enfant enfants entre entrer entree entendre attend attends attendre attendez attendons attente entente vente ventes tente event events even ever every never over "
    "perdre perdu permis permet person persons prison raison raisons saison maison maisons mission missions moins joint joindre point points poing "
    "numerus mauve mauves moyen moyens moyenne terreur horreur erreurs fleur fleurs trompes tromper trompette troupe group groupe groupes "
    "reserve reserves reserver reservation reservations reponse reponses repondre repondez reponds repond reprise reprises represente comprise entreprise surprise remise remises remis revient reviens revenir revenu retenir retour retours retard retards regard regards "
    "connait connaissez connaitre connu conseil conseils conseille content contact contacts contrats "
    "paquet paquets parfois parfum parmi partout parent parents parler parle parles parlez perle present presente presenter payload player players "
    "virtual versus version versions avance avancer avances balance balances valable valise valises malaise balade ballade salade malades maladies "
    "arrets arrange arrangement arranger arrangez argument aucunement cheveux chevaux chaque choque check checks cheek chef clef cheques "
    "transit transport transports transfers transfert transferts transforme "
    "banques blanche blanc blancs basque masque marque marques marquer marches marchand manque manquant manquants manquent manger marger marge marger large charges charger chargement change changer changes changement chance chances chanter chambre chambres "
    "monnaie monter mentir mention menton mental mortel morts dort sort sorte sortie sorties sortir forte fort porte portes porter port "
    "factures facteur facile facilement face faces faire faites fatigue fin final finale finalement finances financier financieres "
    "montants mutant avant avants devant devants devis devise devoir devoirs devrais devrait devra devront devez devons revoir recevoir avoir savoir "
    "semaines sermon semble sembler semblant ensemble ressemble "
    "prochaines prochains procedure procede proceder produit produits projet projets promesse promets promettre premier premiere premiers "
    "photographe photocopie copies copain copine couple couples cuisine cousine cousin copie "
    "visas visa vista vous vas vais vague bague langue longue blague plage plages place places plaque plaques plaisir plait plein pleine plusieurs plus plutot "
    "rappeler rappelle rappelez rapport rapporte rapide rapidement remplir rempli remplacer relais relation relations relire "
    "ecrit ecrite ecrits ecran cadeau cadeaux crier crise crises crise critique contacts contacter ecouter ecoute ecoutez "
    "listes lister piste pistes liste triste triste titre titres tiret retire tire tirer dire "
    "supprimer suprime supporter support supports supposer superbe superieur "
    "laisse laisser laissons baisse baisser caisse fraise frais francais france frere freres mere pere peres "
    "bloquer blog bloc boite boites bete belle bel "
    "retrouve retrouver retrait trouve trouver trouvez trouve prouve prouver prouve "
    "change charge chargee decharge marcher marchera marche marchent "
    "occuper occupee occupes occupent occasion occupation groupe "
    "accorde accorder accords acceptez accepte accepter acces accident accidents accueil accompagne "
    "annonce annonces annoncer annee annees anniversaire annuel annuelle annulees "
    "remboursable embouteillage bourse bourses "
    "refus refuses refaire refait refer refers ref "
    "police polices politique polie polices politesse "
    "plaintes plante plantes plainte plaindre pleine "
    "escale escales esclave escroquerie "
    "hotel hotels hopitaux hotesse hospital hospitals hospitality "
    "maladroit salaires salarie salon salle salles "
    "question questions gestion station questionne "
    "encours encre entree ancre "
    "promises promis premises "
    "marchand fonction fonctions fonctionnaire fonctionner "
    "hiver hier hive tiers cher chers chere chez "
    "pago pagos pages page pagar puede puedo pueden "
    "super supper upper user users "
    "quant quand quai quasi quart quarts grand grande grands grandes "
    "possede possession posse passible "
    "pouvoir pouvons pouvaient pauvre pauvres "
    "puis puisque depuis lui suis nuit nuits huit fruit fruits bruit "
    "merce merle merveille merveilleux mercure "
    "soldat soldats sondage monde mode model modes modele "
    "emporte importe important importants importance "
    "notez notee nota noted hotel "
    "daily delay delays delai delais details detail deal dear near "
    "last past best rest test tests text texts next nest lost cost most post posted host hosts just must dust trust first fast list lists "
    "name names same some come home sure pure cure care card cards hard yard ward car cars can cannot canada "
    "line lines live lives life like likes liked lie time times tile file files fine find mind kind king thing nothing something anything everything "
    "make makes made take takes taken talk talks walk told tell sell self "
    "much such each reach teach beach family friend friends girl boys boy day days today "
    "about above after again against agent agents agence agences ago all also always amp any around arrival ask asked asking because been before being between both bring but buy change changed city come coming country customer date dates departure did do does doing done down during early email enough evening exactly fact far feel few flight flights follow for found from fully gave get gets getting give given go goes going good got great had hand has have having hello her high him his hope hotel hour hours how however hurry into issue keep kids know known large left less let letter long love may maybe mean meet met mine more morning mother move mrs my need new night not now off office often old once one online only open opened order other our out own passed people phone plan planned plans please pm price problem problems put question quick quickly quite ready really reason receive received receiving regards remind reply right said saw say says see service she show sir sister so son soon sorry speak spoke support talk team telling thanks though through till together told too total travel tried trip trips true try trying turn two under understand until up us use used very via visit vacation while who why wife with within without wonder year years yes yet young your yours yourself".split()
) | frozenset(
    "abhi accha acha aana aata aati aate aap aapka aapke aapko aaj aage aisa andar aur baad baat bad band batao bata bhai bhaiya bhi bheja bheji bhejna bhejte bhejti bill chahiye chal dena denge dedo deta diya diye dijiye din dino do dost ek galti ghar gaya gayi gaye haan hain hogaya hona hota hoga hogi hum hua hui huye isme isko jab jaldi jaise jana jayega jayegi kaam kab kabhi kahan kaise karna karne karo karta karte karti karke kaun khud kiya kisi kitna kitni koi kuch lekin lena liya log main mai maine mat matlab mein mera mere meri mila mile mujhe mummy na naam nai namaste paas paise paisa papa pata pehle phir phone pura raha rahe rahi rupay rupaye rupees sab sabko sath sahi samajh shaam so subah tak tarikh tha thi the thoda toh tum wala wali wapas wapis wo woh yaar yahan ye yeh "
    "ahora ayer algo amigo antes aqui asi ayuda bien bueno buenos buenas cada caso como con cosa cuando cuanta cuenta cual deber debo decir del desde despues dia dias dinero donde dos ella ellos entonces era eres esa ese eso esta estan estar este esto estoy favor fue ha hace hacer hago hasta hay he hice hola hoy la las le lo los manana mas mensaje mensajes mi mis mucho muchas muy nada ni no nombre nos nunca numero otra otro pagado pagar pague para pasa pero poco por porque que quien quiero saber semana senor senora ser si sin sobre solo son soy su sus tal tambien tan tengo tiene tienes todavia todo todos tu una uno usted va vale vamos veces ver vez viaje voy ya yo "
    "absent absente actuellement adresse adresser aider aide ailleurs aime aimer aimerais alors ainsi aller allez allons allait apres appelle appeler appelez appel appels aura aurai aurais aurez auriez aussi autant autre autres avais avait avez avons bagages besoin blesse bisous bourse bref bus but beau camping capital cela ceci celui chers ciel cinq classe client cliente clients collegue colis combien commande commander commence comprends comprend comprendre compagnie complet complete concerne confirme confirmer confirmation conge conges connecte convenu correct correspond corresponde cote coup cours courant courrier croire crois croyais debit debite debiter debut decide declare decu dehors demarche dernier derniere derriere dessous destine deux devenir dix dois doit donc donner donne donnez dont double duree durant echeance echoue ecole eleve elle elles email embete emploi employe enchante encaisse enleve ennui erreurs essaie essaye essayer est etais etait etant ete etes etre euro euros eux exact exactement excuse excuses excusez exemple explique expliquer expliquez facon faut fermer fille filles fils forfait fort gentil gentille guide haut hein heure heures heureux histoire ici idee ignore impatient inclus indique indiquer info infos information informations informe inquiete inquietez instant internet jaune joie joli jusqu jusque juste laquelle lequel lettre leur leurs libre lieu ligne lors lorsque loue louer lourd malgre maman meilleur meme merdre message mettre mettez mieux milieu mille minute minutes mobile modifie monsieur mourir moyens nature neuf nom noms nouveau nouvelle nouvelles noel objet obtenir oblige occupez octobre oublie oublier oublie ouvert ouverte ouvre ouvrir papa par parce pareil patience patienter pendant perte petit petite petits peu peur peut peux piece pied plaisante plan pluie plupart pourtant pourrai pourrais pourrait pourriez pouvait pres preuve prevenir prevois prevu prix probleme problemes profite propose proprietaire puisse quatre quelle quelles quels quelque quelques rappele recois recommande reclame reclamer reclamez recupere regret reglable rencontre rentre rentrer rentres renseignement repas repart reseau respect restaurant resultat reussi rue rendre rend rends rendez sais sait sante savez sans sauf secteur sejour selon sera serai serait seront servir seule si simple site situation six soeur souci soucis souvent suffit suite suivant suivi suit suivra sujet sur surtout tant tard tarif tel telephone temps tenez tenir termine terre tomber tombe total totalement tour tours train traite travail travaille travailler trente tres trois troisieme truc types unique urgent urgence utile utilise vacances valeur vendre veuillez veut vie vieux ville vingt voici voila voisin voit voiture voitures vol vols voulais vouloir voulu vrai vraiment vue zero dessus".split()
) | frozenset(
    "accidentel decident incident incidents accordent accorde decompte rarete egalement legalement reellement seulement tellement surement fierement finement gisement rarement parlement placement logement fermement vetement vetements environs inversement doucement entierement rendement vainement librement amendement patiemment sagement monument mentalites medicament appartement departement "
    "impossible paisible desactiver desactive unsettled remember remembered mount ajout atout avout bout cout gout fout ardent arente avocats barque banquet enquete ball bell bile bille mille pile brill hill kill mill pill rill vill fill till hall arte caret carre carter caste parte tarte cartel casse cassee casser fesse esse messe charme charte chrome comments commente commentaire comprime compromis constant constate constater contract contrast connecter consacrer contexte contextes consiste contest decoder remember denombre cris ecrin deal dejan defis denis devil fete discute discuter discussion "
    "dissoute drastique choques chequier effective affecter affecte fins freres reserve foin foins heer heir hirer hire fier nier pier identifier identique entends entendez pension tension mention lave lever neve neveu clever devil colle link pink sink drink mink think lima kid pita kite laid maid plaid poid raid laisses levons lisse liston lit liter lites sites litres lois lors mots mous moss rois sois omis mache marches marcha match arche mates mortes partes martes tartes marees adresses adresse dressage passages mesdames money honey monkey poney pointant montent montrait "
    "mode nope nose dote cote pote noir node nues nouee humer hotes numer nommes palo paso pas pale pane pape pare pate pave rame rave taux baux beaux eaux yeux jeux feux ceux aveux veuf lieux mieux vieux cieux paie haie raie plaie plaire plan plane ailes baie parait parlait parfaite provenir survenir pieges pinces nieces perso plaine plateau premise promos provinces puces pouls plis pois puits punis pues suis fuir nuire quais quid recois recul recue secu rech rect revue rege rele relevant releve relie relier remonter remontee apprendre rependre apprenez representer reparer repare respirer restaurer "
    "resultats registre breslien brasilien solaire scolaire salutaire canne scanne cannes band bend lend mend sand tend vend ben bent dent lent pent vent osent cent sept sert sentir seat settler kettle solde solide solve sonde onde pomme gomme homme sommet souhaits stade stuart stat stort stor stow stomp topper shopper sucer sugar super soupe sonne sunset tank hank shank temple terre trempe trempee romper rompre tomber tropez agences versets verger berger cerise vierges vitrines aire cire fire ivre mire pire rire sire vibre vice vile vive voire wire viande riz vida bisa visu parlerai passerai jaimerai placerai "
    "voleur douleurs couleurs valeurs voyeurs week meek peek weak weed weep phen whew hen wring strong prong song long parson persan perse pear pearl pose pause poses caution couches couche bouche douche aimez venez pensez passez voulez savez mangez "
    "abris debris acheter apporter importer emporter exporter comportement camion carton portable rouler couler ajouter jouter douter gouter bouger louer nouer jouer vouer jouet souhait concert concerts dessert desert refait relais relax clefs cles creme carafe frein reins serein terrain train trains grain grains plage plages nage nager large barge marge "
    "passee passees svp stp sms msg isn prevu scannee annuler decouvert desaccord escribir insister june lista marchandise messaged policy transferir cease was has had his her are our out all any did for get got him hit job let may nor off one own per pay put ran run see set she sit the too try two use via way who why yet yes you las mas bas cas pus par sur son ses ces des les mes tes une uns ils ou et en au aux du de la le ma sa ta ca ce ci si ne se te me je tu il on or an as at be by do go he if in is it my of ok so to up us we pass mass plie gas pan pat pal pad lad sad mad hat cat jet net get pet abuse abuser harcelez huitaine quinzaine semana viene thode puis plis pluie plut plume plum pluto adresse adresses whats appose suffire suffi fichier bana banao masse marie arre pagato pagata fais fait sont payed payee payees payerais payerons payments paierais paieront reglee regleees reglera reglerais reglerons virera virerons versera verserons effectuerai enverrons passerons pourrons recevons devais transmis transmettre envio envoy envoie renvoi renvoyer rembourse reactivez recontacter relancer numerise factura persona transferi equivocada escro octubre septiembre noviembre diciembre abril april listo licencie cancer march resubscribe reabonne entiendo pasado identity charged supprim strat mahin mais ayez adulte adultes nombre arbre sabre libre calibre equilibre timbre timbres salle balle malle valle dalle ".split()
)  # fmt: skip
