// The player page: each player and all of them at once, on demand, live and at low latency; what it shows is true.
//
//   node test/browser/run.mjs player
//
// STREAM names the stream; without it the first one that plays and has video and sound.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { baseURL, launch, open, require, until } from "./browser.mjs";

const base = baseURL();
const players = [
  ["dashjs", "dash.js"],
  ["shaka", "shaka-player"],
  ["rxplayer", "rx-player"],
];

async function chosenStream() {
  const { streams } = await (await fetch(`${base}/api/v1/streams`)).json();
  const has = (stream, kind) => stream.tracks.some((track) => track.kind === kind);
  const found = process.env.STREAM
    ? streams.find((stream) => stream.name === process.env.STREAM)
    : streams.find((stream) => !stream.error && has(stream, "video") && has(stream, "audio"));
  assert.ok(found, "the server has no stream to play");
  return found;
}

const stream = await chosenStream();
const name = encodeURIComponent(stream.name);
const vod = `/dash/vod/${name}/manifest.mpd`;
const live = `/dash/live/${name}/manifest.mpd`;
const pageOf = (manifest, player, more = "") => `/play?url=${encodeURIComponent(manifest)}&player=${player}${more}`;

/** What the table of numbers says, by row: the values of the players in order. */
function numbers(page) {
  return page.evaluate(() => {
    const rows = {};
    for (const row of document.querySelectorAll(".numbers tbody tr")) {
      const [head, ...values] = Array.from(row.cells, (cell) => cell.textContent);
      rows[head] = values;
    }
    return rows;
  });
}

/** What every video element on the page is doing. */
function videos(page) {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("video"), (video) => ({
      time: video.currentTime,
      paused: video.paused,
      muted: video.muted,
      width: video.videoWidth,
      height: video.videoHeight,
      ready: video.readyState,
    })),
  );
}

/** How many seconds each player is behind the clock of a stream that started at start, in ms: no player is asked. */
async function behind(page, start) {
  return (await videos(page)).map(({ time }) => (Date.now() - start) / 1000 - time);
}

async function playing(page, count, seconds = 2) {
  const begun = await until(
    `${count} pictures`,
    async () => {
      const all = await videos(page);
      return all.length === count && all.every((each) => each.ready >= 2 && each.time > 0) && all;
    },
    30_000,
  );
  await until(
    "time to pass in all of them",
    async () => (await videos(page)).every((each, n) => each.time >= begun[n].time + seconds),
    30_000,
  );
}

/** How many pixels of a plot have the colour of a player: its line is there. */
function drawn(page, measure, place) {
  return page.evaluate(
    ([which, n]) => {
      const figure = document.querySelector(`figure[data-measure=${which}]`);
      const canvas = figure.querySelector("canvas");
      if (figure.hidden || canvas.width === 0) {
        return 0;
      }
      const wanted = getComputedStyle(figure).getPropertyValue(`--player-${n}`).trim();
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16));
      const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      copy.canvas.width = canvas.width;
      copy.canvas.height = canvas.height;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const near = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 30;
        count += near && data[at + 3] > 128 ? 1 : 0;
      }
      return count;
    },
    [measure, place],
  );
}

async function shoot(page, file) {
  if (process.env.SCREENSHOTS) {
    await mkdir(process.env.SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${file}.png`), fullPage: true });
  }
}

async function axe(page) {
  await page.evaluate(require("axe-core").source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ id, impact }) => ["serious", "critical"].includes(impact) || ["landmark-unique", "empty-table-header"].includes(id))
    .map((found) => `${found.id}: ${found.help} (${found.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

async function fits(page) {
  const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `the page is ${scroll} wide, the window ${inner}`);
}

/** What the server announces of a live manifest. */
async function announced(url) {
  const text = await (await fetch(base + url)).text();
  const start = Date.parse(text.match(/availabilityStartTime="([^"]+)"/)?.[1] ?? "");
  const target = Number(text.match(/<Latency [^>]*target="(\d+)"/)?.[1] ?? 0) / 1000;
  const delay = Number(text.match(/suggestedPresentationDelay="PT([\d.]+)S"/)?.[1] ?? 0);
  const longest = Number(text.match(/maxSegmentDuration="PT([\d.]+)S"/)?.[1] ?? 0);
  const bandwidths = Array.from(text.matchAll(/bandwidth="(\d+)"/g), (found) => Number(found[1]));
  return { start, target: target || delay, longest, bandwidths };
}

/** The manifest with its sound twice: once more in Swedish, from the same segments by other addresses. */
function withSecondSound(text) {
  const [sound] = text.match(/<AdaptationSet [^>]*contentType="audio"[^]*?<\/AdaptationSet>/);
  const [, id] = sound.match(/<Representation id="([^"]+)"/);
  const second = sound
    .replace(/ lang="[^"]*"/, "")
    .replace(/<AdaptationSet id="[^"]*"/, '<AdaptationSet id="99" lang="sv"')
    .replaceAll("$RepresentationID$", id)
    .replace(`<Representation id="${id}"`, '<Representation id="second"')
    .replace(/(initialization|media)="([^"]*)"/g, '$1="$2&amp;session=second"');
  const first = sound.replace(/ lang="[^"]*"/, "").replace("<AdaptationSet ", '<AdaptationSet lang="en" ');
  return text.replace(sound, () => first + second);
}

/** Has every manifest changed before the page gets it. */
function rewritten(page, change) {
  return page.route((url) => url.pathname.endsWith("manifest.mpd"), async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: change(await answer.text()) });
  });
}

const bits = (text) => Number.parseFloat(text) * (/Mbit/.test(text) ? 1e6 : 1e3);

describe("the player page", { concurrency: 1 }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  async function visit(path, walk, { faults = [], before = () => undefined, ...options } = {}) {
    const page = await open(browser, base, { viewport: { width: 1280, height: 860 }, ...options });
    try {
      await before(page);
      await page.goto(base + path);
      await walk(page);
      const left = page.faults.filter((fault) => !faults.some((known) => known.test(fault)));
      assert.deepEqual(left, []);
    } finally {
      await page.context().close();
    }
  }

  players.forEach(([key, title], place) => {
    for (const [kind, manifest] of [
      ["on demand", vod],
      ["live", live],
      ["low latency", `${live}?chunkdur=0.5`],
    ]) {
      test(`${title}, ${kind}: the numbers are true and the plots fill`, { timeout: 90_000 }, (t) =>
        visit(pageOf(manifest, key), async (page) => {
          await playing(page, 1, 5);
          const told = await announced(manifest);
          const now = await numbers(page);
          const [truth] = await behind(page, told.start);
          t.diagnostic(JSON.stringify(now));
          assert.deepEqual(now.State, ["Playing"]);
          assert.ok(Number.parseFloat(now["Buffer ahead"][0]) > 0, "something is buffered");
          const near = (text) => told.bandwidths.some((each) => Math.abs(bits(text) / each - 1) < 0.06);
          assert.ok(near(now.Video[0]), `${now.Video} is announced: ${told.bandwidths}`);
          for (const measure of ["buffer", "bitrate", "dropped"]) {
            await until(`the line of ${measure}`, async () => (await drawn(page, measure, place)) > 8);
          }
          const label = await page.locator("figure[data-measure=buffer] canvas").getAttribute("aria-label");
          assert.match(label, new RegExp(`^Buffer ahead over the last \\d+ seconds: ${title.replace(".", "\\.")} [\\d.]+ s, between`));
          if (manifest === vod) {
            assert.equal(now["Behind live"], undefined);
            assert.ok(!(await page.locator(".livebar").isVisible()));
            return;
          }
          assert.ok((await drawn(page, "latency", place)) > 8, "the line of latency");
          const latency = Number.parseFloat(now["Behind live"][0]);
          assert.ok(Math.abs(latency - truth) < 1.5, `${latency} s behind live, in truth ${truth}`);
          // What players count the suggested delay from is theirs: shaka takes off the newest segment first.
          const most = kind === "live" ? told.target + told.longest + 5 : told.target + 3;
          assert.ok(latency > told.target - 1.5 && latency < most, `${latency} s behind live, ${told.target} s announced`);
          const own = Number.parseFloat(now["Behind, it says"][0]);
          assert.ok(Math.abs(own - latency) < 1, `the player says ${own} s, the page ${latency} s`);
          assert.match(await page.locator(".livebar .clock").textContent(), /^\d\d:\d\d:\d\d UTC · [\d.]+ s behind live · [\d.]+ s wanted$/);
          const before = (await videos(page))[0].time;
          await page.evaluate(() => {
            document.querySelector("video").currentTime -= 12;
          });
          await until("the picture of before", async () => (await videos(page))[0].time < before - 5);
          await page.getByRole("button", { name: "Go live" }).click();
          await until("the edge again", async () => (await videos(page))[0].time > before - 1, 20_000);
        }),
      );
    }
  });

  test("three at once: together, one of them heard, compared in one table", { timeout: 120_000 }, () =>
    visit(pageOf(vod, "all"), async (page) => {
      await playing(page, 3);
      const together = await videos(page);
      const times = together.map((each) => each.time);
      assert.ok(Math.max(...times) - Math.min(...times) < 2, `they are at ${times}`);
      assert.deepEqual(
        together.map((each) => each.muted),
        [false, true, true],
      );
      await page.getByRole("button", { name: "Sound off: shaka-player" }).click();
      assert.deepEqual(
        (await videos(page)).map((each) => each.muted),
        [true, false, true],
      );
      assert.deepEqual(
        await page.locator(".numbers thead th").allTextContents(),
        players.map(([, title]) => title),
      );
      const { State } = await numbers(page);
      assert.deepEqual(State, ["Playing", "Playing", "Playing"]);
      for (const place of [0, 1, 2]) {
        await until(`line ${place}`, async () => (await drawn(page, "buffer", place)) > 8);
      }
      await page.getByRole("button", { name: "Pause all" }).click();
      await until("the pause", async () => (await videos(page)).every((each) => each.paused));
      await page.getByLabel("Seek together").check();
      const to = Math.min(20, stream.duration * 0.6);
      await page.evaluate((time) => {
        document.querySelectorAll("video")[2].currentTime = time;
      }, to);
      await until("all of them there", async () => (await videos(page)).every((each) => Math.abs(each.time - to) < 1.5));
      await page.getByRole("button", { name: "Play all" }).click();
      await playing(page, 3, 1);
      assert.deepEqual(await axe(page), []);
      await fits(page);
      await shoot(page, "players-vod");
      // Back to one: the others are given back.
      await page.getByRole("navigation", { name: "Player" }).getByRole("link", { name: "rx-player" }).click();
      await playing(page, 1, 1);
      assert.equal(new URL(page.url()).searchParams.get("player"), "rxplayer");
      assert.equal(new URL(page.url()).searchParams.get("url"), vod);
    }),
  );

  test("three at once at low latency", { timeout: 120_000 }, (t) =>
    visit(pageOf(`${live}?chunkdur=0.5`, "all"), async (page) => {
      await playing(page, 3, 6);
      const { start } = await announced(`${live}?chunkdur=0.5`);
      const now = await numbers(page);
      const truth = await behind(page, start);
      t.diagnostic(JSON.stringify(now));
      // Whether players keep the target, lowlatency.test.mjs measures, where nothing else runs.
      now["Behind live"].forEach((text, place) => {
        assert.ok(Math.abs(Number.parseFloat(text) - truth[place]) < 1.5, `${text} behind live, in truth ${truth}`);
      });
      for (const place of [0, 1, 2]) {
        assert.ok((await drawn(page, "latency", place)) > 8, `line ${place}`);
      }
      await shoot(page, "players-low-latency");
    }),
  );

  for (const [key, title] of players) {
    test(`${title}: a manifest that a rule refuses is told in the server's words`, { timeout: 60_000 }, () =>
      visit(
        pageOf(`${vod}?fault=manifest:503`, key),
        async (page) => {
          await until("the sentence", () => page.getByRole("alert").isVisible(), 40_000);
          const said = await page.getByRole("alert").textContent();
          assert.match(said, /The server answered 503 when asked for the manifest/);
          assert.match(said, /It says: .*manifest:503/);
          assert.match(await page.locator("#messages .count").textContent(), /^[1-9]/);
          assert.deepEqual(await axe(page), []);
        },
        { faults: [/503/] },
      ),
    );

    test(`${title}: refused segments stand in the log, and playing goes on`, { timeout: 90_000 }, () =>
      visit(
        pageOf(`${vod}?segdur=2&fault=video:503@every=3,try=1&session=${key}`, key),
        async (page) => {
          await playing(page, 1, 6);
          await page.locator("#requests > summary").click();
          await page.getByLabel("Show").selectOption("failed");
          const row = page.locator("#requests tbody tr").first();
          await until("a refused request", () => row.isVisible());
          const text = await row.textContent();
          assert.match(text, new RegExp(title.replace(".", "\\.")), "it is this player's");
          assert.match(text, /segment.*503.*video:503@every=3,try=1/s);
          await page.getByLabel("Show").selectOption("");
          await page.getByLabel("Filter").fill("manifest.mpd");
          await until("only what is looked for", async () => {
            const urls = await page.locator("#requests tbody .url a").allTextContents();
            return urls.length > 0 && urls.every((url) => url.includes("manifest.mpd"));
          });
          assert.deepEqual(await axe(page), []);
        },
        { faults: [/503/] },
      ),
    );
  }

  /** What a lane says that failed, side by side: text of each, in the order of players. */
  const said = (page) => page.locator(".problem").evaluateAll((all) => all.map((each) => (each.hidden ? "" : each.innerText)));

  for (const [what, manifest, wanted, faults] of [
    ["damage that was asked for", `${vod}?fault=video:corrupt`, /could not take the media.*asked for: the fault rule video:corrupt/s, []],
    [
      "a manifest that breaks off",
      `${vod}?fault=manifest:cut=300`,
      /began to send the manifest \(manifest\.mpd\), and the answer broke off.*the fault rules? (fault=)?manifest:cut=300/s,
      [/CONTENT_LENGTH_MISMATCH|ERR_/],
    ],
    ["a connection that is dropped", `${vod}?fault=manifest:drop`, /nobody answered.*may have been asked for.*manifest:drop/s, [/ERR_/]],
    ["a refusal that is not tried again", `${vod}?fault=manifest:403`, /answered 403.*It says: .*manifest:403/s, [/403/]],
    ["a page", "/", /is an HTML page, not an MPD/, []],
  ]) {
    test(`each player: ${what} is told as what it is`, { timeout: 90_000 }, () =>
      visit(
        pageOf(manifest, "all"),
        async (page) => {
          await until("three sentences", async () => (await said(page)).every((text) => text !== ""), 60_000);
          for (const text of await said(page)) {
            assert.match(text, wanted);
          }
        },
        { faults },
      ),
    );
  }

  test("an answer that breaks off at once is told from none", { timeout: 60_000 }, async () => {
    const { outputFiles } = await require("esbuild").build({
      entryPoints: [new URL("../../web/src/pages/play/tap.ts", import.meta.url).pathname],
      bundle: true,
      format: "iife",
      globalName: "tapped",
      footer: { js: "window.tapped = tapped;" },
      write: false,
    });
    const page = await open(browser, base);
    try {
      await page.addInitScript({ content: outputFiles[0].text });
      await page.goto(`${base}/healthz`);
      await page.evaluate("window.requests = []; tapped.tap([], (request) => requests.push(request));");
      const seen = await page.evaluate(async (url) => {
        // Often enough for the browser to have an end before it has shown the head, about one time in twenty; not so often
        // that its records are full.
        for (let i = 0; i < 200; i++) {
          await new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.open("GET", `${url}?fault=manifest:${i === 199 ? "drop" : "cut=300"}&i=${i}#anchor`);
            xhr.onloadend = resolve;
            xhr.send();
          });
        }
        return window.requests.map(({ failed, status }) => `${failed} ${status}`);
      }, vod);
      assert.deepEqual(seen, [...Array(199).fill("broken off 200"), "unanswered 0"]);
    } finally {
      await page.context().close();
    }
  });

  test("a codec that the browser does not have is told so by each player", { timeout: 60_000 }, () =>
    visit(
      pageOf(vod, "all"),
      async (page) => {
        await until("three sentences", async () => (await said(page)).every((text) => text !== ""), 40_000);
        for (const text of await said(page)) {
          assert.match(text, /cannot decode the video \(hev1\.4\.10/);
        }
      },
      { before: (page) => rewritten(page, (text) => text.replace(/<AdaptationSet [^>]*contentType="audio"[^]*?<\/AdaptationSet>/, "").replace(/codecs="[^"]*"/g, 'codecs="hev1.4.10.L60.9E.8"')) },
    ),
  );

  test("an encrypted codec that no key system takes: who plays does not wait for who cannot", { timeout: 60_000 }, () =>
    visit(
      pageOf(`${vod}?drm=clearkey`, "all"),
      async (page) => {
        const begun = Date.now();
        await until("sound", async () => (await videos(page))[0].time > 0.5, 9000);
        const took = Date.now() - begun;
        assert.ok(took < 8000, `it took ${took} ms`);
        await until("two sentences", async () => (await said(page)).slice(0, 2).every((text) => text !== ""));
        const [dashjs, shaka] = await said(page);
        assert.match(dashjs, /leaves out the video.*avc1\.f4000c/s);
        assert.match(shaka, /no key system for it as it is/);
        assert.doesNotMatch(shaka, /licence server/);
      },
      { before: (page) => rewritten(page, (text) => text.replace(/codecs="avc1[^"]*"/g, 'codecs="avc1.f4000c"')) },
    ),
  );

  test("who is ready says for whom it waits", { timeout: 60_000 }, () =>
    visit(pageOf(vod, "dashjs,shaka"), async (page) => {
      await until("the wait", async () => (await numbers(page)).State?.[0] === "Waiting for shaka-player", 8000);
      await playing(page, 2, 1);
    }, {
      before: (page) => page.route(/\/assets\/shaka-/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 4000));
        await route.continue();
      }),
    }),
  );

  test("without a URL there are streams to play and an example", { timeout: 30_000 }, () =>
    visit("/play", async (page) => {
      assert.deepEqual(await axe(page), []);
      assert.match(await page.locator(".example").getAttribute("href"), /^\/play\?url=https%3A/);
      await page.locator(".offers").getByRole("link", { name: "Low latency" }).first().click();
      await page.waitForURL(/\/play\/.*chunkdur/);
      await playing(page, 1, 1);
    }),
  );

  test("on a phone the picture is on the first screen, and tables are cards", { timeout: 60_000 }, () =>
    visit(
      pageOf(`${live}?events=scte35,id3,ping&depth=60`, "shaka", "#events"),
      async (page) => {
        assert.ok((await page.locator("video").boundingBox()).y < 400);
        const row = (text) => page.locator("#events tbody tr").filter({ hasText: text }).first();
        await until("an ID3 tag in words", async () => /TXXX title: event \d+/.test(await row("emsg/ID3").innerText({ timeout: 30_000 })), 30_000);
        await until("a cue", () => row("provider placement").isVisible());
        await page.locator("#requests > summary").click();
        await until("requests", () => page.locator("#requests tbody tr").nth(3).isVisible());
        for (const table of ["#events", "#requests"]) {
          const cut = await page.locator(`${table} tbody :is(td, a)`).evaluateAll((cells) =>
            cells.filter((cell) => cell.getBoundingClientRect().right > innerWidth - 16).map((cell) => cell.textContent),
          );
          assert.deepEqual(cut, [], table);
        }
        await fits(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, "player-phone");
      },
      { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
    ),
  );

  for (const [key, title] of players) {
    test(`${title}: events are listed as the stream has them`, { timeout: 90_000 }, async () => {
      await visit(
        pageOf(`${vod}?events=scte35&scte35__inband=0&scte35__count=3`, key, "#events"),
        async (page) => {
          const row = page.locator("#events tbody tr").last();
          await until("the first cue", () => row.isVisible(), 30_000);
          const text = await row.innerText();
          assert.match(text, new RegExp(`^0\\.00 s\\s+${title.replace(".", "\\.")}\\s+MPD\\s+urn:scte:scte35:2014:xml\\+bin`));
          assert.match(text, /splice_insert, event 0, out of the network, at 0 s, for 2 s, provider placement opportunity start/);
          await row.locator("summary").click();
          assert.ok(await row.getByText("CRC_32: right").isVisible());
          assert.deepEqual(await axe(page), []);
        },
      );
      await visit(
        pageOf(`${live}?events=ping&ping__interval=200&depth=60`, key, "#events"),
        async (page) => {
          const rows = page.locator("#events tbody tr");
          await until("two pings", async () => (await rows.count()) >= 2, 40_000);
          for (const text of await rows.allInnerTexts()) {
            const [due, by, from, scheme, , id, lasts, says] = text.split(/\t\s*/);
            // rx-player tells of an event again where it fetches the segment again in another quality.
            const once = key === "rxplayer" ? by.replace(/ ×\d+$/, "") : by;
            assert.deepEqual([once, from, scheme, lasts], [title, "emsg", "urn:dash-live:pingpong:2022", "2 s"], text);
            assert.equal(says.trim(), Number(id) % 2 ? "pong" : "ping");
            // Every 2 s since the start of the stream, on even seconds of the day; rx-player does not say when.
            assert.match(due, key === "rxplayer" ? /^–$/ : /^\d\d:\d\d:\d[02468]\.00 UTC$/, text);
          }
        },
      );
    });

    test(`${title}: another sound track is what is played`, { timeout: 90_000 }, () =>
      visit(
        pageOf(vod, key),
        async (page) => {
          const asked = [];
          page.on("request", (request) => asked.push(request.url()));
          await playing(page, 1);
          assert.ok(!asked.some((url) => url.includes("session=second")), "the first is played first");
          const sound = page.getByRole("combobox", { name: /^Sound/ });
          const options = await sound.locator("option").allTextContents();
          assert.equal(options.length, 2, options.join(" | "));
          await sound.selectOption(options.find((option) => /Swedish|sv/.test(option)));
          await until("its segments", () => asked.some((url) => /session=second/.test(url) && /m4s/.test(url)), 30_000);
          await playing(page, 1, 1);
        },
        {
          before: (page) => rewritten(page, withSecondSound),
        },
      ),
    );

    for (const format of ["wvtt", "stpp"]) {
    test(`${title}: ${format} subtitles appear, and go`, { timeout: 90_000 }, () =>
      visit(pageOf(`${live}?clocktext=${format}:en`, key), async (page) => {
        await playing(page, 1, 1);
        const shown = () =>
          page.evaluate(() => {
            const video = document.querySelector("video");
            const showing = Array.from(video.textTracks).filter((track) => track.mode === "showing");
            const cues = showing.flatMap((track) => Array.from(track.activeCues ?? [], (cue) => cue.text));
            return [document.querySelector(".subtitles").innerText, ...cues].join(" ");
          });
        const subtitles = page.getByLabel("Subtitles");
        const clock = (await subtitles.locator("option").allTextContents()).find((option) => option.includes("clock"));
        await subtitles.selectOption(clock);
        await until("the clock over the picture", async () => /\d\d:\d\dZ[^]*en, segment \d+/.test(await shown()), 30_000);
        await subtitles.selectOption("off");
        await until("nothing over the picture", async () => !/segment/.test(await shown()), 30_000);
      }),
    );
    }

    for (const [kind, manifest] of [
      ["on demand", vod],
      ["live", live],
    ]) {
      test(`${title}: ClearKey, ${kind}, without a word`, { timeout: 90_000 }, () =>
        visit(pageOf(`${manifest}?drm=clearkey`, key, "#requests"), async (page) => {
          await playing(page, 1, 3);
          const { Picture } = await numbers(page);
          assert.match(Picture[0], /^\d+ × \d+$/);
          await page.getByLabel("Show").selectOption("licence");
          const row = page.locator("#requests tbody tr").first();
          await until("the licence's request", () => row.isVisible());
          assert.match(await row.innerText(), new RegExp(`${title.replace(".", "\\.")}\\s+licence \\(POST\\)\\s+200`));
          assert.equal(await page.evaluate(() => document.querySelector("video").mediaKeys !== null), true);
        }),
      );
    }
  }

  test("a key that is refused is told in words", { timeout: 60_000 }, () =>
    visit(
      pageOf(`${vod}?drm=clearkey`, "shaka"),
      async (page) => {
        await until("the sentence", () => page.getByRole("alert").isVisible(), 40_000);
        assert.match(await page.getByRole("alert").textContent(), /The stream is encrypted \(ClearKey\).*licence server/);
      },
      {
        faults: [/40[03]/],
        before: (page) =>
          page.route("**/clearkey*", (route) =>
            route.fulfill({ status: 403, contentType: "application/problem+json", body: '{"detail":"no key for you"}' }),
          ),
      },
    ));

  for (const key of ["dashjs", "rxplayer"]) {
  test(`a page without decryption says so before ${key} is tried`, { timeout: 60_000 }, () =>
    visit(
      pageOf(`${vod}?drm=clearkey`, key),
      async (page) => {
        await until("the sentence", () => page.locator("#notice").isVisible());
        assert.match(await page.locator("#notice").textContent(), /encrypted \(ClearKey\).*https and localhost only/);
        await until("that of the player", () => page.getByRole("alert").isVisible(), 30_000);
        assert.match(await page.getByRole("alert").textContent(), /no access to decryption \(EME\)/);
      },
      {
        before: (page) =>
          page.addInitScript(() => {
            delete Navigator.prototype.requestMediaKeySystemAccess;
          }),
      },
    ));
  }

  test("a manifest of another host plays, and nothing else of it is let in", { timeout: 60_000 }, async () => {
    const other = base.replace("127.0.0.1", "localhost");
    await visit(
      pageOf(other + vod, "shaka"),
      async (page) => {
        await playing(page, 1);
        assert.match(await page.locator("h1").textContent(), / on localhost:\d+$/);
        const script = await page.evaluate(
          (url) =>
            new Promise((resolve) => {
              const element = document.createElement("script");
              element.onload = () => resolve("ran");
              element.onerror = () => resolve("refused");
              element.src = url;
              document.head.append(element);
            }),
          `${other}/assets/main.js`,
        );
        assert.equal(script, "refused");
      },
      { own: other, faults: [/Content Security Policy/] },
    );
    for (const path of ["/", "/reference/options"]) {
      const policy = (await fetch(base + path)).headers.get("content-security-policy");
      assert.doesNotMatch(policy, /connect-src \*|media-src \*/, path);
    }
    assert.equal((await fetch(`${base}/play?url=javascript:alert(1)`)).status, 400);
  });

  test("without a manifest it asks for one", () =>
    visit("/play", async (page) => {
      await page.getByLabel("Manifest").fill(vod);
      await page.getByRole("button", { name: "Play" }).click();
      await page.waitForURL(`**/play?url=${encodeURIComponent(vod)}`);
      await playing(page, 1);
      assert.deepEqual(await axe(page), []);
    }));

  test("a bug report has what is needed to look into a fault", { timeout: 60_000 }, () =>
    visit(
      pageOf(`${live}?chunkdur=0.5`, "shaka"),
      async (page) => {
        await playing(page, 1);
        await page.getByRole("button", { name: "Copy a bug report" }).click();
        await until("the answer", () => page.getByText("Copied").isVisible());
        const text = await page.evaluate(() => navigator.clipboard.readText());
        assert.match(text, new RegExp(`Manifest  ${base}${live}\\?chunkdur=0\\.5\n`));
        assert.match(text, /Stream {4}live, low latency, target 3\.5 s/);
        assert.match(text, /\nshaka-player \d+\.\d+\.\d+\n {2}State: Playing\n/);
        assert.match(text, /\| shaka \| manifest \| 200 \|/);
        assert.match(text, /Errors and warnings: none/);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));

  for (const [file, options] of [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
    ["phone-dark", { colorScheme: "dark", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
    ["television", { colorScheme: "dark", viewport: { width: 1920, height: 1080 } }],
  ]) {
    test(`looks right: ${file}`, { timeout: 60_000 }, () =>
      visit(
        pageOf(live, file.startsWith("phone") ? "dashjs,shaka" : "dashjs", "#requests"),
        async (page) => {
          await playing(page, file.startsWith("phone") ? 2 : 1, 4);
          await fits(page);
          assert.deepEqual(await axe(page), []);
          await shoot(page, `player-${file}`);
        },
        options,
      ),
    );
  }
});
