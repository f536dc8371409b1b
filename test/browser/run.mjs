// Builds the server, starts it on a folder of media or on its own demo stream,
// and runs the browser tests against it.
//
//   node test/browser/run.mjs                     the demo stream, all tests
//   node test/browser/run.mjs page                only page.test.mjs
//   MEDIA=~/Videos node test/browser/run.mjs      a folder of one's own
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (error) {
    throw error;
  }
  return status ?? 1;
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function chosenTests() {
  const all = (await readdir(here)).filter((name) => name.endsWith(".test.mjs"));
  const wanted = process.argv.slice(2);
  const files = all.filter((name) => wanted.length === 0 || wanted.includes(name.replace(".test.mjs", "")));
  if (files.length === 0) {
    throw new Error(`no such tests: ${wanted.join(", ")}; there are ${all.join(", ")}`);
  }
  return files.sort().map((name) => join(here, name));
}

if (!existsSync(join(root, "web", "dist", "assets.json"))) {
  throw new Error("the page is not bundled: run npm ci and npm run build in web/ first");
}
const folder = await mkdtemp(join(tmpdir(), "dashwright-browser-"));
let server;
try {
  const binary = join(folder, "dashwright");
  if (run("go", ["build", "-o", binary, "./cmd/dashwright"], { CGO_ENABLED: "0" }) !== 0) {
    throw new Error("the server does not build");
  }
  const listen = `127.0.0.1:${await freePort()}`;
  const media = process.env.MEDIA ? [process.env.MEDIA] : [];
  server = spawn(binary, ["serve", ...media, "--listen", listen, "--data", join(folder, "data")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const base = `http://${listen}`;
  await until("the server", async () => {
    if (server.exitCode !== null) {
      throw new Error(`the server ended with ${server.exitCode}`);
    }
    return fetch(`${base}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  // Most of the time they wait for the clock: three at a time, but one at a time where the pace of a player or a page is measured.
  const tests = await chosenTests();
  const paced = (path) => ["live.test.mjs", "lowlatency.test.mjs", "speed.test.mjs"].includes(basename(path));
  const failed = [
    [3, tests.filter((path) => !paced(path))],
    [1, tests.filter(paced)],
  ].filter(([atOnce, some]) => some.length > 0 && run(process.execPath, ["--test", `--test-concurrency=${atOnce}`, ...some], { BASE_URL: base, BINARY: binary }) !== 0);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}
