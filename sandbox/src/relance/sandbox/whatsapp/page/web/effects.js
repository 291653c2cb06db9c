// What is wrong with this browser on purpose: slow, leaking, full. The server says so at the start and at any time.

export const effects = {
  loading_s: 0, input_lag_ms: 0, cpu_factor: 1, leak_mb_s: 0, is_storage_full: false, screen: null,
  popup_lang: null, is_popup_labelled: true,
};

const SLICE_MS = 50;
const kept = [];
let burning = null;
let leaking = null;

export function apply(asked) {
  Object.assign(effects, asked);
  clearInterval(burning);
  clearInterval(leaking);
  if (effects.cpu_factor > 1) burning = setInterval(() => burn(SLICE_MS * (effects.cpu_factor - 1)), SLICE_MS * effects.cpu_factor);
  if (effects.leak_mb_s > 0) leaking = setInterval(() => kept.push(new Uint8Array(effects.leak_mb_s * 1e6).fill(1)), 1000);
}

export function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
