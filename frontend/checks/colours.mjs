// No hex colour stands outside tokens.css. Two kinds of file cannot read a CSS variable, the manifest and the
// logo as a picture: those may repeat a token's value, and nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";

const root = fileURLToPath(new URL("../..", import.meta.url));
const HEX = /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b/gi;
// `demo` paints pictures of made-up street lamps; their colours are no part of the pages.
const SKIPPED = new Set(["node_modules", "dist", "__pycache__", "migrations", "data", "locale", "tests", "demo"]);
const TOKENS = join(root, "frontend/src/styles/tokens.css");
const known = new Set([...readFileSync(TOKENS, "utf8").matchAll(HEX)].map((match) => match[0].toUpperCase()));
const COPIES = /\.webmanifest$|static\/icons\/logo\.svg$/;

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) yield* files(path);
    } else if (/\.(css|ts|mjs|html|py|svg|webmanifest)$/.test(entry.name)) {
      yield path;
    }
  }
}

/** A hex value as a colour stands after a colon, equals sign, quote, bracket or blank; "#id" links have letters. */
function offences(path) {
  const text = readFileSync(path, "utf8");
  return text.split("\n").flatMap((line, n) => [...line.matchAll(HEX)]
    .filter((match) => /\d/.test(match[0]) || match[0].length === 7)
    .filter((match) => !/href="$|\/$|[&\w]$/.test(line.slice(0, match.index)))
    .filter((match) => !(COPIES.test(path) && known.has(match[0].toUpperCase())))
    .map((match) => `${relative(root, path)}:${n + 1}: ${match[0]}`));
}

const found = [join(root, "frontend/src"), join(root, "src/bandeng")]
  .flatMap((folder) => [...files(folder)])
  .filter((path) => path !== TOKENS)
  .flatMap(offences);
for (const line of found) console.error(`${line} — use a token of frontend/src/styles/tokens.css`);
process.exit(found.length > 0 ? 1 : 0);
