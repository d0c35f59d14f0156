// Runs in <head> before anything is painted: a chosen theme must not flash the other one.
import { storedTheme } from "./theme-store.js";

const root = document.documentElement;
root.dataset.js = "on";
const theme = storedTheme();
if (theme) root.dataset.theme = theme;
