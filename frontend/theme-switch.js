import { storedTheme, storeTheme } from "./theme-store.js";

const ORDER = ["system", "light", "dark"];

/** The button steps through system, light and dark; its label always says what holds now. */
export function startThemeSwitch() {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  let theme = storedTheme() ?? "system";
  const show = () => {
    button.dataset.now = theme;
    button.setAttribute("aria-label", button.dataset[theme]);
    button.title = button.dataset[theme];
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    storeTheme(theme === "system" ? null : theme);
    show();
  });
}
