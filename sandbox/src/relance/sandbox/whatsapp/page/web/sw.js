// Keeps the page's files, so that it opens without network; with network, what the server has wins.

const NAME = "shell";
const FILES = ["/", "/send", "/web/config"];
const isShell = (url) => url.origin === location.origin && (FILES.includes(url.pathname) || url.pathname.startsWith("/page/"));

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && isShell(url)) event.respondWith(answer(event.request, url));
});

async function answer(request, url) {
  const cache = await caches.open(NAME);
  const key = url.pathname === "/send" ? "/" : url.pathname;
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(key, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(key);
    if (kept) return kept;
    throw error;
  }
}
