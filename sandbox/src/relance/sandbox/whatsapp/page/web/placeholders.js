// Rows of the chat that are far out of sight keep their id and height and lose what they hold, until they come near.

const NEAR = "400px 0px";

export class Placeholders {
  constructor(list) {
    this.watcher = new IntersectionObserver((entries) => entries.forEach((entry) => this.turn(entry)), { root: list, rootMargin: NEAR });
  }

  watch(row) {
    this.watcher.observe(row.firstChild);
  }

  turn({ target, isIntersecting, boundingClientRect: box }) {
    if (isIntersecting && target.kept) {
      target.replaceChildren(...target.kept);
      target.style.minHeight = "";
      target.kept = null;
    } else if (!isIntersecting && !target.kept && target.isConnected && box.height) {
      target.style.minHeight = `${box.height}px`;
      target.kept = [...target.childNodes];
      target.replaceChildren();
    }
  }

  destroy() {
    this.watcher.disconnect();
  }
}
