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
  profile: "Informations sur le profil", contactInfo: "Infos du contact", close: "Fermer", ok: "OK",
  tick: ["En attente", "Envoyé", "Distribué", "Lu"], starting: "Démarrage de la discussion",
  invalid: "Le numéro de téléphone partagé via une URL n'est pas valide.",
  failed: "Échec de l’envoi", notOnWhatsApp: (n) => `Le numéro de téléphone ${n} n'est pas sur WhatsApp.`,
  offlineTitle: "Ordinateur non connecté", offlineHint: "Vérifiez la connexion. Tentative de connexion…",
  elsewhere: "WhatsApp est ouvert dans une autre fenêtre. Cliquez sur « Utiliser ici » pour utiliser WhatsApp dans cette fenêtre.",
  useHere: "Utiliser ici", whatsNew: "Nouveautés", whatsNewText: "Découvrez les nouvelles listes de discussions et les réponses rapides.",
  continue: "Continuer", restricted: "Votre compte est actuellement limité : vous ne pouvez pas démarrer cette discussion.",
  photo: "Photo", document: "Document", download: "Télécharger", today: "Aujourd’hui", yesterday: "Hier",
  landing: "WhatsApp Web", landingText: "Envoyez et recevez des messages sans garder votre téléphone connecté.",
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
  profile: "Profile details", contactInfo: "Contact info", close: "Close", ok: "OK",
  tick: ["Pending", "Sent", "Delivered", "Read"], starting: "Starting chat",
  invalid: "Phone number shared via url is invalid.",
  failed: "Failed", notOnWhatsApp: (n) => `The phone number ${n} isn't on WhatsApp.`,
  offlineTitle: "Computer not connected", offlineHint: "Check the connection. Trying to connect…",
  elsewhere: "WhatsApp is open in another window. Click “Use here” to use WhatsApp in this window.",
  useHere: "Use here", whatsNew: "What's new", whatsNewText: "Discover the new chat lists and quick replies.",
  continue: "Continue", restricted: "Your account is restricted right now: you can't start this chat.",
  photo: "Photo", document: "Document", download: "Download", today: "Today", yesterday: "Yesterday",
  landing: "WhatsApp Web", landingText: "Send and receive messages without keeping your phone online.",
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
