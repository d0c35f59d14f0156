/** Count a pause between two attempts down, wherever the page shows one; it may be put in anew at any time. */
export function startCooldowns() {
  setInterval(tick, 1000);
  tick();
}

function tick() {
  for (const pause of document.querySelectorAll("[data-wait-until]")) {
    const left = pause.querySelector("[data-wait-left]");
    const seconds = Math.ceil((new Date(pause.dataset.waitUntil) - Date.now()) / 1000);
    if (left) left.textContent = seconds > 0 ? `${clock(seconds)} · ${told(left)}` : left.dataset.now;
  }
}

/** The time of day that the server wrote stays beside the countdown. */
function told(left) {
  left.dataset.told ??= left.textContent.trim();
  return left.dataset.told;
}

function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.slice(parts[0] ? 0 : 1).map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}
