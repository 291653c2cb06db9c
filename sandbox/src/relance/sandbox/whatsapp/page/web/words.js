// The interface in its two languages, as the real page is reported to say it.

const FR = {
  encrypted: "Chiffré de bout en bout", loadingChats: "Chargement de vos discussions", loading: "Chargement…",
  linkTitle: "Se connecter à WhatsApp Web", qrLabel: "Scannez ce code QR pour associer un appareil !",
  linkSteps: ["Ouvrez WhatsApp sur votre téléphone.", "Touchez Réglages, puis Appareils connectés.",
    "Touchez Connecter un appareil et dirigez votre téléphone vers cet écran."],
  sandboxHint: "Bac à sable : le téléphone du propriétaire est la page", qrReload: "Recharger le code QR",
  loggedOut: "Vous avez été déconnecté de cet appareil.", chats: "Discussions", contacts: "Contacts", messages: "Messages",
  chatList: "Liste des discussions", search: "Rechercher ou démarrer une discussion", noResult: "Aucun résultat trouvé",
  unread: (n) => (n > 1 ? `${n} messages non lus` : "1 message non lu"), mine: "Vous", says: (author) => `${author} :`,
  searchBox: "Zone de texte de la recherche", searchChat: "Rechercher…",
  compose: (title) => `Entrez un message pour ${title}`, placeholder: "Entrez un message", send: "Envoyer",
  voice: "Message vocal", attach: "Joindre", emoji: "Ouvrir le panneau des émojis", menu: "Menu",
  profile: "Informations sur le profil", contactInfo: "Infos du contact", groupInfo: "Infos du groupe", close: "Fermer", ok: "OK",
  tick: ["En attente", "Envoyé", "Distribué", "Lu"], starting: "Démarrage de la discussion",
  failed: "Échec de l’envoi",
  offlineTitle: "Ordinateur non connecté", offlineHint: "Vérifiez la connexion. Tentative de connexion…",
  elsewhere: "WhatsApp est ouvert dans une autre fenêtre. Cliquez sur « Utiliser ici » pour utiliser WhatsApp dans cette fenêtre.",
  useHere: "Utiliser ici", whatsNew: "Nouveautés", whatsNewText: "Découvrez les nouvelles listes de discussions et les réponses rapides.",
  continue: "Continuer", restricted: "Votre compte est actuellement limité : vous ne pouvez pas démarrer cette discussion.",
  photo: "Photo", document: "Document", download: "Télécharger", today: "Aujourd’hui", yesterday: "Hier",
  landing: "WhatsApp Web", landingText: "Envoyez et recevez des messages sans garder votre téléphone connecté.",
  capped: "Vous avez atteint la limite de nouvelles discussions de ce mois : cette personne doit vous écrire d’abord.",
  banners: {
    warning: "Votre compte pourrait bientôt être limité : WhatsApp n’autorise pas les messages automatisés.",
    capping: "Vous approchez de la limite mensuelle de nouvelles discussions.",
    rate: "Vous envoyez trop de messages. Réessayez plus tard.",
  },
  byPhone: "Se connecter avec le numéro de téléphone", phoneTitle: "Saisissez votre numéro de téléphone",
  phoneLabel: "Saisissez votre numéro de téléphone.", nextStep: "Suivant", codeTitle: "Saisissez ce code sur votre téléphone",
  codeOver: "Ce code a expiré. Demandez-en un autre.", badPhone: "Numéro de téléphone incorrect.",
  tooMany: "Trop de tentatives d’association d’un appareil. Réessayez plus tard.",
  logOut: "Se déconnecter", logOutSure: "Se déconnecter de WhatsApp ?", cancel: "Annuler",
  quota: "L’espace de stockage de votre navigateur est plein : libérez de l’espace pour utiliser WhatsApp Web.",
  screens: {
    app_lock: ["WhatsApp est verrouillé", "Saisissez votre mot de passe pour déverrouiller WhatsApp.", "Déverrouiller"],
    expired: ["Mettre à jour WhatsApp", "Cette version de WhatsApp n’est plus prise en charge.", "Mettre à jour"],
    checkpoint: ["Vérifiez que c’est bien vous", "Poursuivez la vérification de sécurité sur votre téléphone.", "Continuer sur le téléphone"],
    unsupported: ["WhatsApp fonctionne avec Google Chrome 100 ou ultérieur", "Utilisez un autre navigateur.", null],
    database: ["Une erreur de base de données s’est produite dans votre navigateur", "Déconnectez-vous et associez l’appareil de nouveau.", "Recharger"],
  },
  video: "Vidéo", sticker: "Sticker", edited: "Modifié", quoted: "Message cité", deleted: "Ce message a été supprimé.",
  photoGone: "Impossible de télécharger : cette photo n’est plus disponible. Demandez à la personne de la renvoyer.",
  discard: "Supprimer la sélection ?", goBack: "Retour à la sélection", discardYes: "Supprimer", caption: "Ajoutez une légende",
  sendSelected: "Envoyer 1 élément sélectionné", next: "Suivant", playVoice: "Lire le message vocal",
  attachItems: { document: "Document", photo: "Photos et vidéos", camera: "Caméra", sticker: "Nouveau sticker" },
  notices: {
    encrypted: "Les messages sont chiffrés de bout en bout. Seules les personnes de cette discussion peuvent les lire.",
    disappearing_on: "Vous avez activé les messages éphémères.", disappearing_off: "Vous avez désactivé les messages éphémères.",
    number_changed: "Le code de sécurité de ce contact a changé.", business: "Cette entreprise utilise un service sécurisé de Meta.",
  },
  watching: "Miroir en lecture seule", older: "Messages plus anciens",
};

const EN = {
  encrypted: "End-to-end encrypted", loadingChats: "Loading your chats", loading: "Loading…",
  linkTitle: "Log into WhatsApp Web", qrLabel: "Scan this QR code to link a device!",
  linkSteps: ["Open WhatsApp on your phone.", "Tap Settings, then Linked devices.",
    "Tap Link a device and point your phone at this screen."],
  sandboxHint: "Sandbox: the owner's phone is the page", qrReload: "Reload QR code",
  loggedOut: "You have been logged out of this device.", chats: "Chats", contacts: "Contacts", messages: "Messages",
  chatList: "Chat list", search: "Search or start a new chat", noResult: "No results found",
  unread: (n) => (n > 1 ? `${n} unread messages` : "1 unread message"), mine: "You", says: (author) => `${author}:`,
  searchBox: "Search input textbox", searchChat: "Search…",
  compose: (title) => `Type a message to ${title}`, placeholder: "Type a message", send: "Send",
  voice: "Voice message", attach: "Attach", emoji: "Open emojis panel", menu: "Menu",
  profile: "Profile details", contactInfo: "Contact info", groupInfo: "Group info", close: "Close", ok: "OK",
  tick: ["Pending", "Sent", "Delivered", "Read"], starting: "Starting chat",
  failed: "Failed",
  offlineTitle: "Computer not connected", offlineHint: "Check the connection. Trying to connect…",
  elsewhere: "WhatsApp is open in another window. Click “Use here” to use WhatsApp in this window.",
  useHere: "Use here", whatsNew: "What's new", whatsNewText: "Discover the new chat lists and quick replies.",
  continue: "Continue", restricted: "Your account is restricted right now: you can't start this chat.",
  photo: "Photo", document: "Document", download: "Download", today: "Today", yesterday: "Yesterday",
  landing: "WhatsApp Web", landingText: "Send and receive messages without keeping your phone online.",
  capped: "You reached this month's new chat limit: this person has to write to you first.",
  banners: {
    warning: "Your account may soon be restricted: WhatsApp does not allow automated messages.",
    capping: "You are close to your monthly limit of new chats.",
    rate: "You are sending too many messages. Try again later.",
  },
  byPhone: "Log in with phone number", phoneTitle: "Enter phone number", phoneLabel: "Type your phone number.",
  nextStep: "Next", codeTitle: "Enter code on phone", codeOver: "This code has expired. Ask for another one.",
  badPhone: "Incorrect phone number.", tooMany: "Too many attempts to link a device. Try again later.",
  logOut: "Log out", logOutSure: "Log out of WhatsApp?", cancel: "Cancel",
  quota: "Your browser's storage is full: free up space to use WhatsApp Web.",
  screens: {
    app_lock: ["WhatsApp is locked", "Enter your password to unlock WhatsApp.", "Unlock"],
    expired: ["Update WhatsApp", "This version of WhatsApp is no longer supported.", "Update"],
    checkpoint: ["Verify it's you", "Continue the security check on your phone.", "Continue on phone"],
    unsupported: ["WhatsApp works with Google Chrome 100+", "Use another browser.", null],
    database: ["A database error occurred on your browser", "Log out and link the device again.", "Reload"],
  },
  video: "Video", sticker: "Sticker", edited: "Edited", quoted: "Quoted message", deleted: "This message was deleted",
  photoGone: "Download failed: this photo is no longer available. Ask for it to be sent again.",
  discard: "Discard selection?", goBack: "Return to media", discardYes: "Discard", caption: "Add a caption",
  sendSelected: "Send 1 selected", next: "Next", playVoice: "Play voice message",
  attachItems: { document: "Document", photo: "Photos & videos", camera: "Camera", sticker: "New sticker" },
  notices: {
    encrypted: "Messages are end-to-end encrypted. Only people in this chat can read them.",
    disappearing_on: "You turned on disappearing messages.", disappearing_off: "You turned off disappearing messages.",
    number_changed: "Your security code with this contact changed.", business: "This business uses a secure service from Meta.",
  },
  watching: "Read-only mirror", older: "Older messages",
};

export const words = { ...FR };

export function speak(lang) {
  Object.assign(words, lang === "en" ? EN : FR, { lang: lang === "en" ? "en" : "fr" });
  document.documentElement.lang = words.lang;
}

// What is said of a number that cannot be written to: [the link is senseless, nobody has WhatsApp there].
export const BAD_NUMBERS = {
  fr: ["Le numéro de téléphone partagé via une URL n'est pas valide.", (n) => `Le numéro de téléphone ${n} n'est pas sur WhatsApp.`],
  en: ["Phone number shared via url is invalid.", (n) => `The phone number ${n} isn't on WhatsApp.`],
  es: ["El número de teléfono compartido a través de la dirección URL no es válido.", (n) => `El número de teléfono ${n} no está en WhatsApp.`],
  ar: ["إن رقم الهاتف الذي تمت مشاركته عبر الرابط غير صحيح.", (n) => `رقم الهاتف ${n} غير مسجل على واتساب.`],
};
