// The socket to the server: says hello, comes back by itself, hands each frame to whoever listens.

const RETRY_MS = 700;

export class Link extends EventTarget {
  constructor(hello) {
    super();
    this.hello = hello;
    this.isUp = false;
    this.stopped = false;
  }

  open() {
    if (this.stopped) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/web`);
    this.socket = socket;
    socket.onopen = () => {
      const hello = this.hello();
      if (hello) this.post({ op: "hello", ...hello });
    };
    socket.onmessage = (event) => socket === this.socket && this.take(JSON.parse(event.data));
    socket.onclose = () => {
      this.setUp(false);
      if (!this.stopped && socket === this.socket) setTimeout(() => this.open(), RETRY_MS);
    };
  }

  take(frame) {
    if (frame.op === "ready") this.setUp(true);
    this.dispatchEvent(new CustomEvent(frame.op, { detail: frame }));
  }

  setUp(isUp) {
    this.isUp = isUp;
    this.dispatchEvent(new CustomEvent(isUp ? "up" : "down"));
  }

  on(op, react) {
    this.addEventListener(op, (event) => react(event.detail));
  }

  post(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  stop() {
    this.stopped = true;
    this.socket?.close();
  }
}
