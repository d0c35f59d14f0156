const LANGUAGE = { "zh-hant": "zh-Hant-TW" };

/** Show every <time data-local> in the reader's own time zone and language. */
export function localTimes(root = document) {
  const language = LANGUAGE[document.documentElement.lang] ?? document.documentElement.lang;
  // In Chinese the parts of the day would be named ("清晨7:59"); a deadline reads better on 24 hours.
  const hours = language.startsWith("zh") ? { hourCycle: "h23" } : {};
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", ...hours });
  for (const element of root.querySelectorAll("time[data-local]")) {
    const date = new Date(element.dateTime);
    if (!Number.isNaN(date.getTime())) element.textContent = format.format(date);
  }
  for (const element of root.querySelectorAll("[data-zone]")) {
    element.textContent = element.dataset.zone.replace("{zone}", zoneName(language));
  }
}

/** "Taipei Standard Time (Asia/Taipei)", or the short name alone where the two are the same; Chinese has wide brackets. */
function zoneName(language) {
  const format = new Intl.DateTimeFormat(language, { timeZoneName: "long" });
  const name = format.formatToParts(new Date()).find((part) => part.type === "timeZoneName")?.value;
  const { timeZone } = format.resolvedOptions();
  if (!name || name === timeZone) return timeZone;
  return language.startsWith("zh") ? `${name}（${timeZone}）` : `${name} (${timeZone})`;
}
