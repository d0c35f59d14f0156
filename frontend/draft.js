// Saves what is in the editor to the server a moment after the last key, and says so beside it.
const WAIT_MS = 1200;
const RETRY_MS = 5000;

let draft = null;

class Draft {
  constructor(form) {
    this.form = form;
    this.source = form.querySelector("textarea[name=source]");
    this.status = form.querySelector("[data-draft-status]");
    this.conflict = form.querySelector("[data-draft-conflict]");
    this.revision = Number(form.dataset.draftRevision || 0);
    this.saved = this.source.value;
    this.source.addEventListener("input", () => this.touch());
    addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    this.conflict?.addEventListener("click", (event) => this.settle(event.target.dataset.keep));
  }

  say(what) {
    this.form.dataset.draft = what;
    this.status.textContent = this.status.dataset[what] ?? "";
  }

  touch(wait = WAIT_MS) {
    if (this.source.value === this.saved) return;
    this.say("typing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy) await this.busy;
    if (this.source.value === this.saved || this.theirs) return;
    this.busy = this.send(this.source.value);
    await this.busy;
    this.busy = null;
  }

  async send(source) {
    this.say("saving");
    try {
      const response = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        headers: { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: new URLSearchParams({ source, revision: this.revision }),
        keepalive: source.length < 20_000, // browsers refuse longer ones; then the tab must stay for the moment
      });
      if (response.status === 409) return this.warn(await response.json());
      if (response.status >= 500) throw new Error(String(response.status));
      if (!response.ok || response.redirected) return this.say("failed"); // too long, or logged out: asking again is vain
      this.revision = (await response.json()).revision;
      this.saved = source;
      this.say("saved");
      if (this.source.value !== source) this.touch();
    } catch {
      this.say("failed");
      this.timer = setTimeout(() => this.save(), RETRY_MS);
    }
  }

  /** Another tab or machine saved meanwhile: the student decides, nothing is overwritten in silence. */
  warn(theirs) {
    if (theirs.source === this.source.value) return this.agree(theirs);
    this.theirs = theirs;
    this.say("conflict");
    this.conflict.hidden = false;
  }

  /** The same text on both sides: saved by this page in its last moment, or by the other tab. */
  agree({ source, revision }) {
    this.revision = revision;
    this.saved = source;
    this.say("saved");
  }

  settle(keep) {
    if (!keep) return;
    const { theirs } = this;
    this.theirs = null;
    this.conflict.hidden = true;
    this.revision = theirs.revision;
    if (keep === "theirs") {
      this.saved = theirs.source;
      this.form.dispatchEvent(new CustomEvent("gradus:replace", { detail: theirs.source }));
      this.say("saved");
    } else {
      this.saved = null;
      this.save();
    }
  }
}

export function startDraft() {
  const form = document.querySelector("form[data-draft-url]");
  if (form) draft = new Draft(form);
}

/** Resolves when nothing unsaved is left (or saving failed). */
export async function flushDraft() {
  await draft?.save();
}

/** What could not be saved, and what it was written on; null when all is. */
export function unsaved() {
  const text = draft?.source.value;
  return draft && text !== draft.saved ? { text, revision: draft.revision } : null;
}

/** Goes on as before: a draft that was saved elsewhere meanwhile is still a conflict. */
export function restoreUnsaved(kept) {
  if (!draft || !kept) return;
  draft.source.value = kept.text;
  draft.revision = kept.revision;
  draft.touch(0);
}
