// Walks the URL builder and the reference as somebody would who has never seen them: choose, look, play, share.
//
//   node test/browser/run.mjs build
//
// SCREENSHOTS names a folder for pictures, SCHEMA_DIR the one of the DASH schema.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { baseURL, launch, open, require, until, videoState } from "./browser.mjs";

const base = baseURL();
const desk = { width: 1400, height: 900 };
const looks = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone-light", { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
  ["phone-dark", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "dark" }],
  ["television", { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" }],
];

/** Fails unless xmllint finds a manifest valid by the DASH schema. */
async function valid(mpd) {
  const root = process.env.SCHEMA_DIR ?? fileURLToPath(new URL("../../../shared/schema", import.meta.url));
  const schema = join(root, "ed5-amd1", "all.xsd");
  assert.ok(existsSync(schema), `the DASH schema is not there (SCHEMA_DIR names its folder): ${schema}`);
  const folder = await mkdtemp(join(tmpdir(), "dashwright-mpd-"));
  try {
    const path = join(folder, "manifest.mpd");
    await writeFile(path, mpd);
    const { status, stderr } = spawnSync("xmllint", ["--nonet", "--noout", "--schema", schema, path], {
      env: { ...process.env, XML_CATALOG_FILES: join(root, "catalog.xml") },
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function axe(page) {
  await page.evaluate(require("axe-core").source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => `${found.id}: ${found.help} (${found.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

async function shoot(page, name) {
  if (process.env.SCREENSHOTS) {
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) });
  }
}

async function fits(page) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `the page is ${scroll} wide, the window ${inner}`);
}

const made = (page) => page.locator("#made").textContent();
const becomes = (page, url) => until(url, async () => (await made(page)) === base + url);

/** Opens the group that an option is in, and returns its field. */
async function field(page, name) {
  const control = page.locator(`[name="${name}"]`);
  const group = page.locator("details.group", { has: control });
  if (!(await group.evaluate((node) => node.open))) {
    await group.locator("> summary").click();
  }
  return control;
}

describe("the URL builder", { concurrency: 1 }, () => {
  let browser;
  let one;
  let live;

  before(async () => {
    browser = await launch();
    const { streams } = await (await fetch(`${base}/api/v1/streams`)).json();
    one = streams.find((stream) => !stream.error && stream.tracks.some((track) => track.kind === "video"));
    assert.ok(one, "no stream plays");
    live = `/dash/live/${encodeURIComponent(one.name)}/manifest.mpd`;
  });
  after(() => browser?.close());

  async function visit(path, options, walk) {
    const page = await open(browser, base, { viewport: desk, ...options });
    try {
      await page.goto(base + path);
      await walk(page);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  }

  test("from the list of streams to a live URL with three options, valid, playing in three players, opened elsewhere", { timeout: 240_000 }, () =>
    visit("/", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "URL builder" }).click();
      await page.locator("#stream").selectOption(one.name);
      await page.locator("#mode").selectOption("live");
      await becomes(page, live);
      const manifest = page.getByRole("region", { name: "The manifest" });
      await until("the manifest", () => manifest.isVisible());

      await page.getByLabel("Find an option").fill("addressing");
      await page.locator('[name="timeline"]').selectOption("1");
      await becomes(page, `${live}?timeline=1`);
      await until("what differs", async () => (await page.locator(".mpd ins").count()) > 0);
      assert.match(await page.locator(".tools .summary").textContent(), /differ/);
      assert.ok(await manifest.locator("ins", { hasText: "SegmentTimeline" }).first().isVisible());

      await page.getByLabel("Find an option").fill("depth");
      await page.locator('[name="depth"]').fill("60");
      await becomes(page, `${live}?timeline=1&depth=60`);
      await until("the old value beside the new one", () => page.locator(".mpd del", { hasText: "PT1800S" }).first().isVisible());
      await page.getByLabel("Find an option").fill("");
      await (await field(page, "spd")).fill("8");
      const url = `${live}?timeline=1&depth=60&spd=8`;
      await becomes(page, url);
      assert.equal(await page.locator("#said .pick").count(), 3);
      await until("the picture", async () => (await page.locator(".timeline .segment.there").count()) > 2);
      await shoot(page, "build-walk");

      const answer = await fetch(base + url);
      assert.equal(answer.headers.get("dashwright-unknown-options"), null);
      const text = await answer.text();
      assert.match(text, /timeShiftBufferDepth="PT1M"|timeShiftBufferDepth="PT60S"/);
      assert.match(text, /suggestedPresentationDelay="PT8S"/);
      assert.match(text, /<SegmentTimeline>/);
      await valid(text);

      await page.getByRole("button", { name: "Copy the URL" }).click();
      await until("the answer", () => page.getByText("Copied").isVisible());
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), base + url);
      await until("the word to go", async () => !(await page.getByText("Copied").isVisible()));
      await page.getByRole("button", { name: /^Share/ }).click();
      const shared = await until("the address", async () => {
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        return copied.includes("/build/") && copied;
      });
      assert.equal(page.url(), shared, "the page's own address is what is shared");
      await visit(shared.replace(base, ""), {}, async (elsewhere) => {
        assert.equal(await made(elsewhere), base + url);
        assert.equal(await elsewhere.locator('[name="depth"]').inputValue(), "60");
        assert.equal(await elsewhere.locator('[name="timeline"]').inputValue(), "1");
        assert.equal(await elsewhere.locator('[name="spd"]').inputValue(), "8");
        await until("the manifest", () => elsewhere.getByRole("region", { name: "The manifest" }).isVisible());
      });

      const play = await page.getByRole("link", { name: "Play this" }).getAttribute("href");
      for (const player of ["dashjs", "shaka", "rxplayer"]) {
        await visit(`${play}&player=${player}`, {}, async (screen) => {
          await until(`a picture in ${player}`, async () => (await videoState(screen)).ready >= 2, 30_000);
          const { time } = await videoState(screen);
          await until(`${player} to play on`, async () => (await videoState(screen)).time >= time + 2, 20_000);
        });
      }
    }));

  test("what the server refuses is said at the option, and goes when it is mended", async () => {
    const page = await open(browser, base, { viewport: desk });
    try {
      await page.goto(`${base}/build/${one.name}?mode=live`);
      const depth = await field(page, "depth");
      await depth.fill("sixty");
      const state = page.locator("#o-depth-state");
      await until("the sentence", async () => /not a number of seconds/.test(await state.textContent()));
      assert.equal(await depth.getAttribute("aria-invalid"), "true");
      await until("the same beside it", () => page.getByRole("alert").getByText("The manifest cannot be shown").isVisible());
      assert.deepEqual(await axe(page), []);
      await shoot(page, "build-error");
      await depth.fill("60");
      await until("no sentence", async () => (await state.textContent()) === "");
      assert.equal(await depth.getAttribute("aria-invalid"), null);
      // What only the manifest's answer says, about another stream, is said there as well.
      await (await field(page, "ads")).fill("no-such-stream,60");
      await until("the sentence", async () => /no-such-stream/.test(await page.locator("#o-ads-state").textContent()));
      assert.deepEqual(
        page.faults.filter((fault) => !/\b400\b/.test(fault)),
        [],
      );
    } finally {
      await page.context().close();
    }
  });

  test("Back takes a choice back, a chip's cross another", () =>
    visit(`/build/${one.name}?mode=live`, {}, async (page) => {
      await (await field(page, "depth")).fill("60");
      await becomes(page, `${live}?depth=60`);
      await (await field(page, "patch")).selectOption("1");
      await becomes(page, `${live}?depth=60&patch=1`);
      await page.goBack();
      await becomes(page, `${live}?depth=60`);
      assert.equal(await page.locator('[name="patch"]').inputValue(), "");
      await page.goForward();
      await becomes(page, `${live}?depth=60&patch=1`);
      await page.getByRole("link", { name: "Take Time shift buffer depth back" }).click();
      await becomes(page, `${live}?patch=1`);
      assert.equal(await page.locator('[name="depth"]').inputValue(), "");
      await page.locator("#mode").selectOption("vod");
      await becomes(page, `${live.replace("/live/", "/vod/")}`);
      await page.locator("#mode").selectOption("live");
      await becomes(page, `${live}?patch=1`);
    }));

  test("a rule about faults is put together from its parts, and happens", () =>
    visit(`/build/${one.name}?mode=live`, {}, async (page) => {
      await field(page, "fault");
      await page.locator("#rule-fault > summary").click();
      const rule = page.locator("#rule-fault");
      await rule.getByLabel("Video segments", { exact: true }).check();
      await rule.locator('[name="rule.kind.status"]').selectOption("404");
      await rule.locator('[name="rule.when.every"]').fill("2");
      await rule.getByRole("button", { name: "Add the rule" }).click();
      await becomes(page, `${live}?fault=video:status=404@every=2`);
      assert.equal(await rule.locator('[name="rule.when.every"]').inputValue(), "", "the form is empty for the next one");
      const text = await (await fetch(base + (await page.locator("#made").getAttribute("href")))).text();
      const template = text.match(/media="([^"]*\$Number\$[^"]*)"/)[1].replaceAll("&amp;", "&").replace("$RepresentationID$", one.tracks.find((t) => t.kind === "video").id);
      const names = await until("numbers in the picture", async () => {
        const found = await page.locator(".timeline .segment-name.there").allTextContents();
        return found.length > 3 && found.map(Number).sort((a, b) => b - a).slice(1, 3);
      });
      for (const number of names) {
        const { status } = await fetch(new URL(template.replace("$Number$", number), `${base}${live}`));
        assert.equal(status, number % 2 === 0 ? 404 : 200, `segment ${number}`);
      }
    }));

  test("protection and events are put together too, and are in the manifest", () =>
    visit(`/build/${one.name}?mode=live`, {}, async (page) => {
      await field(page, "drm");
      await page.locator("#rule-drm > summary").click();
      await page.locator('[name="rule.at.playready"][value="pro"]').check();
      await page.locator('[name="rule.system"][value="clearkey"]').check();
      await page.locator("#rule-drm button").click();
      await becomes(page, `${live}?drm=playready-pro,clearkey`);
      await field(page, "event");
      await page.locator("#rule-event > summary").click();
      await page.locator('[name="rule.event"]').selectOption("scte35");
      await page.locator('[name="rule.word.every"]').fill("20");
      await page.locator('[name="rule.word.in"]').selectOption("manifest");
      await page.locator("#rule-event button").click();
      await becomes(page, `${live}?drm=playready-pro,clearkey&event=scte35+every=20+in=manifest`);
      await until("the events", async () => (await page.locator(".mpd ins .tag", { hasText: "<EventStream" }).count()) > 0);
      assert.ok((await page.locator(".mpd .tag", { hasText: "<mspr:pro" }).count()) > 0);
      await valid(await (await fetch(base + (await page.locator("#made").getAttribute("href")))).text());
    }));

  test("a URL that there is already can be changed", () =>
    visit("/build", {}, async (page) => {
      await page.locator("#given").fill(`${base}${live.replace("/live/", "/vod/")}?timeline=list`);
      await becomes(page, `${live.replace("/live/", "/vod/")}?timeline=list`);
      assert.equal(await page.locator("#given").inputValue(), "");
      assert.equal(await page.locator("#mode").inputValue(), "vod");
    }));

  test("the picture tells what can be fetched now", () =>
    visit(`/build/${one.name}?mode=live`, {}, async (page) => {
      const text = await (await fetch(base + live)).text();
      const id = one.tracks.find((track) => track.kind === "video").id;
      const template = text.match(/media="([^"]*\$Number\$[^"]*)"/)[1].replaceAll("&amp;", "&").replace("$RepresentationID$", id);
      const status = async (number) => (await fetch(new URL(template.replace("$Number$", number), base + live), { method: "HEAD" })).status;
      let agreed = 0;
      await until("three looks at which picture and server agree", async () => {
        const [there, coming] = await page.evaluate(() =>
          ["there", "coming"].map((state) => Math.max(...Array.from(document.querySelectorAll(`.segment-name.${state}`), (n) => Number(n.textContent)))),
        );
        if (!Number.isFinite(there) || !Number.isFinite(coming)) {
          return false;
        }
        assert.equal(coming, there + 1);
        const [newest, next] = await Promise.all([status(there), status(coming)]);
        agreed = newest === 200 && next === 404 ? agreed + 1 : 0;
        await new Promise((resolve) => setTimeout(resolve, 700));
        return agreed >= 3;
      });
      const first = await page.locator(".caption").textContent();
      await until("the clock to go on", async () => (await page.locator(".caption").textContent()) !== first);
    }));

  test("the picture stands still where the clock does, and is behind where that is", () =>
    visit(`/build/${one.name}?mode=live&now=2026-03-01T12:00:02Z`, {}, async (page) => {
      const caption = page.locator(".caption");
      await until("the frozen time", async () => /^12:00:02 UTC/.test(await caption.textContent()));
      const place = () => page.locator(".timeline g[transform]").first().getAttribute("transform");
      await until("no movement", async () => {
        const before = await place();
        await new Promise((resolve) => setTimeout(resolve, 600));
        return before === (await place());
      });
      assert.match(await caption.textContent(), /^12:00:02 UTC/);
      await page.goto(`${base}/build/${one.name}?mode=live&drift=3600`);
      await until("the time an hour ago", async () => {
        const [, h, m] = /^(\d+):(\d+):\d+ UTC/.exec(await caption.textContent()) ?? [];
        const ago = new Date(Date.now() - 3_600_000);
        return h && Number(h) === ago.getUTCHours() && Number(m) === ago.getUTCMinutes();
      });
    }));

  test("the QR code says the URL", () =>
    visit(`/build/${one.name}?mode=live&depth=60`, {}, async (page) => {
      await page.getByRole("button", { name: "QR code" }).click();
      const code = page.getByRole("img", { name: /^QR code of/ });
      await until("the code", () => code.isVisible());
      const png = (await code.screenshot()).toString("base64");
      const { data, width, height } = await page.evaluate(async (source) => {
        const image = new Image();
        image.src = `data:image/png;base64,${source}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return { data: Array.from(context.getImageData(0, 0, image.width, image.height).data), width: image.width, height: image.height };
      }, png);
      const read = require("jsqr")(Uint8ClampedArray.from(data), width, height);
      assert.equal(read?.data, `${base}${live}?depth=60`);
      assert.deepEqual(await axe(page), []);
    }));

  test("by keyboard alone: find an option, set it, read the URL", () =>
    visit(`/build/${one.name}?mode=live`, {}, async (page) => {
      const at = () => page.evaluate(() => document.activeElement.getAttribute("name"));
      const walk = async (name) => {
        for (let steps = 0; (await at()) !== name; steps++) {
          assert.ok(steps < 60, `${name} is not reached by Tab`);
          await page.keyboard.press("Tab");
        }
        assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "solid");
      };
      await walk("q");
      await page.keyboard.type("tbd");
      await until("one option", async () => /^1 option/.test(await page.locator("#found").textContent()));
      await walk("depth");
      await page.keyboard.type("45");
      await becomes(page, `${live}?depth=45`);
      assert.equal(await at(), "depth", "the focus stays");
      await page.keyboard.press("Enter");
      await becomes(page, `${live}?depth=45`);
    }));

  test("without script: a form that yields the URL", () =>
    visit("/build", { javaScriptEnabled: false }, async (page) => {
      await page.locator("#stream").selectOption(one.name);
      await (await field(page, "timeline")).selectOption("number");
      await (await field(page, "depth")).fill("60");
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/build/${encodeURIComponent(one.name)}?mode=live&timeline=number&depth=60`);
      assert.equal(await made(page), `${base}${live}?timeline=number&depth=60`);
      await page.locator('button[value="depth=30"]').click();
      await page.waitForURL(/depth=30/);
      await page.getByLabel("Find an option").fill("codecs string");
      await page.getByRole("button", { name: "Show the URL" }).last().click();
      await page.waitForURL(/q=codecs/);
      assert.equal(await made(page), `${base}${live}?timeline=number&depth=30`, "a search keeps what was chosen");
      assert.ok(await page.locator('[name="acodec"]').isVisible());
      assert.ok(!(await page.locator('[name="depth"]').isVisible()));
      assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0, "no button that does nothing");
    }));

  test("the reference has every option, and leads to its field", () =>
    visit("/", {}, async (page) => {
      await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Reference" }).click();
      const { options } = await (await fetch(`${base}/api/v1/options`)).json();
      assert.deepEqual(
        await page.locator(".entry").evaluateAll((all) => all.map((entry) => entry.id)),
        options.map((option) => option.name),
      );
      await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: /^spd/ }).click();
      assert.equal(new URL(page.url()).hash, "#spd");
      await page.locator("#spd").getByRole("link", { name: "Choose it in the builder" }).click();
      await until("the field", () => page.locator('[name="spd"]').isVisible());
      await until("the focus in it", async () => (await page.evaluate(() => document.activeElement.getAttribute("name"))) === "spd");
      for (const name of ["Looks", "Faults"]) {
        await page.goto(`${base}/reference/options`);
        await page.getByRole("navigation", { name: "Reference" }).getByRole("link", { name }).click();
        assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), name);
        assert.deepEqual(await axe(page), []);
      }
    }));

  for (const [name, options] of looks) {
    test(`looks right: ${name}`, async () => {
      await visit(`/build/${one.name}?mode=live&timeline=1&depth=60&periods=60`, options, async (page) => {
        await until("the manifest", () => page.locator(".mpd").isVisible());
        await until("the picture", async () => (await page.locator(".timeline .segment.there").count()) > 2);
        await fits(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `build-${name}`);
      });
      await visit("/reference/options", options, async (page) => {
        await fits(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `reference-${name}`);
      });
    });
  }
});
