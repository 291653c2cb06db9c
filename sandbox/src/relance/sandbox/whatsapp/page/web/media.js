// Photos and documents: fetched when they come into sight or are asked for, shown from blob: addresses.

const blobs = new Map();

async function blobAddress(media) {
  if (!blobs.has(media.sha256)) {
    const answer = await fetch(`/media/${media.sha256}`);
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

export const loadMedia = {
  whenSeen(holder, image, media) {
    holder.load = async () => {
      image.src = await blobAddress(media);
      holder.append(image);
    };
    watcher.observe(holder);
    return holder;
  },

  async save(media) {
    const anchor = document.createElement("a");
    anchor.href = await blobAddress(media);
    anchor.download = media.name;
    anchor.click();
  },
};
