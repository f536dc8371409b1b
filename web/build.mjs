// Bundles src/ into dist/: names with a hash of the content under dist/assets,
// and dist/assets.json, which says what became of main.js, main.css,
// icon.svg and licences.txt.
//
//   node build.mjs            once
//   node build.mjs --watch    again after each change
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const players = ["dashjs", "shaka-player", "rx-player", "uplot", "uqr"];

/** Writes what esbuild made, and only then the list of names: the server reads that. */
const writeAssets = {
  name: "write-assets",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) {
        return;
      }
      const names = {};
      for (const [path, output] of Object.entries(result.metafile.outputs)) {
        const entry = output.entryPoint && basename(output.entryPoint).replace(/\.ts$/, ".js");
        if (["main.js", "main.css"].includes(entry)) {
          names[entry] = path.slice(path.indexOf("assets/"));
        }
        if (/\.svg$/.test(path)) {
          names["icon.svg"] = path.slice(path.indexOf("assets/"));
        }
      }
      await rm(join(dist, "assets"), { recursive: true, force: true });
      await mkdir(join(dist, "assets"), { recursive: true });
      await Promise.all(result.outputFiles.map((file) => writeFile(file.path, file.contents)));
      const text = await licences();
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
      names["licences.txt"] = `assets/licences-${hash}.txt`;
      await writeFile(join(dist, names["licences.txt"]), text);
      await writeFile(join(dist, "assets.json.new"), `${JSON.stringify(names, null, 2)}\n`);
      await rename(join(dist, "assets.json.new"), join(dist, "assets.json"));
      const sizes = result.outputFiles.map(
        (file) => `${basename(file.path)} ${(file.contents.length / 1000).toFixed(1)} kB`,
      );
      console.log(sizes.sort().join("\n"));
    });
  },
};

/** The players go out inside the program, so their licences do. */
async function licences() {
  const texts = players.map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await Promise.any(["LICENSE", "LICENSE.md"].map((file) => readFile(join(folder, file), "utf8")));
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

const build = await context({
  absWorkingDir: here,
  entryPoints: ["src/main.ts", "src/main.css", "src/icon.svg"],
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "copy" },
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2019", "chrome68"],
  minify: true,
  legalComments: "none", // They are in licences.txt.
  metafile: true,
  write: false,
  logLevel: "warning",
  logLimit: 10,
  plugins: [writeAssets],
});

if (process.argv.includes("--watch")) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}
