/** Show every <time data-local> in the reader's own time zone and language. */
export function localTimes(root = document) {
  const language = document.documentElement.lang === "zh-hant" ? "zh-Hant-TW" : document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const element of root.querySelectorAll("time[data-local]")) {
    const date = new Date(element.dateTime);
    if (!Number.isNaN(date.getTime())) element.textContent = format.format(date);
  }
}
