// From messages to rows: what each bubble holds, and which photos stand together in one.

import { h, onTrusted, pause } from "./dom.js";
import { rendered } from "./markdown.js";
import * as media from "./media.js";
import { date, hour } from "./times.js";
import { words } from "./words.js";

const THUMBS = 4;

// Messages of one album become one, which holds their pictures.
export function gathered(messages) {
  const rows = [];
  for (const message of messages) {
    const last = rows.at(-1);
    if (message.album && message.album === last?.album) last.pictures.push(message.media);
    else rows.push(message.album ? { ...message, pictures: [message.media] } : message);
  }
  return rows.map((row) => (row.pictures?.length === 1 ? { ...row, pictures: null } : row));
}

export class Bubbles {
  constructor(client, summary) {
    Object.assign(this, { client, summary, markup: client.markup });
  }

  row(message, isFirst) {
    if (message.notice) return this.markup.notice(message);
    const name = message.direction === "out" ? this.client.state.me.name : this.author(message);
    return this.markup.messageRow(message, {
      author: this.author(message),
      prefix: `[${hour(message.at)}, ${date(message.at)}] ${name}: `,
      time: hour(message.at),
      isFirst,
      content: {
        dir: /[\u0590-\u08ff]/.test(message.text) ? "rtl" : "ltr",
        text: message.text ? rendered(message.text) : null,
        quote: message.quote ? this.markup.quote({ author: this.author(message.quote), text: message.quote.text }) : null,
        media: this.held(message),
      },
    });
  }

  author(message) {
    return message.direction === "out" ? words.mine : message.author ?? this.summary().title;
  }

  held(message) {
    if (message.deleted) return this.markup.deleted();
    if (message.pictures) return this.album(message.pictures);
    if (!message.media) return null;
    switch (message.media.kind) {
      case "image": case "video": return this.photo([message.media], 0);
      case "sticker": return this.photo([message.media], 0, "sticker");
      case "voice": return this.markup.voiceNote();
      default: return onTrusted(this.markup.document_(message.media), "click", () => media.save(message.media));
    }
  }

  album(pictures) {
    const thumbs = pictures.slice(0, THUMBS).map((picture, index) => this.photo(pictures, index));
    return this.markup.album(thumbs, pictures.length - thumbs.length);
  }

  // Fetched when it comes into sight, when it is asked for, or never again.
  photo(pictures, index, part = "photo") {
    const picture = pictures[index];
    const { root, image, ask } = this.markup.photo({ part, isAsked: picture.state !== "ready" });
    if (!ask) {
      onTrusted(root, "click", () => part === "photo" && this.view(pictures, index));
      return media.whenSeen(root, image, picture);
    }
    onTrusted(ask, "click", async () => {
      await pause(this.client.delay(200, 600));
      if (picture.state === "expired") return this.client.refuse(words.photoGone);
      ask.remove();
      await media.show(root, image, picture);
      return onTrusted(root, "click", () => this.view(pictures, index));
    });
    return root;
  }

  view(pictures, from) {
    const { root, image, close, save, next } = this.markup.viewer();
    let at = from;
    const show = async () => {
      image.src = await media.blobAddress(pictures[at]);
      next.hidden = at >= pictures.length - 1;
    };
    onTrusted(close, "click", () => root.remove());
    onTrusted(save, "click", () => media.save(pictures[at]));
    onTrusted(next, "click", () => { at += 1; return show(); });
    show();
    this.client.overlay(root);
  }
}

export function previewOf(message) {
  if (!message) return "";
  if (message.notice) return words.notices[message.notice];
  if (message.deleted) return words.deleted;
  if (message.text) return message.text.replace(/\s*\n\s*/g, " ").slice(0, 120);
  const { kind, name } = message.media ?? {};
  return { image: `📷 ${words.photo}`, video: `🎥 ${words.video}`, sticker: words.sticker, voice: `🎤 ${words.voice}` }[kind]
    ?? (name ? `📄 ${name}` : "");
}
