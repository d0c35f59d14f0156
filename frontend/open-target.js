// A link to something that is folded unfolds it: `#hint-2`, here or on the page that it leads to.

function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  const details = target?.closest("details");
  if (!details) return;
  details.open = true;
  details.querySelector("summary").focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}

export function openTargets() {
  addEventListener("hashchange", unfold);
  // The same link twice changes no hash.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[href*='#']")?.hash === location.hash) setTimeout(unfold);
  });
  unfold();
}
