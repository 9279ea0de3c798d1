// Front-end build: `node build.mjs` writes everything the pages load into linli/ui/static/ui/dist/.
// Nothing is fetched; everything comes from node_modules (npm ci) and linli/ui/assets.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const root = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const assets = path.join(root, "linli/ui/assets");
const dist = path.join(root, "linli/ui/static/ui/dist");
const nodeModules = path.join(root, "node_modules");

// A person who leaves the theme on "auto" gets the dark tokens by media query: no script has to run first.
// Each flat rule for [data-bs-theme=dark] is therefore written a second time for [data-bs-theme=auto].
function followSystemTheme(css) {
  const dark = /[^{}]*\[data-bs-theme="?dark"?\][^{}]*\{[^{}]*\}/g;
  const rules = (css.match(dark) ?? []).map((rule) => rule.replace(/\[data-bs-theme="?dark"?\]/g, "[data-bs-theme=auto]"));
  return `${css}\n@media screen and (prefers-color-scheme: dark) {\n${rules.join("\n")}\n}\n`;
}

const themedCss = {
  name: "follow-system-theme",
  setup({ onLoad }) {
    onLoad({ filter: /(bootstrap|tokens)\.css$/ }, async ({ path: file }) => {
      const css = (await readFile(file, "utf8")).replace(/\/\*#.*?\*\//g, "");
      return { contents: followSystemTheme(css), loader: "css" };
    });
  },
};

async function filesBelow(folder, ending) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

// The sprite holds the icons that templates and Python name, no others: `{% icon "house" %}`, `icon="house"`,
// and the values of a table called SOMETHING_ICONS.
const ICON_NAMED = /(?:\{% icon |\bicon(?:=|": ?))["']([a-z0-9-]+)["']/g;
const ICON_TABLE = /_ICONS\b[^={]*=[^{\n]*\{([^}]*)\}/g;

async function iconNames() {
  const named = new Set();
  for (const file of await filesBelow(path.join(root, "linli"), /\.(html|py)$/)) {
    const text = await readFile(file, "utf8");
    for (const [, name] of text.matchAll(ICON_NAMED)) named.add(name);
    for (const [, table] of text.matchAll(ICON_TABLE)) {
      for (const [, name] of table.matchAll(/: "([a-z0-9-]+)"/g)) named.add(name);
    }
  }
  return [...named].sort();
}

async function iconSymbol(name) {
  const own = path.join(assets, "img", `icon-${name}.svg`);
  const bought = path.join(nodeModules, "bootstrap-icons/icons", `${name}.svg`);
  const svg = await readFile(own, "utf8").catch(() => readFile(bought, "utf8")).catch(() => {
    throw new Error(`no icon is called "${name}": see node_modules/bootstrap-icons/icons`);
  });
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
  return `<symbol id="${name}" viewBox="0 0 16 16">${body}</symbol>`;
}

async function spriteOfIcons() {
  const symbols = await Promise.all((await iconNames()).map(iconSymbol));
  return `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">\n${symbols.join("\n")}\n</svg>\n`;
}

const sprite = await spriteOfIcons(); // before anything is replaced: a wrong name leaves the last build in place
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const common = { bundle: true, minify: true, target: "es2022", legalComments: "linked", outdir: dist, logLevel: "warning" };
await Promise.all([
  build({
    ...common,
    format: "esm",
    entryPoints: ["app", "map", "chart", "care", "walk", "grid", "boxes"].map((name) => path.join(assets, `js/${name}.js`)),
  }),
  build({
    ...common,
    format: "esm",
    entryPoints: { "map-worker": path.join(nodeModules, "maplibre-gl/dist/maplibre-gl-worker.mjs") },
  }),
  build({
    ...common,
    entryPoints: ["app", "map"].map((name) => path.join(assets, `css/${name}.css`)),
    plugins: [themedCss],
    loader: { ".svg": "dataurl" },
  }),
  cp(path.join(assets, "img"), dist, { recursive: true }),
]);
await writeFile(path.join(dist, "icons.svg"), sprite);
