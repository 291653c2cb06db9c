// Autumn 2026: no `data-id`, no rows, no panel and bubble test-ids; the marks that are left are `conv-msg-…`, words in
// `aria-label`, and icons named in the `<title>` of their svg.

import before from "./2026a.js";

const { noComposer, screen, messages, message, offline, rowHolder, divider, bubble, text, previewTick, notice, tailIn, tailOut, ...kept } = before.parts;
const iconNames = {
  ...before.iconNames, pending: "wds-ic-pending", sent: "wds-ic-sent", delivered: "wds-ic-delivered", read: "wds-ic-read",
  failed: "wds-ic-alert", document: "wds-ic-document", close: "wds-ic-close", attach: "wds-ic-plus", offline: "wds-ic-offline",
};
const titledIcons = Object.fromEntries(Object.entries(iconNames).map(([part, name]) => [`icon-${part}`, { "svg-title": name }]));

export default {
  ...before,
  name: "2026b",
  ignoresKeysInSearch: true,
  hasOnlyChooser: true,
  tags: { attachItem: "button", attachMenu: "div" },
  iconNames,
  parts: {
    ...kept,
    limit: { "aria-live": "polite" },
    offline: { "aria-live": "polite" },
    message: { "data-testid": message["data-testid"], role: "group" },
    ...titledIcons,
    "icon-send": { ...titledIcons["icon-send"], "data-testid": "wds-ic-send-filled" },
  },
};
