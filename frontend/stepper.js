// Walks through the steps of a traced run. The table of all steps is there already; this shows one step of it at a
// time, beside the line of the code that it ran.

const KEYS = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" };
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

class Stepper {
  constructor(section) {
    this.place = section.querySelector("[data-stepper]");
    this.all = section.querySelector("[data-all]");
    this.range = this.place.querySelector("input");
    this.now = this.place.querySelector("[data-now]");
    this.none = this.place.querySelector("[data-none]");
    this.tensors = this.place.querySelector("[data-tensors]");
    this.code = this.place.querySelector(".stepper-code");
    this.lines = [...this.code.querySelectorAll(".stepper-line")];
    this.steps = [...this.all.querySelectorAll("tbody")];
    this.prepareTable();
    this.markDeparture();
    section.addEventListener("click", (event) => this.click(event));
    this.place.addEventListener("keydown", (event) => this.key(event));
    this.range.addEventListener("input", () => this.go(Number(this.range.value)));
    for (const button of section.querySelectorAll("[data-go][hidden]")) button.hidden = false;
    this.place.hidden = false;
    this.all.open = false;
    this.go(1);
  }

  /** The head of the table stands in the stepper once and for all; its body is one step's. */
  prepareTable() {
    const table = this.all.querySelector("table").cloneNode(false);
    for (const part of this.all.querySelectorAll("caption, thead")) table.append(part.cloneNode(true));
    this.body = table.appendChild(document.createElement("tbody"));
    this.body.setAttribute("role", "rowgroup");
    this.tensors.append(table);
    this.followWidth();
  }

  /** The room that was kept for the tensors is another one at another width. */
  followWidth() {
    let width = innerWidth;
    addEventListener("resize", () => {
      if (innerWidth === width) return;
      width = innerWidth;
      this.tensors.parentElement.style.minHeight = "";
    });
  }

  /** A mark on the way of the slider: its thumb's middle goes from one end to the other, less its own width. */
  markDeparture() {
    const step = Number(this.place.dataset.departure);
    if (!step) return;
    const mark = document.createElement("i");
    mark.className = "stepper-mark";
    const share = this.steps.length > 1 ? (step - 1) / (this.steps.length - 1) : 0;
    mark.style.setProperty("--share", share);
    this.range.parentElement.append(mark);
  }

  click(event) {
    const to = event.target.closest?.("[data-go]")?.dataset.go;
    if (!to) return;
    this.go(this.target(to));
    if (Number(to)) this.place.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const to = KEYS[event.key];
    if (!to || event.target === this.range || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.go(this.target(to));
  }

  target(to) {
    const named = { first: 1, back: this.step - 1, next: this.step + 1, last: this.steps.length };
    return named[to] ?? Number(to);
  }

  go(step) {
    step = Math.min(this.steps.length, Math.max(1, step));
    if (step === this.step) return;
    this.step = step;
    this.range.value = step;
    const body = this.steps[step - 1];
    this.showLines(Number(body.dataset.first), Number(body.dataset.last));
    this.showTensors(body);
    this.say(body);
    for (const button of this.place.querySelectorAll("[data-go]")) {
      const to = this.target(button.dataset.go);
      button.setAttribute("aria-disabled", to === step || to < 1 || to > this.steps.length);
    }
  }

  showLines(first, last) {
    this.lines.forEach((line, index) => {
      const isNow = index + 1 >= first && index + 1 <= last;
      line.classList.toggle("stepper-now", isNow);
      if (isNow) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    });
    // Only the box scrolls, never the page.
    const line = this.lines[first - 1];
    if (!line) return;
    const top = line.offsetTop; // the box is what it is positioned in
    const room = this.code.clientHeight;
    const margin = Math.min(48, room / 4);
    if (top < this.code.scrollTop + margin) this.code.scrollTop = top - margin;
    else if (top + line.offsetHeight > this.code.scrollTop + room - margin)
      this.code.scrollTop = top + line.offsetHeight - room + margin;
  }

  showTensors(body) {
    const rows = [...body.querySelectorAll("tr:not(.trace-line)")];
    this.body.replaceChildren(...rows.map((row) => row.cloneNode(true)));
    this.none.hidden = rows.length > 0;
    this.tensors.hidden = !rows.length;
    const panes = this.tensors.parentElement; // what is below must not move up and down with every step
    panes.style.minHeight = `${Math.max(parseFloat(panes.style.minHeight) || 0, panes.offsetHeight)}px`;
  }

  say(body) {
    const { first, last } = body.dataset;
    const { said, saidLines, departs, raises } = this.place.dataset;
    const numbers = { step: this.step, count: this.steps.length, line: first, last };
    const parts = [fill(last > first ? saidLines : said, numbers)];
    if (body.classList.contains("trace-departs")) parts.push(departs);
    if (body.querySelector(".trace-raised")) parts.push(raises);
    const text = parts.join(" · ");
    this.range.setAttribute("aria-valuetext", text);
    // A screen reader reads the slider's own value when that has the focus; once is enough.
    this.now.setAttribute("aria-live", this.started && document.activeElement !== this.range ? "polite" : "off");
    this.started = true;
    this.now.textContent = text;
  }
}

/** A drawing that is wider than its box is looked at first where backward begins. */
function centreDrawings(root) {
  for (const room of root.querySelectorAll("[data-centre]")) {
    const start = room.querySelector(".graph-root")?.getBBox();
    const middle = start ? start.x + start.width / 2 : room.scrollWidth / 2;
    room.scrollLeft = middle - room.clientWidth / 2;
    room.removeAttribute("data-centre");
  }
}

/** Start the steppers that came with the page or were swapped into it; those that run already stay as they are. */
export function startSteppers(root = document) {
  centreDrawings(root);
  for (const section of root.querySelectorAll("[data-steps]")) {
    if (section.querySelector("[data-stepper][hidden]")) new Stepper(section);
  }
}
