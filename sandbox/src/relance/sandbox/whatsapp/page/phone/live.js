// Tells when there is something new, and comes back by itself when the server does.

export function live(number, onChange) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = number ? `?number=${encodeURIComponent(number)}` : "";
  let socket;
  let timer = null;
  const soon = () => {
    timer ??= setTimeout(() => { timer = null; onChange(); }, 40);
  };
  const open = () => {
    socket = new WebSocket(`${scheme}://${location.host}/ws/phone${query}`);
    socket.onopen = soon;
    socket.onmessage = soon;
    socket.onclose = () => setTimeout(open, 1000);
  };
  open();
  return { seen: () => socket.readyState === WebSocket.OPEN && socket.send('"seen"') };
}

export async function post(address, body) {
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => ({ error: answer.statusText }));
  if (!answer.ok) throw new Error(told.error);
  return told;
}

export async function get(address) {
  return (await fetch(address)).json();
}
