// The editor of drafts: saving from the keyboard, what is not saved yet, and a statement's preview.
import { localTimes } from "./times.js";

const PREVIEW_MS = 400;

class DraftPage {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.saved = this.text.value;
    this.leaving = false;
    this.text.addEventListener("input", () => this.touch());
    form.addEventListener("submit", () => (this.leaving = true));
    document.addEventListener("keydown", (event) => this.saveByKey(event));
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-keep=theirs]")) this.leaving = true;
    });
    addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.text.value !== this.saved) event.preventDefault();
    });
    document.body.addEventListener("htmx:beforeRequest", (event) => this.isMine(event) && (this.sent = this.text.value));
    document.body.addEventListener("htmx:afterSwap", (event) => this.isMine(event) && this.settle());
    for (const failure of ["htmx:responseError", "htmx:sendError"]) {
      document.body.addEventListener(failure, (event) => this.isMine(event) && this.say(form.dataset.failed));
    }
  }

  isMine(event) {
    return event.detail.target?.id === "draft-state";
  }

  say(text) {
    const place = document.querySelector(".draft-saved");
    if (place) place.textContent = text;
  }

  touch() {
    this.leaving = false;
    if (this.text.value !== this.saved) this.say(this.form.dataset.unsaved);
    if (!this.form.dataset.previewUrl) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), PREVIEW_MS);
  }

  saveByKey(event) {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.form.querySelector("[data-send=submit]").click();
  }

  /** The other forms of the page act on the revision that is now stored. */
  settle() {
    const state = document.getElementById("draft-state");
    if (!state.querySelector("[data-saved=yes]")) return;
    this.saved = this.sent;
    if (this.text.value !== this.saved) this.say(this.form.dataset.unsaved);
    const { value } = state.querySelector("[data-revision]");
    for (const input of document.querySelectorAll("[data-revision]")) input.value = value;
  }

  async preview() {
    const text = this.text.value;
    try {
      const response = await fetch(this.form.dataset.previewUrl, {
        method: "POST",
        headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: new URLSearchParams({ text }),
      });
      if (!response.ok || response.redirected || text !== this.text.value) return;
      const drawn = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("preview");
      if (drawn) document.getElementById("preview").replaceWith(drawn);
    } catch {
      // Offline: the preview stays as it was; saving says what is wrong.
    }
  }
}

// Refusals that are answers to be read: both texts of a conflict, and that nothing can be tried just now.
const READABLE = { "draft-state": 409, trial: 503 };
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // What waits for its end goes on asking; only an answer to what the author sent is shown.
  if (READABLE[detail.target?.id] !== detail.xhr.status || detail.requestConfig.verb !== "post") return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "check") localTimes();
});

/** In a long list of files the open one is in view. */
function showCurrentFile() {
  const current = document.querySelector(".draft-files [aria-current]");
  const list = [current?.closest("nav"), current?.closest(".draft-files")].find(
    (box) => box && box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY === "auto",
  );
  if (!list) return;
  const below = current.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  if (below > 0) list.scrollTop += below + list.clientHeight / 3;
}

showCurrentFile();
const form = document.getElementById("draft-form");
if (form) new DraftPage(form);
