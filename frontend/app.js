import htmx from "htmx.org";
import { startCooldowns } from "./cooldown.js";
import { startCopyLinks } from "./copy-link.js";
import { startDraft } from "./draft.js";
import { watchHints } from "./hints.js";
import { announce, currentResult, holdRoom, watch } from "./live.js";
import { openTargets } from "./open-target.js";
import { keepPlace } from "./place.js";
import { closePredictForm, startPredictForms } from "./predict.js";
import { startShortcuts } from "./shortcuts.js";
import { startSteppers } from "./stepper.js";
import { startThemeSwitch } from "./theme-switch.js";
import { localTimes } from "./times.js";

// The strict Content-Security-Policy allows neither; the stylesheet has what htmx would have injected.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.selfRequestsOnly = true;
// 422 is a form with messages in it; other refusals are explained beside the result, which stays.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..|422", swap: true },
  { code: "...", swap: false, error: true },
];

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

/** Ctrl-Enter submits and Shift-Ctrl-Enter runs, wherever in the form the cursor is. */
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  event.preventDefault();
  const run = form.querySelector("[data-send=run]");
  (event.shiftKey && run ? run : form.querySelector("[data-send=submit]")).click();
}

function beforeSwap(event) {
  const { xhr } = event.detail;
  const login = document.querySelector("form[data-answer]")?.dataset.loginUrl;
  if (login && new URL(xhr.responseURL, location).pathname === login) {
    event.detail.shouldSwap = false;
    explain("signed-out");
  } else if (xhr.status < 300 && event.detail.target?.id === "result") {
    document.querySelector("#result-slot > [data-problem]")?.remove();
    holdRoom();
  }
}

function afterSettle(event) {
  const place = event.detail.target?.id;
  startSteppers();
  if (place === "result") {
    localTimes(currentResult());
    closePredictForm();
    watch({ userSent: true });
  } else if (place === "predict-form") {
    // The form came back with a message at each answer that cannot be read.
    startPredictForms();
    document.querySelector("#predict-form [aria-invalid]")?.focus();
  }
}

document.addEventListener("keydown", sendByKey);
document.body.addEventListener("htmx:beforeSwap", beforeSwap);
document.body.addEventListener("htmx:afterSettle", afterSettle);
// The link to a traced run stays where it is when it cannot be followed now.
const isAnswer = (detail) => detail.target?.id !== "traced";
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  if (isAnswer(detail)) explain("other", detail.xhr.responseText);
});
document.body.addEventListener("htmx:sendError", ({ detail }) => isAnswer(detail) && explain("offline"));

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const keys of document.querySelectorAll("[data-keys]")) keys.textContent = keys.textContent.replace("Ctrl", "⌘");
}

// A path is of no use on paper: the stylesheet for print spells out whole addresses.
addEventListener("beforeprint", () => {
  for (const link of document.querySelectorAll(".prose a[href], .result-link a")) link.dataset.printed = link.href;
});

startThemeSwitch();
startCooldowns();
startPredictForms();
startShortcuts();
startCopyLinks();
startDraft();
localTimes();
startSteppers();
keepPlace();
openTargets();
watchHints();
watch();
addEventListener("pageshow", (event) => event.persisted && watch());
