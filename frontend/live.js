// Follows a submission until its result is there: server-sent events first, polling when they are held up.
import htmx from "htmx.org";
import { startSteppers } from "./stepper.js";
import { localTimes } from "./times.js";

const FINAL = new Set(["graded", "errored"]);
const POLL_MS = 1000; // half as long again each time, up to the most: a server that is slow is not asked more for it
const MOST_POLL_MS = 5000;
const PATIENCE_MS = 2000; // without one event for so long, something on the way swallows the stream
const QUIET_MS = 900; // a grading that takes less is announced by its result only

export const currentResult = () => document.getElementById("result");
const slot = () => document.getElementById("result-slot");

/** Keep the room that the last result took, so that nothing below or beside it moves while the next one is made. */
export function holdRoom() {
  const room = slot();
  if (room) room.style.minHeight = `${room.offsetHeight}px`;
}

function releaseRoom() {
  const room = slot();
  if (room) room.style.minHeight = "";
}

export function announce(text) {
  const region = document.getElementById("announcer");
  if (region && text) region.textContent = text;
}

function markTitle(result) {
  if (!document.hidden || !result.dataset.mark) return;
  const title = document.title;
  document.title = `${result.dataset.mark} ${title}`;
  document.addEventListener("visibilitychange", () => (document.title = title), { once: true });
}

/** Best score, new hints and the history stand beside the statement: bring them up to date, leave what is open open. */
async function refreshProgress() {
  const parts = [...document.querySelectorAll("[data-refresh]")];
  if (!parts.length) return;
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (!fresh || part.contains(document.activeElement)) continue;
      for (const details of part.querySelectorAll("details[open]")) {
        fresh.querySelector(`#${details.id}`)?.setAttribute("open", "");
      }
      part.replaceWith(fresh);
      localTimes(fresh);
    }
  } catch {
    // Offline: the next visit shows it.
  }
}

function finish(result) {
  releaseRoom();
  announce(result.dataset.announce);
  markTitle(result);
  if (result.dataset.counts) refreshProgress();
  if (result.dataset.userSent) result.querySelector("h2")?.scrollIntoView({ block: "nearest" });
}

/** Replace the result on the page by the one in `html`; null when there is none in it. */
function show(old, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("result");
  if (!fresh) return null;
  const hadFocus = old.contains(document.activeElement);
  if (old.dataset.userSent) fresh.dataset.userSent = old.dataset.userSent;
  old.replaceWith(fresh);
  htmx.process(fresh);
  localTimes(fresh);
  startSteppers(fresh);
  if (hadFocus) fresh.focus({ preventScroll: true });
  return fresh;
}

/** Bring the waiting result up to date in its place, so that nothing blinks; false when `html` is no waiting result. */
function retell(old, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("result");
  if (!fresh || FINAL.has(fresh.dataset.state)) return false;
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  for (const part of ["h2", "[data-place]"]) old.querySelector(part).textContent = fresh.querySelector(part).textContent;
  return true;
}

/** Where it stands in the queue. */
function tellPlace(result, text) {
  const place = result.querySelector("[data-place]");
  if (place && place.textContent !== text) place.textContent = text;
}

class Follower {
  constructor(result) {
    this.result = result;
    this.state = result.dataset.state;
    this.events = new EventSource(result.dataset.eventsUrl);
    this.events.addEventListener("hello", () => this.hear());
    this.events.addEventListener("update", (event) => this.update(event.data));
    this.events.addEventListener("place", (event) => tellPlace(this.result, event.data));
    this.events.addEventListener("error", () => this.poll());
    this.patience = setTimeout(() => this.poll(), PATIENCE_MS);
    this.quiet = setTimeout(() => announce(this.result.dataset.announce), QUIET_MS);
    addEventListener("online", (this.wake = () => this.ask()));
  }

  /** The stream comes through: nobody has to ask. */
  hear() {
    clearTimeout(this.patience);
    clearTimeout(this.polling);
    this.polling = null;
  }

  update(html) {
    clearTimeout(this.patience);
    if (!this.result.isConnected) return this.stop(); // a newer submission took the place
    if (retell(this.result, html)) {
      this.state = this.result.dataset.state;
      return;
    }
    const fresh = show(this.result, html);
    if (!fresh) return;
    this.result = fresh;
    this.state = fresh.dataset.state;
    if (FINAL.has(this.state)) {
      this.stop();
      finish(fresh);
    }
  }

  poll(wait = POLL_MS) {
    if (this.polling) return;
    const turn = setTimeout(async () => {
      await this.ask();
      if (this.polling !== turn) return; // the stream came back, or it is over
      this.polling = null;
      this.poll(Math.min(1.5 * wait, MOST_POLL_MS));
    }, wait);
    this.polling = turn;
  }

  async ask() {
    if (!this.result.isConnected) return this.stop();
    try {
      const status = await (await fetch(this.result.dataset.statusUrl)).json();
      if (this.stopped) return;
      tellPlace(this.result, status.place);
      if (status.status === this.state) return;
      const page = await fetch(this.result.dataset.url, { headers: { "HX-Request": "true" } });
      if (page.ok && !this.stopped) this.update(await page.text());
    } catch {
      // Offline or restarting: the next turn asks again, the submission is safe on the server.
    }
  }

  stop() {
    this.stopped = true;
    this.events.close();
    this.hear();
    clearTimeout(this.quiet);
    removeEventListener("online", this.wake);
  }
}

let follower = null;

/** Follow the result on the page unless it is final already. */
export function watch({ userSent = false } = {}) {
  const result = currentResult();
  if (!result || follower?.result === result) return;
  follower?.stop();
  follower = null;
  if (userSent) result.dataset.userSent = "yes";
  if (result.dataset.eventsUrl && !FINAL.has(result.dataset.state)) follower = new Follower(result);
  else if (userSent) finish(result);
}
