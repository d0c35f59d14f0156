// CodeMirror over the plain <textarea>, which stays in the form and always holds the text: without this file, or when
// it fails, the page works as it is.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const INDENT = "    ";

/** Tab indents a selection, or goes on to the next stop of four. */
function tab(view) {
  if (view.state.selection.ranges.some((range) => !range.empty)) return indentMore(view);
  const { head } = view.state.selection.main;
  const column = head - view.state.doc.lineAt(head).from;
  view.dispatch(view.state.replaceSelection(INDENT.slice(column % INDENT.length)), { userEvent: "input.indent" });
  return true;
}

function click(form, which) {
  return () => {
    form.querySelector(`[data-send=${which}]`)?.click();
    return true; // also without such a button: Ctrl-Enter must never add a line
  };
}

function keys(form) {
  return [
    Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: click(form, "submit"), shift: click(form, "run") },
        { key: "Tab", run: tab, shift: indentLess },
      ]),
    ),
    // After Escape, Tab walks on through the page until the editor is typed in or entered again.
    keymap.of([{ key: "Escape", run: (view) => (view.setTabFocusMode(true), false) }]),
    EditorView.domEventHandlers({ focus: (_, view) => (view.setTabFocusMode(false), false) }),
    keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
  ];
}

function extensions(textarea, form) {
  const mirror = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    update.view.setTabFocusMode(false);
    textarea.value = update.state.doc.toString();
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    indentUnit.of(INDENT),
    EditorState.tabSize.of(4),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    textarea.dataset.language === "text" ? EditorView.lineWrapping : python(),
    syntaxHighlighting(classHighlighter),
    keys(form),
    mirror,
    EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
    EditorView.contentAttributes.of({
      "aria-label": label?.textContent.trim() ?? "",
      "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
      tabindex: "0",
      lang: "en", // code is read and broken as code in every language of the page
      translate: "no",
    }),
  ];
}

function replaceAll(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.replace" });
}

/** "Reset to starter" is one step of the history: its own Undo, or Ctrl-Z, brings the work back. */
function startReset(form, view) {
  const reset = form.querySelector("[data-reset]");
  const undo = form.querySelector("[data-reset-undo]");
  const starter = document.getElementById("starter");
  if (!reset || !starter) return;
  let before = null;
  reset.hidden = false;
  reset.addEventListener("click", () => {
    before = view.state.doc.toString();
    replaceAll(view, JSON.parse(starter.textContent));
    undo.hidden = false;
    undo.focus();
  });
  undo.addEventListener("click", () => {
    replaceAll(view, before);
    undo.hidden = true;
    view.focus();
  });
}

/** A button on a message that names a line puts the cursor there. */
function startLineLinks(view) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-line]");
    const line = Number(link?.dataset.line);
    if (!line || line > view.state.doc.lines) return;
    view.dispatch({ selection: { anchor: view.state.doc.line(line).from }, scrollIntoView: true });
    view.focus();
  });
}

/** The editor draws only what is in view; paper gets the whole text. */
function startPrinting(view) {
  const page = document.createElement("pre");
  page.className = "printed-code";
  page.lang = "en";
  page.translate = false;
  addEventListener("beforeprint", () => {
    page.textContent = view.state.doc.toString();
    view.dom.after(page);
  });
  addEventListener("afterprint", () => page.remove());
}

/** An editor in the text field's place; the field keeps holding the text. */
export function mount(textarea, form) {
  const view = new EditorView({ doc: textarea.value, extensions: extensions(textarea, form) });
  textarea.after(view.dom);
  textarea.hidden = true;
  return view;
}

const textarea = document.querySelector("textarea[data-editor]");
if (textarea) {
  const { form } = textarea;
  const view = mount(textarea, form);
  form.classList.add("has-editor");
  form.addEventListener("gradus:replace", (event) => replaceAll(view, event.detail));
  startReset(form, view);
  startLineLinks(view);
  startPrinting(view);
}
