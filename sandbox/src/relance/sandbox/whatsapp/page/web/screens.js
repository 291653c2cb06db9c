// What stands in place of the client: a lock, an expired version, a check, a browser or a profile that is refused.

import { onTrusted } from "./dom.js";

export function showScreen(kind, { link, markup, root }) {
  const { root: screen, box, button } = markup.screen(kind);
  root.replaceChildren(screen);
  if (box) onTrusted(button, "click", () => link.post({ op: "unlock", password: box.value }));
  else if (button && kind !== "checkpoint") onTrusted(button, "click", () => location.reload());
}
