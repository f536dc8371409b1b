// Runs the unit tests, *.test.ts beside what they test, in Node; then checks
// the budget of what was bundled last.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const all = await readdir(join(here, "src"), { recursive: true });
const tests = all.filter((name) => name.endsWith(".test.ts")).map((name) => join(here, "src", name));
const folder = await mkdtemp(join(tmpdir(), "dashwright-web-"));
try {
  await build({
    entryPoints: tests,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const made = await readdir(folder, { recursive: true });
  const files = made.filter((name) => name.endsWith(".mjs")).map((name) => join(folder, name));
  const run = spawnSync(
    process.execPath,
    ["--enable-source-maps", "--test", ...files.sort(), join(here, "budget.test.mjs")],
    { stdio: "inherit" },
  );
  process.exitCode = run.status ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
