// The chapter's page: running and editing its blocks, the slider of the descent, and the contents.
import { keep, take } from "./session.js";

const page = document.querySelector("[data-chapter]");
const POLL_MS = [120, 120, 200, 300, 400];
const POLL_SLOWLY_MS = 700;
const PATIENCE_MS = 75_000;
const EDITS = "gradus.edits";

const announce = (text) => {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const parse = (html) => new DOMParser().parseFromString(html, "text/html");
const notice = (html) => parse(html).querySelector("[data-problem]")?.textContent.trim();

/** Who logs in again in another tab gets another token; this page's own one is then of no use. */
function token() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie?.[1] ?? page.querySelector("[name=csrfmiddlewaretoken]").value;
}

/** JSON of an answer; what cannot be had is told in the page's words. */
async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Error(page.dataset.offline);
  }
  if (answer.redirected) throw new Error(page.dataset.signedOut);
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  const body = isJson ? await answer.json() : { error: notice(await answer.text()) };
  if (!isJson || !answer.ok) throw new Error((answer.status !== 404 && body.error) || page.dataset.lost);
  return body;
}

async function run(source) {
  const { url } = await ask(page.dataset.runUrl, {
    method: "POST",
    headers: { "X-CSRFToken": token(), "HX-Request": "true" }, // refusals come as a notice, not as a page
    body: new URLSearchParams({ source }),
  });
  const until = Date.now() + PATIENCE_MS;
  for (let turn = 0; Date.now() < until; turn++) {
    await pause(POLL_MS[turn] ?? POLL_SLOWLY_MS);
    const { done, html } = await ask(url);
    if (done) return parse(html).querySelector("[data-result]");
  }
  throw new Error(page.dataset.lost);
}

class Block {
  constructor(root) {
    this.pre = root.querySelector("pre");
    this.original = this.pre.textContent;
    this.bar = root.querySelector("[data-bar]");
    this.slot = root.querySelector("[data-slot]");
    this.shown = root.querySelector("[data-shown]");
    this.restore = root.querySelector("[data-restore]");
    this.edit = root.querySelector("[data-edit]");
    this.bar.hidden = false;
    this.bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    this.edit.addEventListener("click", () => this.open());
    this.restore.addEventListener("click", () => this.close());
  }

  get source() {
    return this.textarea?.value ?? this.original;
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    this.say(page.dataset.running);
    this.slot.setAttribute("aria-busy", "true");
    announce(page.dataset.running);
    try {
      this.slot.replaceChildren(await run(this.source));
      if (this.shown) this.shown.hidden = true;
      announce(page.dataset.done);
    } catch (error) {
      this.say(error.message);
      announce(error.message);
    }
    this.slot.removeAttribute("aria-busy");
    this.busy = false;
  }

  say(text) {
    const note = document.createElement("p");
    note.textContent = text;
    const room = document.createElement("div");
    room.className = "run-result";
    room.append(note);
    this.slot.replaceChildren(room);
    this.slot.hidden = false;
  }

  /** A plain text field at once; the editor takes its place as soon as it is there. */
  async open(text = this.original, { focus = true } = {}) {
    const label = this.bar.querySelector("label");
    const textarea = document.createElement("textarea");
    Object.assign(textarea, { id: label.htmlFor, className: "code", value: text, spellcheck: false });
    textarea.rows = Math.min(30, this.original.split("\n").length + 1);
    textarea.wrap = "off";
    textarea.lang = "en";
    this.keys = page.querySelector("[data-keys]").content.firstElementChild.cloneNode(true);
    this.keys.id = `${label.htmlFor}-keys`;
    this.bar.append(this.keys);
    textarea.setAttribute("aria-describedby", this.keys.id);
    this.textarea = textarea;
    this.pre.hidden = true;
    this.pre.after(textarea);
    this.edit.hidden = true;
    this.restore.hidden = false;
    if (focus) textarea.focus();
    try {
      const { mount } = await import(page.dataset.editorUrl);
      if (this.textarea === textarea) this.view = mount(textarea, this.bar);
      if (focus) this.view?.focus();
    } catch {
      // The plain field does the same work.
    }
  }

  close() {
    this.view?.destroy();
    this.textarea.remove();
    this.keys.remove();
    this.view = this.textarea = null;
    this.pre.hidden = false;
    this.edit.hidden = false;
    this.restore.hidden = true;
    this.slot.hidden = true;
    this.slot.replaceChildren();
    if (this.shown) this.shown.hidden = false;
    this.edit.focus();
  }
}

/** Switching the language loads the page anew: what is being edited comes along. */
function keepEdits(blocks) {
  const store = () => keep(EDITS, JSON.stringify(blocks.map((block) => block.textarea?.value ?? null)));
  for (const form of document.querySelectorAll("form[data-keeps-place]")) form.addEventListener("submit", store);
  const kept = JSON.parse(take(EDITS) ?? "[]");
  if (kept.length !== blocks.length) return;
  kept.forEach((text, index) => text !== null && blocks[index].open(text, { focus: false }));
}

/** The same axes as those of the frames that stand above it. */
const across = (w) => 14 + ((w + 3.2) / 6.4) * 212;
const down = (loss) => 190 - ((loss + 0.6) / 10.84) * 180;
const readable = (value) => value.toFixed(3).replace(/^-0\.000$/, "0.000").replace("-", "−");

function startSlider(root) {
  const { paths, start, labels } = JSON.parse(root.querySelector("script").textContent);
  const input = root.querySelector("input");
  const output = root.querySelector("output");
  const svg = root.closest("figure").querySelector("svg").cloneNode(true);
  for (const old of svg.querySelectorAll("circle, .trail, title, desc")) old.remove();
  svg.removeAttribute("aria-labelledby");
  svg.removeAttribute("role");
  svg.setAttribute("aria-hidden", "true");
  root.querySelector("[data-moving]").append(svg);
  const draw = (name, attributes) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
    return shape;
  };
  let shapes = [];
  const show = () => {
    const [rate, path] = paths[input.value];
    for (const shape of shapes) shape.remove();
    const seen = path.filter((w) => Math.abs(w) <= 3.2);
    const trail = `M${seen.map((w) => `${across(w)} ${down(w * w)}`).join(" ")}`;
    shapes = [draw("path", { d: trail, class: "trail" })];
    seen.forEach((w, step) => {
      const kind = step ? "dot-high" : "dot-start";
      shapes.push(draw("circle", { cx: across(w), cy: down(w * w), r: step ? 4.5 : 6, class: kind }));
    });
    const last = path.at(-1);
    const numbers = { rate, step: path.length - 1, w: readable(last), loss: readable(last * last) };
    input.setAttribute("aria-valuetext", rate);
    output.textContent = labels.steps.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
  };
  input.min = 0;
  input.max = paths.length - 1;
  input.step = 1;
  input.value = start;
  input.addEventListener("input", show);
  root.hidden = false;
  show();
}

if (page) {
  keepEdits([...page.querySelectorAll("[data-block]")].map((root) => new Block(root)));
  for (const root of page.querySelectorAll("[data-slider]")) startSlider(root);
  // Beside the text the contents are always open; above it they are one line until they are wanted.
  const contents = page.querySelector("[data-contents]");
  const wide = matchMedia("(min-width: 64rem)");
  const follow = () => (contents.open = wide.matches);
  wide.addEventListener("change", follow);
  follow();
}
