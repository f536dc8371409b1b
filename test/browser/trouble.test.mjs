// The URL builder where something is wrong, and where there is little room.
//
//   node test/browser/run.mjs trouble
//
// It starts a server of its own on a folder, with the program that BINARY names. SCREENSHOTS names a folder for pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, open, serve, until } from "./browser.mjs";

const desk = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const zoomed = { viewport: { width: 640, height: 430 }, deviceScaleFactor: 2 };
const long = "A_VERY_LONG_RELEASE_NAME_WITHOUT_ANY_SPACES_2026_2160p_UHD_BluRay_REMUX_HDR10plus_DV_HEVC_TrueHD_7_1_Atmos_SOMEGROUP";

describe("the URL builder in trouble", { concurrency: 1 }, () => {
  let browser;
  let folder;
  let server;
  let longName; // as it is in URLs

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dashwright-trouble-"));
    const film = join(folder, "film.mp4");
    const source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12", "-f", "lavfi", "-i", "sine=r=48000:d=12"];
    const maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a:0", "aac", "-c:a:1", "ac3"];
    execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...source, ...maps, film]);
    const bytes = await readFile(film);
    await writeFile(join(folder, "truncated.mp4"), bytes.subarray(0, bytes.length / 4));
    await writeFile(join(folder, `${long}.mp4`), bytes);
    server = await serve(folder);
    browser = await launch();
    await until("all streams", async () => {
      const { streams } = await (await fetch(`${server.base}/api/v1/streams`)).json();
      longName = streams.find((stream) => stream.path.startsWith(long))?.name;
      return streams.length === 3 && streams.every((stream) => stream.state !== "pending");
    });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Walks a page; faults other than those that allowed matches are faults. */
  async function visit(path, options, walk, allowed) {
    const page = await open(browser, server.base, options);
    try {
      await page.goto(server.base + path);
      await walk(page);
      assert.deepEqual(
        page.faults.filter((fault) => !allowed?.test(fault)),
        [],
      );
    } finally {
      await page.context().close();
    }
  }

  async function shoot(page, name) {
    if (process.env.SCREENSHOTS) {
      await mkdir(process.env.SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(process.env.SCREENSHOTS, `trouble-${name}.png`) });
    }
  }

  const fits = async (page) => {
    const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(scroll <= inner, `the page is ${scroll} wide, the window ${inner}`);
  };
  const drawn = (page) => until("the picture", async () => (await page.locator(".timeline .segment.there").count()) > 1);

  test("a stream that cannot be played stays the chosen one, and is not offered to play", () =>
    visit("/build/truncated", desk, async (page) => {
      await page.locator("#mode").selectOption("vod");
      await until("the other mode", () => page.url().includes("mode=vod"));
      assert.equal(new URL(page.url()).pathname, "/build/truncated");
      assert.equal(await page.locator("#stream").inputValue(), "truncated");
      assert.match(await page.locator("#stream option:checked").textContent(), /cannot be played/);
      assert.match(await page.locator("#url").textContent(), /no moov box/);
      assert.equal(await page.locator("#url .button").count(), 0);
      assert.ok(!(await page.locator(".times").isVisible()));
      await shoot(page, "broken");
      await page.locator("#stream").selectOption("film");
      await until("a URL", () => page.locator("#made").isVisible());
      await drawn(page);
    }));

  test("what is wrong with a URL that is given is said as the server says it", () =>
    visit(
      "/build/film",
      desk,
      async (page) => {
        for (const [given, reason] of [
          ["https://example.org/x/manifest.mpd", /is no manifest of a stream of ours/],
          ["hello", /"hello" is no manifest/],
          ["/dash/live/nosuch/manifest.mpd", /there is no stream "nosuch"/],
          ["/livesim2/nosuch_1/film/Manifest.mpd", /no option is called "nosuch"/],
        ]) {
          await page.locator("#given").fill(given);
          await until(given, async () => reason.test(await page.locator("#look-state").textContent()));
          assert.equal(await page.locator("#given").getAttribute("aria-invalid"), "true");
        }
        await shoot(page, "given");
        await page.locator("#given").fill("/livesim2/segtimeline_1/film/Manifest.mpd");
        await until("what it means", async () => /\?timeline=1&/.test(await page.locator("#made").textContent()));
        assert.equal(await page.locator("#given").getAttribute("aria-invalid"), null);
        assert.equal(await page.locator("#look-state").textContent(), "");
      },
      /\b(400|404)\b/,
    ));

  test("faults of the manifest that were asked for are said as such", () =>
    visit(
      "/build/film?mode=live&fault=manifest:503",
      desk,
      async (page) => {
        const said = (pattern) => until(pattern, async () => pattern.test(await page.locator(".problem").textContent()));
        await said(/The manifest cannot be shown\. The server answered 503: .*as asked for/);
        await page.goto(`${server.base}/build/film?mode=live&fault=manifest:cut=50%25`);
        await said(/broke off before it was whole\..*manifest:cut=50%/);
        await page.goto(`${server.base}/build/film?mode=live&fault=manifest:drop`);
        await said(/a fault that was asked for closed the connection/);
      },
      /\b503\b|ERR_CONTENT_LENGTH_MISMATCH|ERR_EMPTY_RESPONSE/,
    ));

  test("what only the manifest's answer refuses is marked wherever it stands", () =>
    visit(
      "/build/film?mode=live&event=ping+every%3D0.01+in%3Dmanifest",
      desk,
      async (page) => {
        await until("the sentence", async () => /events of kind ping/.test(await page.locator("#o-event-state").textContent()));
        assert.equal(await page.locator("#o-event").getAttribute("aria-invalid"), "true");
        assert.ok(await page.locator("#o-event").isVisible(), "its group is open");
        assert.equal(await page.locator("#said .pick.wrong").count(), 1);
        await page.locator('[name="event"]').fill("ping every=5");
        await drawn(page);
        assert.equal(await page.locator("#said .pick.wrong").count(), 0);
      },
      /\b400\b/,
    ));

  test("what has the focus is never behind the URL", () =>
    visit("/build/film?mode=live&timeline=1&depth=60&spd=8&mup=4&leeway=60&patch=1&abr=0&chunkdur=1&start=today", desk, async (page) => {
      await drawn(page);
      await page.evaluate(() => {
        for (const group of document.querySelectorAll("details.group")) {
          group.open = true;
        }
      });
      await page.locator("#o-session").focus();
      const covered = [];
      for (let steps = 0; steps < 70; steps++) {
        await page.keyboard.press("Shift+Tab");
        const hidden = await page.evaluate(() => {
          const at = document.activeElement;
          const { top, bottom, height } = at.getBoundingClientRect();
          const bar = document.querySelector("#result").getBoundingClientRect();
          return at.closest(".choose") && height > 0 && (top < bar.bottom || bottom > innerHeight) ? `${at.name || at.textContent.trim()} ${top} ${bar.bottom}` : "";
        });
        if (hidden) {
          covered.push(hidden);
        }
      }
      assert.deepEqual(covered, []);
      assert.ok(await page.evaluate(() => scrollY > 500), "it was walked through what is below");
    }));

  test("a long name fits a window at 200 % and a phone", async () => {
    for (const options of [zoomed, phone]) {
      for (const path of [`/build/${longName}`, `/build?stream=${longName}&mode=live&depth=60&event=${"x".repeat(90)}`]) {
        await visit(
          path,
          options,
          async (page) => {
            await until("an answer", async () => (await page.locator(".mpd .tag").count()) + (await page.locator(".problem .note").count()) > 0);
            await fits(page);
          },
          /\b400\b/,
        );
      }
    }
  });

  test("on a phone boxes are squares apart, examples have their help below, the menu is one row, the code is in sight", () =>
    visit("/build/film?mode=live", phone, async (page) => {
      const rows = await page.locator(".menu a").evaluateAll((all) => new Set(all.map((a) => Math.round(a.getBoundingClientRect().top))).size);
      assert.equal(rows, 1, "rows of the menu");
      await page.locator("#g-Faults > summary").click();
      await page.locator("#rule-fault > summary").click();
      const boxes = await page.locator("#rule-fault .boxes label").evaluateAll((all) =>
        all.map((label) => {
          const { width, height } = label.querySelector("input").getBoundingClientRect();
          return { square: width === 20 && height === 20, fits: label.scrollWidth <= label.clientWidth };
        }),
      );
      assert.ok(boxes.length > 5 && boxes.every((box) => box.square && box.fits), JSON.stringify(boxes));
      const helps = await page.locator("#o-fault-offers .means").evaluateAll((all) => all.map((node) => node.getBoundingClientRect().width));
      assert.ok(helps.length > 3 && helps.every((width) => width >= 120), `widths ${helps}`);
      await shoot(page, "rules");
      await page.getByRole("button", { name: "QR code" }).click();
      const code = page.getByRole("img", { name: /^QR code of/ });
      await until("the code in sight", async () => {
        const box = await code.boundingBox();
        return box && box.y >= 0 && box.y + box.height <= 740;
      });
      await fits(page);
    }));

  test("names in the picture are whole and apart, and say no more than there is", async () => {
    const overlaps = (page) =>
      page.evaluate(() => {
        const all = Array.from(document.querySelectorAll(".timeline :is(.time, .edge-name, .period-name, .line-title)"))
          .filter((node) => node.getAttribute("visibility") !== "hidden")
          .map((node) => ({ text: node.textContent, box: node.getBoundingClientRect() }));
        const frame = document.querySelector(".timeline").getBoundingClientRect();
        const found = all.filter(({ box }) => box.right > frame.right + 1 || box.left < frame.left - 1).map(({ text }) => `${text} is cut`);
        all.forEach((a, i) => {
          for (const b of all.slice(i + 1)) {
            // Boxes of text are higher than its letters.
            if (a.box.left < b.box.right && b.box.left < a.box.right && a.box.top + 3 < b.box.bottom - 3 && b.box.top + 3 < a.box.bottom - 3) {
              found.push(`${a.text} over ${b.text}`);
            }
          }
        });
        return found;
      });
    for (const [options, path] of [
      [phone, "/build/film?mode=live"],
      [phone, "/build/film?mode=live&segdur=2&depth=20"],
      [phone, "/build/film?mode=vod"],
      [{ viewport: { width: 1920, height: 1080 } }, "/build/film?mode=live&periods=600"],
      [phone, "/build/film?mode=live&periods=600"],
    ]) {
      await visit(path, options, async (page) => {
        await drawn(page);
        for (let looks = 0; looks < 4; looks++) {
          assert.deepEqual(await overlaps(page), [], path);
          await new Promise((resolve) => setTimeout(resolve, 350));
        }
        assert.deepEqual(await page.locator(".timeline .line-title.small").evaluateAll((all) => all.map((node) => node.textContent).filter((text) => /AC/.test(text))), ["AAC", "AC-3"], "what tells two lines apart");
        const live = path.includes("live");
        assert.equal(await page.getByRole("heading", { name: "against the clock" }).count(), live ? 1 : 0);
        assert.equal(await page.locator(".times .legend").isVisible(), live);
      });
    }
  });
});
