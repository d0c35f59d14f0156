// Switching the language reloads the page; the reader comes back to the same line, with what was typed.
import { flushDraft, restoreUnsaved, unsaved } from "./draft.js";
import { keep, take } from "./session.js";

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

const everyDetails = () => [...document.querySelectorAll("main details")];

/** What both languages have in the same order; a line of text is somewhere else in another language. */
const landmarks = () => [...document.querySelectorAll("main :is(h1, h2, h3, h4, figure, [data-block], .exercise-row)")];

/** The landmark that was last passed, and how far above the window's edge it is. */
function passedLandmark() {
  const all = landmarks();
  const index = all.findLastIndex((mark) => mark.getBoundingClientRect().top <= 0);
  return { index, count: all.length, top: all[index]?.getBoundingClientRect().top };
}

function goTo({ index, count, top }) {
  const all = landmarks();
  if (index > 0 && all.length === count) scrollBy({ top: all[index].getBoundingClientRect().top - top, behavior: "instant" });
}

function reopen(opened) {
  const all = everyDetails();
  if (all.length === opened.length) all.forEach((details, index) => (details.open = opened[index]));
}

export function keepPlace() {
  const panes = () => [document.scrollingElement, ...document.querySelectorAll("[data-pane]")];
  for (const form of document.querySelectorAll("form[data-keeps-place]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await flushDraft();
      const place = {
        path: location.pathname,
        tops: panes().map((pane) => pane.scrollTop),
        landmark: passedLandmark(),
        opened: everyDetails().map((details) => details.open),
        fields: typed(),
        unsaved: unsaved(),
      };
      keep(KEY, JSON.stringify(place));
      form.querySelector("[name=next]").value = location.pathname + location.search + location.hash;
      form.submit();
    });
  }
  const stored = take(KEY);
  const place = stored && JSON.parse(stored);
  if (place?.path !== location.pathname) return;
  retype(place.fields);
  restoreUnsaved(place.unsaved);
  reopen(place.opened);
  const scroll = () => {
    panes().forEach((pane, index) => (pane.scrollTop = place.tops[index] ?? 0));
    goTo(place.landmark);
  };
  scroll();
  addEventListener("load", scroll, { once: true }); // other scripts have put their parts in place by then
}
