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
