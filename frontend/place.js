// Switching the language reloads the page; the reader comes back to the same line, with what was typed.
import { flushDraft } from "./draft.js";

const KEY = "gradus.place";

function typed() {
  return [...document.querySelectorAll("[data-answer] input")]
    .filter((input) => input.name && input.type !== "hidden")
    .map((input) => ({ name: input.name, value: input.value, checked: input.checked, type: input.type }));
}

function retype(fields) {
  for (const { name, value, checked, type } of fields) {
    const toggles = type === "radio" || type === "checkbox";
    const selector = `[name="${CSS.escape(name)}"]${toggles ? `[value="${CSS.escape(value)}"]` : ""}`;
    const input = document.querySelector(`[data-answer] ${selector}`);
    if (!input) continue;
    if (toggles) input.checked = checked;
    else input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

export function keepPlace() {
  const panes = () => [document.scrollingElement, ...document.querySelectorAll("[data-pane]")];
  for (const form of document.querySelectorAll("form[data-keeps-place]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await flushDraft();
      const place = { path: location.pathname, tops: panes().map((pane) => pane.scrollTop), fields: typed() };
      sessionStorage.setItem(KEY, JSON.stringify(place));
      form.querySelector("[name=next]").value = location.pathname + location.search + location.hash;
      form.submit();
    });
  }
  const stored = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const place = stored && JSON.parse(stored);
  if (place?.path !== location.pathname) return;
  retype(place.fields);
  panes().forEach((pane, index) => (pane.scrollTop = place.tops[index] ?? 0));
}
