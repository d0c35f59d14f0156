// "Copy link" beside the link to a submission. Whoever may not read the submission gets nothing from its address.
import { announce } from "./live.js";

const SAY_MS = 2500;

/** Where the clipboard is refused or there is none: the address, selected, for the reader to copy. */
function showAddress(button, address) {
  const place = button.parentElement;
  let field = place.querySelector("[data-address]");
  if (!field) {
    field = document.createElement("input");
    Object.assign(field, { readOnly: true, value: address, className: "link-address" });
    field.dataset.address = "";
    field.setAttribute("aria-label", button.dataset.label);
    place.append(field);
  }
  field.focus();
  field.select();
}

async function copy(button) {
  const address = new URL(button.dataset.copyLink, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    return showAddress(button, address);
  }
  const said = button.querySelector("[data-said]");
  said.textContent = button.dataset.copied;
  announce(button.dataset.copied);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (said.textContent = button.dataset.copy), SAY_MS);
}

export function startCopyLinks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy-link]");
    if (button) copy(button);
  });
}
