// Every element of the client. A profile says what the parts are marked with; the rest of the client finds its way
// by the parts that these functions return, never by those marks.

import { Marks } from "../marks.js";
import { attachingMarkup } from "./attaching.js";
import { bubbleMarkup } from "./bubbles.js";
import { conversationMarkup } from "./conversation.js";
import { dialogMarkup } from "./dialogs.js";
import { shellMarkup } from "./shell.js";

export function markupOf(profile, churn) {
  const marks = new Marks(profile, churn);
  const kinds = [shellMarkup, conversationMarkup, bubbleMarkup, attachingMarkup, dialogMarkup];
  return Object.assign({ marks }, ...kinds.map((kind) => kind(marks)));
}
