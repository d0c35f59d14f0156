import htmx from "htmx.org";
import { startDraft } from "./draft.js";
import { announce, currentResult, holdRoom, watch } from "./live.js";
import { keepPlace } from "./place.js";
import { startPredictForms } from "./predict.js";
import { startThemeSwitch } from "./theme-switch.js";
import { localTimes } from "./times.js";

// The strict Content-Security-Policy allows neither; the stylesheet has what htmx would have injected.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.selfRequestsOnly = true;

/** Put what is to be said instead of a result (too much, too often, signed out, offline) where the result would be:
 * the server's own words where it sent some, else the page's. */
function explain(problem, answer = "") {
  const shelf = document.getElementById("problems");
  const room = document.getElementById("result-slot");
  if (!shelf || !room) return;
  const said = new DOMParser().parseFromString(answer, "text/html").querySelector("[data-problem]");
  const note = said ?? shelf.content.querySelector(`[data-problem="${problem}"]`).cloneNode(true);
  room.querySelector("[data-problem]")?.remove();
  room.prepend(note);
  announce(note.textContent.trim());
}

function startAnswerForm() {
  const form = document.querySelector("form[data-answer]");
  if (!form) return;
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    const run = form.querySelector("[data-send=run]");
    (event.shiftKey && run ? run : form.querySelector("[data-send=submit]")).click();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (new URL(xhr.responseURL, location).pathname.startsWith(form.dataset.loginUrl)) {
      event.detail.shouldSwap = false;
      explain("signed-out");
    } else if (xhr.status < 300) {
      document.querySelector("#result-slot > [data-problem]")?.remove();
      holdRoom();
    }
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => explain("other", detail.xhr.responseText));
  document.body.addEventListener("htmx:sendError", () => explain("offline"));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "result" || event.detail.target?.id === "result") {
      localTimes(currentResult());
      watch({ userSent: true });
    }
  });
}

startThemeSwitch();
startPredictForms();
startDraft();
startAnswerForm();
localTimes();
keepPlace();
watch();
addEventListener("pageshow", (event) => event.persisted && watch());
