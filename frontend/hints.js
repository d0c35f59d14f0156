// Notes that a hint was unfolded, so that its author learns whether it helps. Nothing waits for it.

export function watchHints() {
  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      const url = details.dataset?.openedUrl;
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
      if (!url || !details.open || !token) return;
      delete details.dataset.openedUrl;
      fetch(url, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
    },
    true, // it does not bubble
  );
}
