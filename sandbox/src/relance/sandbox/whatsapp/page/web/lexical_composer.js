// The message box with the real npm `lexical`, where the server was started with it: same face as composer.js.

import { registerPlainText } from "@lexical/plain-text";
import {
  $createLineBreakNode, $createParagraphNode, $createTextNode, $getRoot, COMMAND_PRIORITY_HIGH, createEditor, KEY_ENTER_COMMAND,
} from "lexical";

export class Composer {
  constructor(box, { onEnter, onChange }) {
    this.editor = createEditor({ namespace: "composer", onError: (error) => { throw error; } });
    this.text = "";
    const entered = (event) => {
      if (event.shiftKey) return false;
      event.preventDefault();
      onEnter();
      return true;
    };
    const changed = (text) => {
      this.text = text;
      onChange(text);
      this.onDrawn?.(text);
    };
    this.undo = [
      registerPlainText(this.editor),
      this.editor.registerCommand(KEY_ENTER_COMMAND, entered, COMMAND_PRIORITY_HIGH),
      this.editor.registerTextContentListener(changed),
    ];
    this.editor.setRootElement(box);
  }

  start(text) {
    this.set(text);
    this.onDrawn?.(text);
  }

  set(text) {
    this.text = text;
    this.editor.update(() => {
      const paragraph = $createParagraphNode();
      text.split("\n").forEach((line, index) => {
        if (index) paragraph.append($createLineBreakNode());
        if (line) paragraph.append($createTextNode(line));
      });
      $getRoot().clear().append(paragraph);
      paragraph.selectEnd();
    });
  }

  focus() {
    this.editor.focus();
  }

  destroy() {
    for (const undo of this.undo) undo();
    this.editor.setRootElement(null);
  }
}
