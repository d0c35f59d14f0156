/** "None" and "raises an error" are answers of their own: while one is ticked, the number beside it rests. */
export function startPredictForms(root = document) {
  for (const box of root.querySelectorAll("[data-instead-of]")) {
    const input = document.getElementById(box.dataset.insteadOf);
    const follow = () => {
      input.disabled = box.checked;
      if (box.checked) input.setCustomValidity("");
    };
    box.addEventListener("change", follow);
    follow();
  }
}

/** What was answered stays to be read beside its result; other numbers are a page away. */
export function closePredictForm() {
  const form = document.getElementById("predict-form");
  if (!form) return;
  form.querySelector("[data-fields]").disabled = true;
  for (const error of form.querySelectorAll(".field-error")) error.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  form.querySelector("[data-send=submit]").hidden = true;
  form.querySelector("[data-again]").hidden = false;
  document.querySelector("[data-earlier]")?.remove();
}
