// What the driver runs inside the page. It only looks: no selector is written here (they come from elements.py) and
// nothing is changed, clicks and keys being real ones of the browser. Its value is one object of functions.
(() => {
  const matches = (pattern, text) => new RegExp(pattern, "iu").test(text);

  const isBlock = (node) => /^(P|DIV|LI)$/.test(node.nodeName);

  function text(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeName === "IMG") return node.alt ?? "";
    if (node.nodeName === "BR") return "\n";
    return [...node.childNodes].map((child) => text(child) + (isBlock(child) && child.nextElementSibling ? "\n" : "")).join("");
  }

  // A name as header and list agree on it: the header drops emoji, numbers carry no-break spaces and direction marks.
  const title = (raw) => raw.normalize("NFC")
    .replace(/[\p{Cf}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe00-\ufe0f]/gu, "")
    .replace(/\s+/gu, " ").trim();

  function shown(element) {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  }

  function onTop(element) {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    if (!hit) return true; // outside the viewport: whoever clicks scrolls first
    return element.contains(hit) || (hit.contains(element) && hit.matches("button, [role], [tabindex]"));
  }

  const edge = { last: null, rightmost: "right", lowest: "bottom", topmost: "top" };

  function picked(found, pick) {
    if (pick === "first" || found.length < 2) return found;
    if (pick === "last") return found.reverse();
    const side = edge[pick];
    const far = (element) => element.getBoundingClientRect()[side] * (pick === "topmost" ? 1 : -1);
    return found.sort((a, b) => far(a) - far(b));
  }

  function says(element, pattern) {
    if (!pattern) return true;
    const name = element.getAttribute("aria-label");
    return (name && matches(pattern, name)) || matches(pattern, (element.innerText ?? "").trim());
  }

  function all(signal, root) {
    const found = [...root.querySelectorAll(signal.css)];
    if (root !== document && root.matches(signal.css)) found.unshift(root);
    return picked(found.filter((element) => says(element, signal.text)), signal.pick);
  }

  function resolve(signals, { root = document, top = false } = {}) {
    for (const [index, signal] of signals.entries()) {
      const element = all(signal, root).find((each) => shown(each) && (!top || onTop(each)));
      if (element) return { element, index };
    }
    return null;
  }

  function rows(signals, root = document) {
    for (const [index, signal] of signals.entries()) {
      const found = all(signal, root);
      if (found.length) return { found, index };
    }
    return { found: [], index: null };
  }

  const count = (hits, name, index) => {
    if (index === null || index === undefined) return;
    hits[name] ??= {};
    hits[name][index] = (hits[name][index] ?? 0) + 1;
  };

  function meaning(signal, raw) {
    if (!signal.means.length) return raw;
    for (const [pattern, value] of signal.means) {
      const match = raw.match(new RegExp(pattern, "iu"));
      if (match) return value.replace("$1", match[1] ?? "");
    }
    return null;
  }

  // What the first signal that answers says about `root`; nodes inside a quoted message do not count.
  function fact(spec, root, { hits, quotes = [], side = null }) {
    for (const [index, signal] of spec.signals.entries()) {
      const values = signal.read === "side" ? [side?.()] : all(signal, root)
        .filter((node) => !quotes.some((quote) => quote !== node && quote.contains(node)))
        .map((node) => (signal.read === "text" ? text(node) : node.getAttribute(signal.read)))
        .map((raw) => (raw === null ? null : meaning(signal, raw)));
      const value = values.find((each) => each !== null && each !== undefined && each !== "");
      if (value !== undefined) {
        count(hits, spec.name, index);
        return value;
      }
    }
    return null;
  }

  function sideOf(spec, row, pane) {
    const bubble = resolve(spec.signals, { root: row })?.element;
    if (!bubble || !pane) return null;
    const [inner, outer] = [bubble.getBoundingClientRect(), pane.getBoundingClientRect()];
    return outer.right - inner.right < inner.left - outer.left ? "out" : "in";
  }

  function bubble(spec, row, pane, hits) {
    const quotes = spec.quote.signals.flatMap((signal) => all(signal, row));
    const about = (part, more = {}) => fact(spec[part], row, { hits, quotes, ...more });
    const tick = about("tick");
    const more = spec.more.signals.some((signal) => all(signal, row).length > 0);
    const media = about("media");
    const words = about("text");
    return {
      key: about("key"), line: about("line"), tick, media, text: words ?? "",
      direction: tick === null ? about("direction", { side: () => sideOf(spec.bubble, row, pane) }) : "out",
      isCut: more, isPlaceholder: row.textContent.trim() === "" && media === null,
    };
  }

  const look = {
    // Which of the elements are there: {name: index of the signal that answered, or null}.
    probe: ({ elements }) => Object.fromEntries(
      elements.map(({ name, signals }) => [name, resolve(signals)?.index ?? null])),

    probeDiffers: ({ elements, seen }) => {
      const now = look.probe({ elements });
      const changed = Object.keys(now).some((name) => (now[name] === null) !== (seen[name] === null));
      return changed ? now : null;
    },

    // The element, top-most at its centre; or `blocked` when one of `blockers` (a dialog's button) is in the way.
    find: ({ element, blockers }) => {
      for (const [at, blocker] of blockers.entries()) {
        const found = resolve(blocker.signals, { top: true });
        if (found) return { element: found.element, facts: { index: found.index, blocker: at } };
      }
      const found = resolve(element.signals, { top: true });
      return found && { element: found.element, facts: { index: found.index, blocker: null } };
    },

    // What an element says, or null without it.
    said: ({ element }) => {
      const found = resolve(element.signals);
      return found && { index: found.index, text: text(found.element), title: title(text(found.element)) };
    },

    saidDiffers: ({ element, before }) => {
      const now = look.said({ element });
      return (now?.text ?? null) === before ? null : { now };
    },

    titleIs: ({ element, wanted }) => look.said({ element })?.title === wanted,

    focused: ({ element }) => {
      const box = resolve(element.signals)?.element;
      return Boolean(box) && (document.activeElement === box || box.contains(document.activeElement));
    },

    // The first thing inside the element that is a telephone number and nothing else, as digits.
    numberIn: ({ element, parts }) => {
      const root = resolve(element.signals)?.element;
      if (!root) return null;
      const said = rows(parts.signals, root).found.map((node) => look.digits({ title: title(text(node)) }));
      return said.find(Boolean) ?? null;
    },

    digits: ({ title: said }) => (/^\+?[\d\s().-]{7,24}$/u.test(said) ? said.replace(/\D/g, "") : null),

    // Name of the first of the elements that is there.
    anyOf: ({ elements }) => elements.find(({ signals }) => resolve(signals))?.name ?? null,

    gone: ({ element }) => !resolve(element.signals),

    attribute: ({ element }) => fact(element, document.documentElement, { hits: {} }),

    attributeDiffers: ({ element, before }) => {
      const now = look.attribute({ element });
      return now && now !== before ? now : null;
    },

    // Send button, header and composer, seen at one instant: what a click relies on.
    poised: ({ send, header, composer }) => {
      const button = resolve(send.signals, { top: true });
      const box = look.said({ element: composer });
      if (!button || !box) return null;
      return { element: button.element, facts: { index: button.index, title: look.said({ element: header })?.title, draft: box.text } };
    },

    // The bubbles in order. `shape` changes whenever one comes or a mark of the last ones changes. `isUnreadable`: there
    // are marks of bubbles and no bubble was recognised.
    chat: ({ spec }) => {
      const hits = {};
      const pane = resolve(spec.pane.signals)?.element ?? null;
      const { found, index } = rows(spec.row.signals);
      count(hits, spec.row.name, index);
      const read = found.map((row) => bubble(spec, row, pane, hits));
      const traces = () => ["tick", "line", "text"].some((part) => fact(spec[part], pane, { hits: {} }) !== null);
      return {
        rows: read, hits, isUnreadable: pane === null || (!read.length && traces()),
        shape: JSON.stringify([read.length, read.slice(-8).map((row) => [row.key, row.tick, row.text.length])]),
      };
    },

    chatDiffers: ({ spec, seen }) => look.chat({ spec }).shape !== seen,

    // As `chat`, with the rows that the page keeps empty out of sight drawn one after the other.
    async wholeChat({ spec }) {
      const first = look.chat({ spec });
      if (!first.rows.some((row) => row.isPlaceholder)) return first;
      const known = new Map();
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (const { key } of first.rows.toReversed().filter((row) => row.isPlaceholder)) {
        look.row({ spec, key })?.scrollIntoView({ block: "center" });
        await drawn();
        for (const row of look.chat({ spec }).rows) if (!row.isPlaceholder) known.set(row.key, row);
      }
      rows(spec.row.signals).found.at(-1)?.scrollIntoView({ block: "end" });
      await drawn();
      const last = look.chat({ spec });
      return { ...last, rows: last.rows.map((row) => (row.isPlaceholder ? known.get(row.key) ?? row : row)) };
    },

    row: ({ spec, key }) => rows(spec.row.signals).found
      .find((row) => fact(spec.key, row, { hits: {} }) === key) ?? null,

    inRow: ({ spec, key, element }) => {
      const row = look.row({ spec, key });
      return row && resolve(element.signals, { root: row })?.element;
    },

    isInRow: (about) => Boolean(look.inRow(about)),

    async blob({ spec, key, element }) {
      const answer = await fetch(look.inRow({ spec, key, element }).src);
      const content = await answer.blob();
      const reader = new FileReader();
      const read = new Promise((done, fail) => { reader.onload = done; reader.onerror = () => fail(reader.error); });
      reader.readAsDataURL(content);
      await read;
      return { mime: content.type, base64: reader.result.slice(reader.result.indexOf(",") + 1) };
    },

    chats: ({ spec }) => {
      const hits = {};
      const { found, index } = rows(spec.row.signals);
      count(hits, spec.row.name, index);
      const listed = found.map((row) => ({
        title: title(fact(spec.title, row, { hits }) ?? ""),
        unread: fact(spec.unread, row, { hits }) !== null,
        top: row.getBoundingClientRect().top,
      }));
      listed.sort((a, b) => a.top - b.top);
      const badge = document.title.match(/^\((\d+)\)/);
      return { chats: listed.filter((chat) => chat.title), hits, announced: badge ? Number(badge[1]) : 0 };
    },

    // All chats of a list that draws only the rows in sight; afterwards the list is at its top again.
    async allChats({ spec }) {
      let pane = resolve(spec.pane.signals)?.element;
      while (pane && pane.scrollHeight <= pane.clientHeight) pane = pane.parentElement;
      const seen = new Map();
      const read = () => look.chats({ spec }).chats.forEach((chat) => {
        seen.set(chat.title, { title: chat.title, unread: chat.unread || Boolean(seen.get(chat.title)?.unread) });
      });
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      if (pane) pane.scrollTop = 0;
      await drawn();
      read();
      while (pane && pane.scrollTop + pane.clientHeight < pane.scrollHeight - 1) {
        const before = pane.scrollTop;
        pane.scrollTop += pane.clientHeight * 0.8;
        await drawn();
        read();
        if (pane.scrollTop === before) break;
      }
      if (pane) pane.scrollTop = 0;
      return [...seen.values()];
    },

    chatsDiffer: ({ spec, before }) => look.listed({ spec }) !== before,

    listed: ({ spec }) => look.chats({ spec }).chats.map((chat) => chat.title).join("\n"),

    // True when the search has filtered: every row left has the title, or none is left.
    onlyTitled: ({ spec, wanted }) => look.chats({ spec }).chats.every((chat) => chat.title === wanted),

    // The rows whose title is `wanted`, unread ones first; `nth` of them.
    chatRow: ({ spec, wanted, nth }) => {
      const named = rows(spec.row.signals).found
        .filter((row) => title(fact(spec.title, row, { hits: {} }) ?? "") === wanted)
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
      const isUnread = (row) => fact(spec.unread, row, { hits: {} }) !== null;
      const ordered = [...named.filter(isUnread), ...named.filter((row) => !isUnread(row))];
      return ordered[nth] ?? null;
    },

    wasLinked: () => Boolean(localStorage.getItem("last-wid") ?? localStorage.getItem("last-wid-md")),
  };
  return look;
})()
