// Bundles the front end into grader/static/gradus/. Django's manifest storage adds the hashes.
//   node frontend/build.mjs            once, minified
//   node frontend/build.mjs --watch    again at every change, readable
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes("--watch");
const outdir = at("../grader/static/gradus");

const shared = {
  outdir,
  bundle: true,
  minify: !watch,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  logLevel: "warning",
};
const builds = [
  { ...shared, format: "esm", entryPoints: [at("app.js"), at("editor.js"), at("chapter.js"), at("authoring.js")] },
  // Runs before the first paint, so it is a plain script and not a module.
  { ...shared, format: "iife", entryPoints: [at("theme.js")] },
  { ...shared, entryPoints: [at("css/app.css")] },
];

await rm(outdir, { recursive: true, force: true });
await cp(at("assets"), outdir, { recursive: true });
if (watch) {
  for (const options of builds) await (await esbuild.context(options)).watch();
  console.log("Watching frontend/ …");
} else {
  await Promise.all(builds.map((options) => esbuild.build(options)));
}
