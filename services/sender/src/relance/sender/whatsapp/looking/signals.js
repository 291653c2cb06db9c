// What the driver runs inside the page, in four parts joined into one function. It only looks: no selector is written
// here (they come from *elements.py) and nothing is changed, clicks and keys being real ones of the browser.

const matches = (pattern, text) => new RegExp(pattern, "iu").test(text);

const isBlock = (node) => /^(P|DIV|LI)$/.test(node.nodeName);

function text(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeName === "IMG") return node.alt ?? "";
  if (node.nodeName === "BR") return "\n";
  if (node.nodeName === "svg") return ""; // its title names the icon
  return [...node.childNodes].map((child) => text(child) + (isBlock(child) && child.nextElementSibling ? "\n" : "")).join("");
}

// A name as header and list agree on it: the header drops emoji, numbers carry no-break spaces and direction marks.
const title = (raw) => raw.normalize("NFC")
  .replace(/[\p{Cf}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe00-\ufe0f]/gu, "")
  .replace(/\s+/gu, " ").trim();

const boxOf = (element) => element.getBoundingClientRect();

function shown(element) {
  const box = boxOf(element);
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
}

function onTop(element) {
  const box = boxOf(element);
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  if (!hit) return true; // outside the viewport: whoever clicks scrolls first
  return element.contains(hit) || (hit.contains(element) && hit.matches("button, [role], [tabindex]"));
}

// Parts of a window wide enough for list, chat and drawer side by side; shares of its width and height.
const AREAS = {
  list: (x) => x < 0.37, chat: (x) => x > 0.34 && x < 0.98, drawer: (x) => x > 0.7,
  head: (x, y) => y < 0.14, foot: (x, y) => y > 0.72, middle: (x, y) => y > 0.2 && y < 0.8,
};

function lies(element, area) {
  if (!area) return true;
  const box = boxOf(element);
  const [x, y] = [(box.left + box.width / 2) / innerWidth, (box.top + box.height / 2) / innerHeight];
  return area.split(" ").every((name) => AREAS[name](x, y));
}

const FARTHEST = {
  leftmost: (box) => box.left, topmost: (box) => box.top, rightmost: (box) => -box.right, lowest: (box) => -box.bottom,
};

function picked(found, pick) {
  if (pick === "first" || found.length < 2) return found;
  if (pick === "last") return found.reverse();
  const far = new Map(found.map((element) => [element, FARTHEST[pick](boxOf(element))]));
  return found.sort((a, b) => far.get(a) - far.get(b));
}

function says(element, pattern, root) {
  if (!pattern) return true;
  const names = ["aria-label", "title"].map((name) => element.getAttribute(name)?.trim()).filter(Boolean);
  const seen = root === document ? element.innerText ?? "" : text(element);
  // The name of an icon is not seen, yet it stands in the drawing.
  return names.some((name) => matches(pattern, name)) || matches(pattern, (seen.trim() || element.textContent).trim());
}

function all(signal, root) {
  if (!signal.css) return [];
  const found = [...root.querySelectorAll(signal.css)];
  if (root !== document && root.matches(signal.css)) found.unshift(root);
  return picked(found.filter((each) => lies(each, signal.area) && says(each, signal.text, root)), signal.pick);
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

function said(signal, node) {
  const raw = signal.read === "text" ? text(node) : node.getAttribute(signal.read);
  return raw === null ? null : meaning(signal, raw);
}

// What the first signal that answers says about `root`; nodes inside a quoted message do not count.
function fact(spec, root, { hits = {}, quotes = [], side = null } = {}) {
  for (const [index, signal] of spec.signals.entries()) {
    const values = signal.read === "side" ? [side?.()] : all(signal, root)
      .filter((node) => !quotes.some((quote) => quote.contains(node)))
      .map((node) => said(signal, node));
    const value = values.find((each) => each !== null && each !== undefined && each !== "");
    if (value !== undefined) {
      count(hits, spec.name, index);
      return value;
    }
  }
  return null;
}

const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

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
    const wanted = resolve(element.signals, { top: true });
    for (const [at, blocker] of blockers.entries()) {
      const found = resolve(blocker.signals, { top: true });
      if (found && found.element !== wanted?.element) {
        return { element: found.element, facts: { index: found.index, blocker: at } };
      }
    }
    return wanted && { element: wanted.element, facts: { index: wanted.index, blocker: null } };
  },

  // What an element says, or null without it.
  said: ({ element, top = false }) => {
    const found = resolve(element.signals, { top });
    return found && { index: found.index, text: text(found.element), title: title(text(found.element)) };
  },

  saidDiffers: ({ element, before }) => {
    const now = look.said({ element });
    return (now?.text ?? null) === before ? null : { now };
  },

  titleIs: ({ element, wanted }) => look.said({ element })?.title === wanted,

  focused: ({ element }) => {
    const box = resolve(element.signals, { top: true })?.element;
    return Boolean(box) && (document.activeElement === box || box.contains(document.activeElement));
  },

  // Name of the first of the elements that is there.
  anyOf: ({ elements }) => elements.find(({ signals }) => resolve(signals))?.name ?? null,

  gone: ({ element }) => !resolve(element.signals),

  attribute: ({ element }) => fact(element, document.documentElement),

  attributeDiffers: ({ element, before }) => {
    const now = look.attribute({ element });
    return now && now !== before ? now : null;
  },

  // A file field, which is never visible.
  field: ({ element }) => {
    const { found, index } = rows(element.signals);
    return found.length ? { element: found[0], facts: { index } } : null;
  },

  // Send button, header and composer, seen at one instant: what a click relies on.
  poised: ({ send, header, composer }) => {
    const button = resolve(send.signals, { top: true });
    const box = look.said({ element: composer, top: true });
    if (!button || !box) return null;
    return { element: button.element, facts: { index: button.index, title: look.said({ element: header })?.title, draft: box.text } };
  },

  // E.164 numbers without their plus that stand alone in a part of the element; null until the element is there.
  numbersIn: ({ element, parts }) => {
    const root = resolve(element.signals)?.element;
    if (!root) return null;
    const named = rows(parts.signals, root).found.map((node) => title(text(node)));
    if (!named.some(Boolean)) return null;
    return { numbers: [...new Set(named.map((each) => look.digits({ title: each })).filter(Boolean))] };
  },

  numberIn: (about) => (look.numbersIn(about)?.numbers.length ? true : null),

  digits: ({ title: named }) => (/^\+[\d\s().-]{7,24}$/u.test(named) ? named.replace(/\D/g, "") : null),

  wasLinked: () => Boolean(look.owner()),

  // The number that this browser is linked to, as the application notes it for itself.
  owner: () => {
    const noted = localStorage.getItem("last-wid-md") ?? localStorage.getItem("last-wid");
    return noted?.match(/\d{7,15}/)?.[0] ?? null;
  },
};
