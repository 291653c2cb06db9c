// The list of chats, of which only the rows in sight exist, and the search above it.

Object.assign(look, {
  chats: ({ spec }) => {
    const hits = {};
    const { found, index } = rows(spec.row.signals);
    count(hits, spec.row.name, index);
    const listed = found.map((row) => ({
      title: title(fact(spec.title, row, { hits }) ?? ""),
      unread: fact(spec.unread, row, { hits }) !== null,
      tick: fact(spec.tick, row),
      top: boxOf(row).top,
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
      seen.set(chat.title, { ...chat, unread: chat.unread || Boolean(seen.get(chat.title)?.unread) });
    });
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

  // True when the search has filtered: fewer chats than before are left, or only chats of that title. Another order
  // proves nothing, for news come at any time.
  hasFiltered: ({ spec, wanted, before }) => {
    const titles = look.chats({ spec }).chats.map((chat) => chat.title);
    return titles.length < before.split("\n").length || titles.every((each) => each === wanted);
  },

  // The rows whose title is `wanted`, unread ones first; `nth` of them.
  chatRow: ({ spec, wanted, nth }) => {
    const named = rows(spec.row.signals).found
      .filter((row) => title(fact(spec.title, row) ?? "") === wanted)
      .sort((a, b) => boxOf(a).top - boxOf(b).top);
    const isUnread = (row) => fact(spec.unread, row) !== null;
    const ordered = [...named.filter(isUnread), ...named.filter((row) => !isUnread(row))];
    return ordered[nth] ?? null;
  },
});
