// Spring 2024: no test-ids, icons named in `data-icon`, `true_…@c.us_…` message ids, `message-in` and `message-out`.

const isText = { role: "textbox", "data-lexical-editor": "true" };
const isButton = (label) => ({ "aria-label": (about, words) => words[label], title: (about, words) => words[label] });
const iconNames = {
  pending: "msg-time", sent: "msg-check", delivered: "msg-dblcheck", read: "msg-dblcheck-ack", failed: "msg-error",
  send: "send", voice: "ptt", attach: "plus", emoji: "smiley", search: "search", more: "menu", close: "x",
  refresh: "refresh-large", document: "document", offline: "alert-computer", download: "download", deleted: "recalled",
  play: "audio-play", next: "chevron-right-alt", "attach-document": "attach-document", "attach-photo": "attach-image",
  "attach-camera": "attach-camera", "attach-sticker": "attach-sticker",
};

export const dataIcons = (names) =>
  Object.fromEntries(Object.entries(names).map(([part, name]) => [`icon-${part}`, { "data-icon": name }]));

const jid = (chat) => (chat.includes("@") ? chat : `${chat.replace("+", "")}@c.us`);

export default {
  name: "2024",
  hasSearchEditor: true,
  tags: { attach: "div", emoji: "div", menu: "div", searchChat: "div", close: "div" },
  iconNames,
  parts: {
    splash: { id: "wa_web_initial_startup" },
    qr: { "aria-label": "Scan me!", role: "img" },
    linkPhone: { role: "button" },
    phoneInput: { "aria-label": (about, words) => words.phoneLabel },
    phoneNext: { role: "button" },
    linkCode: {
      "aria-details": "link-device-phone-number-code-screen-instructions", "data-link-code": ({ code }) => [...code].join(","),
    },
    limit: { role: "status" },
    menuList: { role: "application" },
    menuItem: { role: "button", "aria-label": ({ label }) => label },
    logoutBanner: { role: "alert" },
    side: { id: "side" },
    pane: { id: "pane-side" },
    chatList: { role: "grid", "aria-label": (about, words) => words.chatList },
    search: { ...isText, "data-tab": "3", title: (about, words) => words.searchBox, "aria-label": (about, words) => words.searchBox },
    menu: { role: "button", ...isButton("menu") },
    searchChat: { role: "button", ...isButton("searchChat") },
    row: { role: "listitem" },
    cell: { role: "row" },
    cellTitle: { role: "gridcell" },
    cellName: { title: ({ title }) => title },
    cellPreview: { title: ({ preview }) => preview },
    unread: { "aria-label": ({ count }, words) => words.unread(count) },
    main: { id: "main" },
    headerFace: { role: "button", title: (about, words) => words.profile },
    headerInfo: { role: "button" },
    messages: { role: "application" },
    progress: { role: "progressbar", "aria-label": (about, words) => words.loading },
    composer: {
      ...isText, "data-tab": "10",
      "aria-label": (about, words) => words.placeholder, "aria-placeholder": (about, words) => words.placeholder,
    },
    attach: { role: "button", "data-tab": "10", ...isButton("attach") },
    emoji: { role: "button", "data-tab": "10", ...isButton("emoji") },
    send: { "data-tab": "11", "aria-label": (about, words) => words.send },
    voice: { "data-tab": "11", "aria-label": (about, words) => words.voice },
    divider: { role: "row" },
    rowHolder: { role: "row" },
    message: {
      "data-id": ({ id, chat, isOut }) => `${isOut}_${jid(chat)}_${id}`,
      class: ({ isOut }) => `message-${isOut ? "out" : "in"} focusable-list-item`,
    },
    author: { "aria-label": ({ author }, words) => words.says(author) },
    copyable: { class: "copyable-text", "data-pre-plain-text": ({ prefix }) => prefix },
    text: { class: "selectable-text copyable-text" },
    tailIn: { "data-icon": "tail-in" },
    tailOut: { "data-icon": "tail-out" },
    tick: { "aria-label": ({ ack }, words) => ` ${ack < 0 ? words.failed : words.tick[Math.min(ack, 3)]} ` },
    photo: { role: "button", "aria-label": (about, words) => words.photo },
    document: { role: "button", title: ({ name }, words) => `${words.download} "${name}"` },
    notice: {
      "data-id": ({ id, chat }) => `false_${jid(chat)}_${id}`, class: "focusable-list-item",
    },
    photoDownload: { role: "button", title: (about, words) => words.download },
    sticker: { role: "button", "aria-label": (about, words) => words.sticker },
    voicePlay: { "aria-label": (about, words) => words.playVoice },
    quote: { role: "button", "aria-label": (about, words) => words.quoted },
    quoteText: { class: "quoted-mention" },
    viewer: { role: "dialog", "aria-modal": "true" },
    viewerClose: { "aria-label": (about, words) => words.close, title: (about, words) => words.close },
    viewerSave: { "aria-label": (about, words) => words.download, title: (about, words) => words.download },
    viewerNext: { "aria-label": (about, words) => words.next },
    attachMenu: { role: "application" },
    attachItem: { role: "button", "aria-label": ({ kind }, words) => words.attachItems[kind] },
    caption: {
      ...isText, "data-tab": "10", "aria-label": (about, words) => words.caption, "aria-placeholder": (about, words) => words.caption,
    },
    previewClose: { "aria-label": (about, words) => words.close, title: (about, words) => words.close },
    previewSend: { role: "button", "aria-label": (about, words) => words.send },
    close: { role: "button", "aria-label": (about, words) => words.close },
    popup: { "data-animate-modal-popup": "true", role: "dialog", "aria-label": ({ text }) => text },
    waiting: { "data-animate-modal-popup": "true", role: "dialog" },
    announcement: { role: "dialog", "aria-modal": "true", "aria-label": ({ title }) => title },
    ...dataIcons(iconNames),
  },
};
