// The list of streams and the page of one, on a folder that changes under them.
//
//   node test/browser/run.mjs streams
//
// It starts servers of its own, with the program that BINARY names. SCREENSHOTS names a folder for pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, open, require, serve, until } from "./browser.mjs";

const desk = { width: 1280, height: 900 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const looks = [
  ["light", { colorScheme: "light", viewport: desk }],
  ["dark", { colorScheme: "dark", viewport: desk }],
  ["phone", { colorScheme: "light", ...phone }],
  ["phone-dark", { colorScheme: "dark", ...phone }],
  ["television", { colorScheme: "dark", viewport: { width: 1920, height: 1080 } }],
];

function ffmpeg(...args) {
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args]);
}

/** What axe calls serious or critical, and landmarks and heads of tables that cannot be told apart. */
async function axe(page) {
  await page.evaluate(require("axe-core").source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ id, impact }) => ["serious", "critical"].includes(impact) || ["landmark-unique", "empty-table-header"].includes(id))
    .map((found) => `${found.id}: ${found.help} (${found.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

async function shoot(page, name, options = {}) {
  if (process.env.SCREENSHOTS) {
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), ...options });
  }
}

/** What can be pressed and is too small for a finger. Links within sentences are as high as their lines. */
function tooSmall(page) {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("main :is(.button, button, select, summary, label.plot-choice, .look-ways a)"))
      .map((node) => [node.textContent.trim().slice(0, 30), Math.round(node.getBoundingClientRect().height)])
      .filter(([, height]) => height > 0 && height < 44),
  );
}

async function fits(page) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `the page is ${scroll} wide, the window ${inner}`);
}

/** How much the pixels of a picture differ: a blank one has 0. */
function liveliness(page, selector) {
  return page.evaluate((found) => {
    const source = document.querySelector(found);
    const canvas = document.createElement("canvas");
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext("2d");
    context.drawImage(source, 0, 0, 64, 36);
    const { data } = context.getImageData(0, 0, 64, 36);
    const values = Array.from({ length: 64 * 36 }, (_, i) => data[4 * i + 1]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  }, selector);
}

describe("streams", { concurrency: 1 }, () => {
  let browser;
  let scratch;
  const films = {};

  before(async () => {
    browser = await launch();
    scratch = await mkdtemp(join(tmpdir(), "dashwright-films-"));
    const picture = (size, rate, seconds) => ["-f", "lavfi", "-i", `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
    const sound = (seconds) => ["-f", "lavfi", "-i", `sine=r=48000:d=${seconds}`];
    const keys = (frames) => ["-g", frames, "-keyint_min", frames, "-sc_threshold", "0"].map(String);
    films.clip = join(scratch, "clip.mp4");
    ffmpeg(...picture("320x180", 25, 40), ...sound(40), "-c:v", "libx264", "-bf", "2", ...keys(50), "-c:a", "aac", films.clip);
    films.hour = join(scratch, "hour.mp4");
    ffmpeg(...picture("64x36", 10, 3600), ...sound(3600), "-c:v", "libx264", "-preset", "ultrafast", ...keys(20), "-c:a", "aac", "-b:a", "32k", films.hour);
  });
  after(async () => {
    await browser?.close();
    await rm(scratch, { recursive: true, force: true });
  });

  async function visit(base, path, options, walk) {
    const page = await open(browser, base, { viewport: desk, ...options });
    try {
      await page.goto(base + path);
      await walk(page);
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
    }
  }

  test("an empty folder teaches, and the page follows what is put into it", async () => {
    const folder = await mkdtemp(join(scratch, "empty-"));
    const server = await serve(folder);
    try {
      await visit(server.base, "/", {}, async (page) => {
        assert.ok(await page.getByRole("heading", { name: "No streams yet" }).isVisible());
        assert.ok(await page.getByText("dashwright serve ~/Videos").isVisible());
        assert.deepEqual(await axe(page), []);
        await shoot(page, "streams-empty");
        let fetches = 0;
        page.on("request", (request) => {
          fetches += request.url() === `${server.base}/` ? 1 : 0;
        });
        await page.waitForTimeout(4000);
        assert.equal(fetches, 0, "nothing changes, nothing is fetched");

        // Copied beside and moved in, as a download is.
        await copyFile(films.clip, join(folder, "first.part"));
        await rename(join(folder, "first.part"), join(folder, "First film.mp4"));
        const item = page.locator("ul.streams > li", { hasText: "First film" });
        await until("the film in the list", () => item.isVisible(), 5000);
        await until("its tracks", () => item.locator("summary").isVisible(), 5000);
        assert.ok(fetches <= 2, `${fetches} fetches for one film`);

        // A person unfolds something, focuses something, and ten films come at once.
        await item.locator("summary").click();
        await item.getByRole("link", { name: "Play First film" }).focus();
        fetches = 0;
        for (let n = 0; n < 10; n++) {
          await mkdir(join(folder, `more${n}`));
          await copyFile(films.clip, join(folder, `more${n}`, "film.mp4"));
        }
        await until("all of them", async () => (await page.locator("ul.streams > li summary").count()) === 11, 10_000);
        console.log(`ten films at once: the page was fetched ${fetches} times`);
        assert.ok(fetches <= 4, `${fetches} fetches for ten films`);
        assert.equal(await item.locator("details").getAttribute("open"), "");
        assert.equal(await page.evaluate(() => document.activeElement.textContent), "Play First film");
        assert.ok(await page.getByText("11 streams").isVisible());

        assert.deepEqual(page.faults, []);
        for (let n = 0; n < 10; n++) {
          await rm(join(folder, `more${n}`), { recursive: true });
        }
        await rm(join(folder, "First film.mp4"));
        await until("the empty page again", () => page.getByRole("heading", { name: "No streams yet" }).isVisible(), 8000);
        // A picture may be under way while its film is taken away (409), or have been about to be (404): the browser itself writes that on the console.
        page.faults = page.faults.filter((fault) => !/\b409\b|^404 .*\/(more\d-film|first-film)\/|^console error: .*\b404\b/.test(fault));
      });
    } finally {
      await server.stop();
    }
  });

  test("the page says when the server has gone, and goes on when it is back", async () => {
    const folder = await mkdtemp(join(scratch, "gone-"));
    await copyFile(films.clip, join(folder, "film.mp4"));
    let server = await serve(folder);
    const page = await open(browser, server.base, { viewport: desk });
    try {
      await page.goto(`${server.base}/`);
      const note = page.getByText("The server does not answer.");
      assert.ok(!(await note.isVisible()));
      const { port } = server;
      const began = Date.now();
      await server.stop();
      assert.ok(Date.now() - began < 3000, "an open page does not hold the server back");
      await until("the note", () => note.isVisible(), 10_000);
      await copyFile(films.clip, join(folder, "another.mp4"));
      server = await serve(folder, { port });
      await until("the other film", () => page.locator("ul.streams > li", { hasText: "another" }).isVisible(), 12_000);
      assert.ok(!(await note.isVisible()));
    } finally {
      await page.context().close();
      await server.stop();
    }
  });

  test("without FFmpeg the browser makes the pictures, for what is on the screen only", async () => {
    const folder = await mkdtemp(join(scratch, "posters-"));
    for (let n = 0; n < 12; n++) {
      await mkdir(join(folder, `f${10 + n}`));
      await copyFile(films.clip, join(folder, `f${10 + n}`, "film.mp4"));
    }
    const server = await serve(folder);
    try {
      await visit(server.base, "/", {}, async (page) => {
        await until("a picture that shows something", async () => (await page.locator(".tile canvas").first().isVisible()) && (await liveliness(page, ".tile canvas")) > 20);
        await page.waitForTimeout(1500);
        const drawn = await page.locator(".tile canvas").count();
        assert.ok(drawn >= 3 && drawn < 12, `${drawn} of 12 pictures are made`);
        await page.locator("ul.streams > li").last().scrollIntoViewIfNeeded();
        await until("the last one", () => page.locator("ul.streams > li").last().locator("canvas").isVisible());
      });
    } finally {
      await server.stop();
    }
  });

  describe("of one film", { concurrency: 1 }, () => {
    let server;
    before(async () => {
      const folder = await mkdtemp(join(scratch, "films-"));
      await copyFile(films.clip, join(folder, "Clip.mp4"));
      await copyFile(films.hour, join(folder, "Hour.mp4"));
      server = await serve(folder, { ffmpeg: "" });
      await until("both films", async () => {
        const { streams } = await (await fetch(`${server.base}/api/v1/streams`)).json();
        return streams.length === 2 && streams.every((stream) => stream.state === "ready");
      });
    });
    after(() => server?.stop());

    test("from the list to its page and on to a player, by keyboard", () =>
      visit(server.base, "/", {}, async (page) => {
        const tabTo = async (name) => {
          for (let steps = 0; steps < 100; steps++) {
            await page.keyboard.press("Tab");
            if ((await page.evaluate(() => document.activeElement.textContent.trim())) === name) {
              return;
            }
          }
          assert.fail(`no way to ${name} by keyboard`);
        };
        await tabTo("Clip");
        await page.keyboard.press("Enter");
        await page.waitForURL("**/streams/clip");
        assert.ok(await page.getByRole("heading", { name: "Clip", level: 1 }).isVisible());
        await tabTo("Play, Live");
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/play\?url=%2Fdash%2Flive%2Fclip%2Fmanifest\.mpd/);
        await until("a picture", () => page.evaluate(() => (document.querySelector("video")?.currentTime ?? 0) > 0), 30_000);
      }));

    test("with FFmpeg the server makes the picture", () =>
      visit(server.base, "/streams/clip", {}, async (page) => {
        await until("it", () => page.evaluate(() => (document.querySelector(".hero img")?.naturalWidth ?? 0) > 100));
        assert.ok((await liveliness(page, ".hero img")) > 20, "the picture shows something");
      }));

    test("each player is one click away", () =>
      visit(server.base, "/streams/clip", {}, async (page) => {
        for (const title of ["dash.js", "shaka-player", "rx-player"]) {
          const urls = await page.getByRole("link", { name: title }).evaluateAll((links) => links.map((link) => link.href));
          assert.equal(urls.length, 3, `${title}: live, on demand, on-demand profile`);
          assert.ok(urls.every((url) => /\/play\?url=.*&player=/.test(url)), urls.join(" "));
        }
      }));

    test("plots say what is stored, from far and from near", () =>
      visit(server.base, "/streams/clip#plots", {}, async (page) => {
        await page.locator("#plots").evaluate((section) => section.scrollIntoView());
        const groups = page.locator(".plot").nth(1);
        await until("both plots", () => groups.locator("canvas").isVisible());
        // 40 s, 25 frames a second, a sync sample every 50 frames.
        const label = () => groups.getAttribute("aria-label");
        await until("words", async () => /20 groups of 2 s, 50 frames; all closed/.test((await label()) ?? ""));
        const average = (await (await fetch(`${server.base}/api/v1/streams/clip/tracks`)).json()).tracks[0].average;
        assert.match(await page.locator(".plot").first().getAttribute("aria-label"), new RegExp(`v1: ${Math.round(average / 1000)} kbit/s on average`));
        // The pointer reads it.
        const box = await groups.locator(".u-over").boundingBox();
        await page.mouse.move(box.x + box.width * 0.51, box.y + 50);
        const reading = page.locator(".reading").nth(1);
        await until("the group under the pointer", async () => /^0:20\.0: [\d.]+ kB in 50 frames, 2\.000 s/.test(await reading.textContent()));
        // Near enough to see frames, by keyboard.
        const zoom = page.getByRole("button", { name: "Zoom in" });
        await zoom.focus();
        for (let n = 0; n < 3; n++) {
          await page.keyboard.press("Enter");
        }
        await until("frames", () => page.getByText("shown before a frame that is decoded earlier").isVisible());
        await page.mouse.move(box.x + box.width * 0.3, box.y + 51);
        await until("a frame under the pointer", async () => /: frame \d+, (sync|forward|reordered), /.test(await reading.textContent()));
        await page.getByRole("button", { name: "Later" }).click();
        await page.getByRole("button", { name: "Whole stream" }).click();
        await until("groups again", () => page.getByText("its sync sample").isVisible());
        // Dragging zooms as well.
        await page.mouse.move(box.x + 100, box.y + 40);
        await page.mouse.down();
        await page.mouse.move(box.x + 160, box.y + 40, { steps: 5 });
        await page.mouse.up();
        await until("frames again", () => page.getByText("shown before a frame that is decoded earlier").isVisible());
        await page.mouse.dblclick(box.x + 200, box.y + 40);
        await until("all of it", () => page.getByText("its sync sample").isVisible());
        // Another Representation.
        await page.getByRole("checkbox", { name: "a1" }).check();
        await until("the sound", async () => / a1: \d+ kbit\/s on average/.test(await page.locator(".plot").first().getAttribute("aria-label")));
        assert.deepEqual(await axe(page), []);
        await shoot(page, "stream-plots");
        // The address has it all, also after the table has been turned.
        await page.getByRole("checkbox", { name: "v1" }).uncheck();
        await page.getByRole("button", { name: "Zoom in" }).click();
        await page.locator("#rows select[name=show]").selectOption("gops");
        await until("the other table", async () => /show=gops/.test(page.url()));
        assert.equal(new URL(page.url()).search, "?show=gops&track=v1&plot=a1&zoom=10-30");
        await page.reload();
        await page.locator("#plots").evaluate((section) => section.scrollIntoView());
        await until("the sound alone", async () => /^Bitrate over time\. a1: /.test((await page.locator(".plot").first().getAttribute("aria-label").catch(() => "")) ?? ""));
        assert.ok(!(await page.getByRole("checkbox", { name: "v1" }).isChecked()));
        await until("the same stretch, in frames", () => page.getByText("shown before a frame that is decoded earlier").isVisible());
        await page.getByRole("button", { name: "Whole stream" }).click();
        assert.equal(new URL(page.url()).search, "?show=gops&track=v1&plot=a1");
      }));

    test("the table turns its pages, an hour long, and keeps the focus", () =>
      visit(server.base, "/streams/hour", {}, async (page) => {
        const first = () => page.locator("#rows tbody th").first().textContent();
        assert.ok(await page.locator("#rows").getByText("900 segments").isVisible());
        assert.equal(await page.locator("#rows tbody tr").count(), 50);
        const later = page.getByRole("link", { name: "Later" });
        await later.focus();
        await page.keyboard.press("Enter");
        await until("the second page", async () => (await first()) === "51");
        assert.equal(await page.evaluate(() => document.activeElement.textContent), "Later");
        await page.getByRole("link", { name: "Earlier" }).click();
        await until("the first page", async () => (await first()) === "1");
        await page.locator("[name=show]").selectOption("frames");
        await until("frames", () => page.getByText("36,000 frames").isVisible());
        await page.locator("[name=from]").fill("59:50");
        await page.keyboard.press("Enter");
        await until("the end", async () => (await first()) === "35,900");
        assert.match(page.url(), /show=frames&track=v1&from=3590#rows$/);
        await page.reload();
        assert.equal(await first(), "35,900");
        await page.locator("[name=show]").selectOption("gops");
        await until("groups", () => page.getByText("1,800 groups of pictures").isVisible());
        assert.deepEqual(await axe(page), []);
      }));

    test("an hour is drawn whole, and quickly", () =>
      visit(server.base, "/streams/hour", {}, async (page) => {
        const began = Date.now();
        await page.locator("#plots").evaluate((section) => section.scrollIntoView());
        await until("words", async () => /1,800 groups of 2 s, 20 frames/.test((await page.locator(".plot").nth(1).getAttribute("aria-label").catch(() => "")) ?? ""));
        assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
      }));

    test("without script there is a table with pages, and every manifest", () =>
      visit(server.base, "/streams/hour", { javaScriptEnabled: false }, async (page) => {
        assert.equal(await page.locator("#rows tbody tr").count(), 50);
        await page.getByRole("link", { name: "Later" }).click();
        assert.equal(await page.locator("#rows tbody th").first().textContent(), "51");
        await page.locator("[name=show]").selectOption("gops");
        await page.locator("#rows").getByRole("button", { name: "Show" }).click();
        assert.ok(await page.getByText("1,800 groups of pictures").isVisible());
        assert.ok((await page.locator('a[href^="/dash/"]').count()) > 20);
        assert.ok(!(await page.locator("#plots").isVisible()), "no heading over nothing");
      }));

    test("the page of a film follows its file", async () => {
      const folder = await mkdtemp(join(scratch, "one-"));
      await copyFile(films.clip, join(folder, "film.mp4"));
      const own = await serve(folder);
      try {
        await visit(own.base, "/streams/film", {}, async (page) => {
          await until("20 segments at most", () => page.locator("#rows").getByText(/^\d+ segments$/).isVisible());
          await page.locator("summary", { hasText: "What their samples say" }).click();
          await copyFile(films.hour, join(folder, "film.part"));
          await rename(join(folder, "film.part"), join(folder, "film.mp4"));
          await until("the other film", () => page.locator("#rows").getByText("900 segments").isVisible(), 10_000);
          assert.equal(await page.locator("details.deep").getAttribute("open"), "");
          await rename(join(folder, "film.mp4"), join(folder, "film.part"));
          const gone = page.getByText("The file of this stream is no longer there.");
          await until("the sentence", () => gone.isVisible(), 10_000);
          await rename(join(folder, "film.part"), join(folder, "film.mp4"));
          await until("it to come back", async () => !(await gone.isVisible()), 10_000);
          // The browser itself writes on the console that there was no page.
          page.faults = page.faults.filter((fault) => !/404/.test(fault));
        });
      } finally {
        await own.stop();
      }
    });

    for (const path of ["/", "/streams/clip", "/build", "/build/clip?mode=live", "/reference/options", "/play", "/nothing"]) {
      test(`the first load of ${path} is small`, async (t) => {
        const page = await open(browser, server.base, { viewport: desk });
        try {
          const devtools = await page.context().newCDPSession(page);
          await devtools.send("Network.enable");
          const urls = new Map();
          const sizes = [];
          devtools.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
          devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.push([urls.get(requestId), encodedDataLength]));
          await page.goto(server.base + path, { waitUntil: "networkidle" });
          const counted = sizes.filter(([url]) => !url.includes("/dash/"));
          const total = counted.reduce((sum, [, bytes]) => sum + bytes, 0);
          t.diagnostic(`${(total / 1000).toFixed(1)} kB in ${counted.length} requests`);
          assert.ok(counted.length > 3 && total <= 80_000, counted.map(([url, bytes]) => `${url} ${bytes}`).join("\n"));
        } finally {
          await page.context().close();
        }
      });
    }

    for (const [name, options] of looks) {
      test(`looks right: ${name}`, () =>
        visit(server.base, "/streams/clip", options, async (page) => {
          await page.locator("#plots").evaluate((section) => section.scrollIntoView());
          await until("the plots", () => page.locator(".plot canvas").nth(1).isVisible());
          await page.locator("summary", { hasText: "looks" }).click();
          await fits(page);
          if (options.isMobile) {
            assert.deepEqual(await tooSmall(page), []);
          }
          assert.deepEqual(await axe(page), []);
          await shoot(page, `stream-${name}-whole`, { fullPage: true });
          await page.locator("summary", { hasText: "looks" }).click();
          await page.evaluate(() => scrollTo(0, 0));
          await shoot(page, `stream-${name}`);
        }));
    }
  });
});
