// The list of keys: a button opens it, and so does "?" wherever nothing is being typed, unless that is switched off.
const KEY = "gradus.question-mark";
const TYPING = "input, textarea, select, [contenteditable], .cm-editor";

function isWanted() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function want(on) {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // The choice then holds for this page only.
  }
}

export function startShortcuts() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  const box = dialog.querySelector("[data-question-mark]");
  box.checked = isWanted();
  box.addEventListener("change", () => want(box.checked));
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-open-shortcuts]")) dialog.showModal();
    else if (event.target === dialog) dialog.close(); // beside it
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || !box.checked) return;
    if (dialog.open || event.target.closest?.(TYPING)) return;
    event.preventDefault();
    dialog.showModal();
  });
}
