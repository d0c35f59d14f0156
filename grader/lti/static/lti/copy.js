// "Copy" beside what is to be pasted elsewhere. Where the clipboard is refused, the text is selected for the reader.
const SAY_MS = 2500;

function select(place) {
  const range = document.createRange();
  range.selectNodeContents(place);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  place.focus();
}

async function copy(button) {
  const place = document.getElementById(button.dataset.copyFrom);
  let said = button.dataset.copied;
  try {
    await navigator.clipboard.writeText(place.textContent);
  } catch {
    select(place);
    said = button.dataset.select;
  }
  document.getElementById("announcer").textContent = said;
  button.dataset.label ??= button.textContent;
  button.textContent = said;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.textContent = button.dataset.label), SAY_MS);
}

for (const button of document.querySelectorAll("[data-copy-from]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
