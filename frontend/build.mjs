// Builds everything into the core app's static folder. What pages name keeps a fixed name, to which Django adds a hash;
// what scripts and styles import gets its hash here. All of it is compressed here, so that no server has to.
// Three builds, because the theme script (blocking) and the service worker must each be one plain script.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { build } from "vite";

const root = dirname(fileURLToPath(import.meta.url));
const outDir = resolve(root, "../src/bandeng/core/static/dist");
const watch = process.argv.includes("--watch") ? {} : null;
// htmx carries an eval that our settings keep it from ever reaching, and how long a plugin took is no warning.
const onLog = (level, log, show) => {
  if (log.code !== "EVAL" && log.code !== "PLUGIN_TIMINGS") show(level, log);
};
const shared = { root, configFile: false, logLevel: "warn", publicDir: false };
const islands = readdirSync(resolve(root, "src/islands"))
  .filter((name) => existsSync(resolve(root, "src/islands", name, "index.ts")))
  .map((name) => [name, resolve(root, "src/islands", name, "index.ts")]);
const target = ["chrome105", "safari16", "firefox110"];

const chunkGroups = [
  { name: "leaflet", test: /node_modules[\\/]leaflet/ },
  { name: "base", test: /src[\\/]lib[\\/](?!basemap)/ },
];

function outputOptions() {
  return {
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash:8].js",
    assetFileNames: (asset) => (asset.names?.[0] === "style.css" ? "app.css" : "assets/[name]-[hash:8][extname]"),
    codeSplitting: { groups: chunkGroups },
  };
}

async function pages() {
  const result = await build({
    ...shared,
    base: "./",
    plugins: [tailwindcss()],
    build: {
      outDir, emptyOutDir: false, target, cssCodeSplit: false, assetsInlineLimit: 0, modulePreload: false,
      watch, sourcemap: false,
      rolldownOptions: {
        onLog,
        input: { app: resolve(root, "src/app.ts"), ...Object.fromEntries(islands) },
        output: outputOptions(),
      },
    },
  });
  const outputs = [result].flat().flatMap((one) => one.output ?? []);
  return outputs.filter((one) => one.type === "chunk" && !one.isEntry).map((one) => one.fileName);
}

async function plain({ name, entry, define = {} }) {
  await build({
    ...shared,
    define,
    build: {
      outDir, emptyOutDir: false, target, watch, sourcemap: false, cssCodeSplit: false,
      rolldownOptions: {
        input: resolve(root, entry),
        output: { format: "iife", name: name.replace(/\W/g, "_"), entryFileNames: `${name}.js` },
      },
    },
  });
}

function compress() {
  for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
    const path = resolve(entry.parentPath, entry.name);
    const plain = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
    writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  }
}

rmSync(outDir, { recursive: true, force: true });
const chunks = await pages();
await plain({ name: "theme", entry: "src/theme.ts" });
await plain({
  name: "sw",
  entry: "src/worker/sw.ts",
  define: { __CHUNKS__: JSON.stringify(chunks), __BUILT__: JSON.stringify(new Date().toISOString()) },
});
if (watch === null) compress();
