// What is there, for a report that can be shared: counts and marks, never what anybody wrote or is called.

// Marks that developers write. Anything with a digit run, a capital or a blank could be somebody's.
const PLAIN_MARK = /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/;
const MOST_NODES = 3000;

function cut(value) {
  const words = value.trim().split(/\s+/).slice(0, 4);
  return words.map((word) => {
    const stem = word.replace(/[-_]?[0-9A-Fa-f]{6,}.*$|\d{3,}.*$/, "");
    const kept = PLAIN_MARK.test(stem) ? stem.slice(0, 48) : "";
    return kept === word ? kept : `${kept}…`;
  }).join(" ");
}

function outline(element, { plain, bare }) {
  const marks = [...element.attributes].flatMap(({ name, value }) => {
    if (plain.includes(name)) return [`${name}=${cut(value)}`];
    return bare.includes(name) || name.startsWith("data-") || name.startsWith("aria-") ? [name] : [];
  });
  const tag = element.tagName.toLowerCase();
  return marks.length ? `${tag}[${marks.join(" ")}]` : tag;
}

Object.assign(look, {
  // For each element and signal: how many match, how many of them are visible; and which signal answers.
  census: ({ elements }) => elements.map(({ name, signals }) => ({
    name, answers: resolve(signals)?.index ?? null,
    signals: signals.map((signal) => {
      const found = all(signal, document);
      return { name: signal.name, matches: found.length, shown: found.filter(shown).length };
    }),
  })),

  // Marked elements as an indented outline, equal neighbours counted once, and how often each mark occurs.
  skeleton: ({ plain, bare }) => {
    const [lines, marks] = [[], {}];
    let left = MOST_NODES;
    const walk = (element, depth) => {
      let previous = null;
      for (const child of element.children) {
        if (left <= 0) return;
        left -= 1;
        const said = outline(child, { plain, bare });
        for (const mark of said.match(/(?<=[[ ])[^\] ]+(?=[\] ])/g) ?? []) marks[mark] = (marks[mark] ?? 0) + 1;
        const isMarked = said.includes("[");
        if (isMarked && previous?.said === said) {
          previous.times += 1;
          walk(child, depth + 1);
          continue;
        }
        previous = isMarked ? { depth, said, times: 1 } : null;
        if (previous) lines.push(previous);
        walk(child, isMarked ? depth + 1 : depth);
      }
    };
    walk(document.documentElement, 0);
    return { lines, marks, isCut: left <= 0 };
  },
});
