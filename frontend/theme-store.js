const KEY = "gradus.theme";

/** "light", "dark", or null when the page follows the system. */
export function storedTheme() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    return null; // storage switched off: follow the system
  }
}

export function storeTheme(theme) {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // The choice then holds for this page only.
  }
}
