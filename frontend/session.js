// The tab's own storage; where a browser denies it, as in some frames of other sites, nothing is kept and nothing breaks.
export function keep(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // The page then loads without it.
  }
}

/** What was kept, once. */
export function take(key) {
  try {
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return text;
  } catch {
    return null;
  }
}
