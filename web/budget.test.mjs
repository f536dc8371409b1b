// The first view must stay small: what every page loads before a player is chosen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const LIMIT = 60_000;

/** A bundled file and everything that it imports without being asked. */
async function withImports(name, seen = new Map()) {
  if (!seen.has(name)) {
    const text = await readFile(join(dist, name), "utf8");
    seen.set(name, text);
    for (const [, imported] of text.matchAll(/(?:^|[;\n])import(?:[^"'();]*from)?\s*"([^"]+)"/g)) {
      await withImports(posix.join(posix.dirname(name), imported), seen);
    }
  }
  return seen;
}

test("the first load keeps to its budget", async () => {
  const names = JSON.parse(await readFile(join(dist, "assets.json"), "utf8"));
  const files = await withImports(names["main.js"]);
  for (const name of ["main.css", "icon.svg"]) {
    files.set(names[name], await readFile(join(dist, names[name]), "utf8"));
  }
  let total = 0;
  for (const text of files.values()) {
    total += gzipSync(text, { level: 6 }).length;
  }
  console.log(`first load: ${total} bytes compressed, in ${files.size} files`);
  assert.ok(total <= LIMIT, `${total} bytes compressed, at most ${LIMIT}`);
  for (const [name, text] of files) {
    assert.ok(!/MediaSource/.test(text), `${name} holds a player`);
    assert.ok(!/u-over/.test(text) || name.endsWith(".css"), `${name} holds the plots`);
  }
});

test("each player is a file of its own", async () => {
  const names = JSON.parse(await readFile(join(dist, "assets.json"), "utf8"));
  const first = Array.from((await withImports(names["main.js"])).values()).join("\n");
  for (const player of ["dashjs", "shaka", "rxplayer"]) {
    // The page tells whose a request is by this name (pages/play/tap.ts).
    assert.ok(
      new RegExp(`import\\("\\./${player}-[A-Z0-9]{8}\\.js"\\)`).test(first),
      `${player} is not loaded by its name`,
    );
  }
});
