// The open chat's list of messages.

// Where the words of a row stand: ours to the right of the middle, theirs to the left; null when it cannot be told.
const LEAST_LEAN_PX = 24;

function sideOf(row, pane) {
  if (!pane) return null;
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  let [left, right] = [Infinity, -Infinity];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    left = Math.min(left, box.left);
    right = Math.max(right, box.right);
  }
  const outer = boxOf(pane);
  const lean = (left - outer.left) - (outer.right - right);
  if (!Number.isFinite(lean) || Math.abs(lean) < LEAST_LEAN_PX) return null;
  return lean > 0 ? "out" : "in";
}

function bubble(spec, row, pane, hits) {
  const quotes = spec.quote.signals.flatMap((signal) => all(signal, row)).filter((quote) => quote !== row);
  const about = (part, more = {}) => fact(spec[part], row, { hits, quotes, ...more });
  const [tick, media, line, words] = [about("tick"), about("media"), about("line"), about("text")];
  const photos = spec.photo.signals.map((signal) => all(signal, row).filter((each) => !quotes.some((q) => q.contains(each))));
  return {
    key: about("key"), line, tick, media, time: about("time"),
    text: words ?? "",
    isDeleted: line === null && about("deleted") !== null,
    isEdited: about("edited") !== null,
    photos: Math.max(...photos.map((found) => found.length)) + Number(about("albumMore") ?? 0),
    author: about("author"),
    direction: tick === null ? about("direction", { side: () => sideOf(row, pane) }) : "out",
    isCut: spec.more.signals.some((signal) => all(signal, row).length > 0),
    isPlaceholder: row.textContent.trim() === "" && media === null,
  };
}

function isInside(node, holders, pane) {
  for (let each = node; each && each !== pane; each = each.parentElement) if (holders.has(each)) return true;
  return false;
}

// What only a message of somebody has: its tick and its date line.
function traces(spec, pane) {
  return [...spec.tick.signals, ...spec.line.signals].flatMap((signal) =>
    all(signal, pane).filter((node) => node !== pane && said(signal, node) !== null));
}

// The rows by the first signal that leaves no trace of a message outside them; `isWhole` false when none does.
function messageRows(spec) {
  const pane = resolve(spec.pane.signals)?.element ?? null;
  if (!pane) return { pane, found: [], index: null, isWhole: false };
  const left = traces(spec, pane);
  for (const [index, signal] of spec.row.signals.entries()) {
    const found = all(signal, document).filter((row) => pane.contains(row));
    const holders = new Set(found);
    if (found.length && left.every((trace) => isInside(trace, holders, pane))) return { pane, found, index, isWhole: true };
  }
  return { pane, found: [], index: null, isWhole: !left.length };
}

Object.assign(look, {
  // The bubbles in order, with the title of the chat they were seen in. `shape` changes whenever one comes or a mark of
  // the last ones changes. `isUnreadable`: there are marks of messages that no row holds.
  chat: ({ spec }) => {
    const hits = {};
    const { pane, found, index, isWhole } = messageRows(spec);
    count(hits, spec.row.name, index);
    const read = found.map((row) => bubble(spec, row, pane, hits));
    return {
      rows: read, hits, isUnreadable: !isWhole, title: look.said({ element: spec.header })?.title ?? null,
      shape: JSON.stringify([read.length, read.slice(-8).map((row) => [row.key, row.tick, row.text.length, row.media, row.photos])]),
    };
  },

  chatDiffers: ({ spec, seen }) => look.chat({ spec }).shape !== seen,

  // As `chat`, with the rows that the page keeps empty out of sight drawn one after the other.
  async wholeChat({ spec }) {
    const first = look.chat({ spec });
    if (!first.rows.some((row) => row.isPlaceholder)) return first;
    const known = new Map();
    for (const { key } of first.rows.toReversed().filter((row) => row.isPlaceholder)) {
      if (known.has(key)) continue;
      look.row({ spec, key })?.scrollIntoView({ block: "center" });
      await drawn();
      for (const row of look.chat({ spec }).rows) if (!row.isPlaceholder) known.set(row.key, row);
    }
    messageRows(spec).found.at(-1)?.scrollIntoView({ block: "end" });
    await drawn();
    const last = look.chat({ spec });
    return { ...last, rows: last.rows.map((row) => (row.isPlaceholder ? known.get(row.key) ?? row : row)) };
  },

  // By its key, or by its place when messages bear no identity.
  row: ({ spec, key, at = null }) => {
    const { found } = messageRows(spec);
    return (at === null ? found.find((row) => fact(spec.key, row) === key) : found[at]) ?? null;
  },

  // What came of asking for a file: it is there, or the page says in front of everything that it never will be.
  asked: ({ popup, ...about }) => {
    if (look.inRow(about)) return "there";
    return resolve(popup.signals, { top: true }) ? "gone" : null;
  },

  inRow: ({ spec, key, at, element, nth = 0 }) => {
    const row = look.row({ spec, key, at });
    if (!row) return null;
    const quotes = spec.quote.signals.flatMap((signal) => all(signal, row)).filter((quote) => quote !== row);
    for (const signal of element.signals) {
      const found = all(signal, row).filter((each) => !quotes.some((quote) => quote.contains(each)));
      if (found[nth] && shown(found[nth])) return found[nth];
    }
    return null;
  },

  isInRow: (about) => Boolean(look.inRow(about)),

  // Of an element in a row, or of one in front of everything.
  source: (about) => (about.key === null ? resolve(about.element.signals)?.element : look.inRow(about)).src,

  // Size and type of a blob that an element of the row shows, before any of it is read.
  async weight(about) {
    const content = await (await fetch(look.source(about))).blob();
    return { size: content.size, mime: content.type };
  },

  // A slice of it, in base64.
  async slice({ from, to, ...about }) {
    const content = (await (await fetch(look.source(about))).blob()).slice(from, to);
    const reader = new FileReader();
    const read = new Promise((done, fail) => { reader.onload = done; reader.onerror = () => fail(reader.error); });
    reader.readAsDataURL(content);
    await read;
    return reader.result.slice(reader.result.indexOf(",") + 1);
  },
});
