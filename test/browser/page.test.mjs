// Walks the page as somebody would who has never seen it.
//
//   BASE_URL=http://127.0.0.1:8080 SCREENSHOTS=folder node --test test/browser/page.test.mjs
//
// The server has to serve at least one stream that plays, and to write what it
// is called in its API.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { baseURL, launch, open, require, until, videoState } from "./browser.mjs";

const base = baseURL();
const desk = { width: 1280, height: 860 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const television = { width: 1920, height: 1080 };
const players = [
  ["dashjs", "dash.js"],
  ["shaka", "shaka-player"],
  ["rxplayer", "rx-player"],
];

async function streams() {
  const answer = await fetch(`${base}/api/v1/streams`);
  assert.equal(answer.status, 200);
  const list = (await answer.json()).streams;
  assert.ok(list.length > 0, "the server lists no stream");
  return list;
}

/** What axe calls serious or critical. */
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

async function plays(page, seconds = 2) {
  const { time } = await videoState(page);
  await until("time to pass", async () => (await videoState(page)).time >= time + seconds);
}

/** Nothing may stick out sideways: a phone would scroll the whole page. */
async function fits(page) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `the page is ${scroll} wide, the window ${inner}`);
}

describe("the page", { concurrency: 1 }, () => {
  let browser;
  let all;
  let one;

  before(async () => {
    browser = await launch();
    all = await streams();
    one = all.find((stream) => !stream.error);
    assert.ok(one, "no stream plays");
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

  test("lists every stream with its tracks and manifest", () =>
    visit("/", {}, async (page) => {
      assert.equal(await page.locator("ul.streams > li").count(), Math.min(60, all.length));
      const item = page.locator("ul.streams > li", { has: page.locator(`a[href="/play/${one.name}"]`) });
      assert.equal(await item.locator(`a[href="${one.manifest}"]`).count(), 1);
      await item.locator("summary").click();
      await until("the table of tracks", () => item.locator("table").isVisible());
      for (const track of one.tracks) {
        assert.ok(await item.getByText(track.codecs, { exact: true }).first().isVisible(), track.codecs);
      }
      assert.deepEqual(await axe(page), []);
    }));

  test("search narrows the list, keeps the address, and says when nothing is found", () =>
    visit("/", {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type(one.name);
      const found = page.locator(`ul.streams > li a[href="/play/${one.name}"]`).first();
      await until("the address to follow", () => page.url().includes(`?q=${one.name}`));
      await until("the stream in the list", () => found.isVisible());
      await page.keyboard.type(" nosuchword");
      await until("the empty answer", () => page.getByRole("heading", { name: /Nothing matches/ }).isVisible());
      assert.deepEqual(await axe(page), []);
      await page.reload();
      assert.equal(await page.getByRole("searchbox").inputValue(), `${one.name} nosuchword`);
      await page.getByRole("link", { name: /Show all/ }).click();
      await until("the whole list", () => found.isVisible());
    }));

  test("from the list to a playing picture by keyboard alone", () =>
    visit("/", {}, async (page) => {
      const target = `/play/${one.name}`;
      const at = () => page.evaluate(() => document.activeElement.getAttribute("href"));
      let steps = 0;
      do {
        await page.keyboard.press("Tab");
      } while ((await at()) !== target && ++steps < 500);
      const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(ring, "solid", "the focus can be seen");
      await page.keyboard.press("Enter");
      await page.waitForURL(`**${target}`);
      await plays(page);
      await page.keyboard.press("k");
      await until("the pause", async () => (await videoState(page)).paused);
      const before = (await videoState(page)).time;
      await page.keyboard.press("l");
      await until("ten seconds on", async () => (await videoState(page)).time > Math.min(before + 9, one.duration - 1));
      await page.keyboard.press("k");
      await until("playing again", async () => !(await videoState(page)).paused);
    }));

  test("plays in each player, from where the last one was, and the address says which", () =>
    visit(`/play/${one.name}`, {}, async (page) => {
      await plays(page);
      for (const [key, title] of [...players.slice(1), players[0]]) {
        const { time } = await videoState(page);
        await page.getByRole("navigation", { name: "Player" }).getByRole("link", { name: title }).click();
        assert.equal(new URL(page.url()).searchParams.get("player"), key);
        await until(`${title} to play on`, async () => {
          const state = await videoState(page);
          return state.ready >= 3 && state.time > time + 0.5;
        });
        assert.ok((await videoState(page)).time < time + 10, "it began where the last one was");
        await until("its name beside the numbers", () => page.locator("#side h2", { hasText: title }).isVisible());
        assert.equal(await page.locator(".chooser [aria-current]").textContent(), title);
      }
      assert.ok(!(await page.locator(".problem").isVisible()));
      await page.goBack();
      await until("the player before", async () => (await page.locator(".chooser [aria-current]").textContent()) === "rx-player");
      await plays(page, 1);
    }));

  for (const [key, title] of players) {
    test(`a shared address opens ${title}, which shows what it does and lets choose`, () =>
      visit(`/play/${one.name}?player=${key}`, {}, async (page) => {
        await plays(page, 1);
        assert.equal(await page.locator(".chooser [aria-current]").textContent(), title);
        const value = (name) => page.locator(".numbers tr", { has: page.getByText(name, { exact: true }) }).locator("td").textContent();
        await until("numbers", async () => /^\d/.test(await value("Buffer ahead")) && /^\d.* of \d/.test(await value("Time")));
        const videos = one.tracks.filter((track) => track.kind === "video");
        if (videos.length > 0) {
          await until("the bitrate", async () => /bit\/s/.test(await value("Video")));
        }
        if (videos.length > 1) {
          const smallest = videos.reduce((a, b) => (a.height < b.height ? a : b));
          const quality = page.getByLabel("Quality");
          const options = await quality.locator("option").allTextContents();
          const wanted = options.find((option) => option.startsWith(`${smallest.height}p`));
          assert.ok(wanted, options.join(" | "));
          await quality.selectOption({ label: wanted });
          await until("the chosen picture", async () => (await videoState(page)).width === smallest.width, 40_000);
          await plays(page, 1);
          assert.equal(await quality.evaluate((node) => node.selectedOptions[0].text), wanted);
        }
        assert.deepEqual(await axe(page), []);
      }));
  }

  for (const [key, title] of players) {
    test(`${title} says in words what it did not get`, async () => {
      const page = await open(browser, base, { viewport: desk });
      try {
        await page.route("**/*.mpd*", (route) => route.fulfill({ status: 404, body: "gone", contentType: "text/plain" }));
        await page.goto(`${base}/play/${one.name}?player=${key}`);
        const alert = page.getByRole("alert");
        await until("the sentence", () => alert.isVisible(), 30_000);
        assert.match(await alert.textContent(), /The server answered 404 when asked for the manifest/);
        await until("the state", () => page.locator(".numbers td", { hasText: "Stopped" }).isVisible());
        assert.deepEqual(await axe(page), []);
      } finally {
        await page.context().close();
      }
    });
  }

  test("without script it lists everything, searches, and links manifests", () =>
    visit("/", { javaScriptEnabled: false }, async (page) => {
      assert.ok(await page.locator(`a[href="${one.manifest}"]`).isVisible());
      assert.equal(await page.getByRole("button", { name: /Copy/ }).count(), 0, "no button that does nothing");
      await page.getByRole("searchbox").fill(one.name);
      await page.getByRole("button", { name: "Show" }).click();
      await page.waitForURL(`${base}/?q=${one.name}*`);
      await page.getByRole("link", { name: `Play ${one.title || one.name}`, exact: true }).click();
      await page.waitForURL(`${base}/play/${one.name}`);
      assert.ok(await page.locator(".url").isVisible());
      assert.equal(await page.locator(".url").textContent(), base + one.manifest);
      await shoot(page, "play-without-script");
    }));

  test("the manifest's address can be copied", () =>
    visit("/", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.locator(`[data-copy="${one.manifest}"]`).first().click();
      await until("the answer", () => page.getByText("Copied").isVisible());
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), base + one.manifest);
    }));

  test("what does not exist is a page that leads on", async () => {
    const page = await open(browser, base, { viewport: desk });
    try {
      const answer = await page.goto(`${base}/play/no-such-stream`);
      assert.equal(answer.status(), 404);
      assert.ok(await page.getByRole("link", { name: "All streams" }).isVisible());
      assert.deepEqual(await axe(page), []);
    } finally {
      await page.context().close();
    }
  });

  test("the content policy is strict", async () => {
    const policy = (await fetch(`${base}/`)).headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  for (const [name, options] of [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["phone-light", { colorScheme: "light", ...phone }],
    ["phone-dark", { colorScheme: "dark", ...phone }],
    ["television", { colorScheme: "dark", viewport: television }],
  ]) {
    test(`looks right: ${name}`, async () => {
      await visit("/", options, async (page) => {
        await page.locator("ul.streams details summary").first().click();
        await fits(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `streams-${name}`);
      });
      await visit(`/play/${one.name}`, options, async (page) => {
        await plays(page);
        await fits(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `play-${name}`);
      });
    });
  }
});
