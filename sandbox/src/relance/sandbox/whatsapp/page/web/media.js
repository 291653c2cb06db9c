// Photos and documents: fetched when they come into sight or are asked for, shown from blob: addresses.

const blobs = new Map();

export async function blobAddress(media) {
  if (media.blob) return URL.createObjectURL(media.blob);
  if (!blobs.has(media.sha256)) {
    const answer = await fetch(`/media/${media.sha256}`);
    if (!answer.ok) throw new Error(`media: ${answer.status}`);
    blobs.set(media.sha256, URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: media.mime })));
  }
  return blobs.get(media.sha256);
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    watcher.unobserve(entry.target);
    entry.target.load();
  }
});

export function whenSeen(holder, image, media) {
  holder.load = () => show(holder, image, media);
  watcher.observe(holder);
  return holder;
}

export async function show(holder, image, media) {
  image.src = await blobAddress(media);
  holder.append(image);
}

export async function save(media) {
  const anchor = document.createElement("a");
  anchor.href = await blobAddress(media);
  anchor.download = media.name;
  anchor.click();
}

// The server's name for a file that is to be sent; null when it could not be reached.
export async function upload(blob) {
  try {
    const answer = await fetch("/web/upload", { method: "POST", body: blob });
    return answer.ok ? (await answer.json()).sha256 : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
