// Timed events: players tell of each of them once, and on time, whether it is in segments or in the manifest.
//
//   node test/browser/run.mjs events
//
// STREAM names the stream, PLAYED the seconds that each player plays.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { baseURL, firstStream, until, videoState } from "./browser.mjs";
import { onStage } from "./players.mjs";

const PLAYED = Number(process.env.PLAYED ?? 10);
const EVERY = 1.5;

/** rx-player tells of events of the manifest alone. Each told has when it starts, by the player's clock, and the time of the video when it was told. */
const starters = {
  dashjs: `
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 1 } });
    player.on("error", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    window.told = [];
    for (const scheme of schemes) {
      player.on(scheme, ({ event }) => told.push({
        scheme, id: Number(event.id), start: event.calculatedPresentationTime, at: video.currentTime, duration: event.duration,
      }), null, { mode: dashjs.MediaPlayer.events.EVENT_MODE_ON_START });
    }
    player.initialize(video, url, true);`,
  shaka: `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    window.told = [];
    const tell = (scheme, id, start, end) => told.push({ scheme, id: Number(id), start, at: video.currentTime, duration: end - start });
    player.addEventListener("emsg", ({ detail: e }) => tell(e.schemeIdUri, e.id, e.startTime, e.endTime));
    player.addEventListener("timelineregionenter", ({ detail: e }) => tell(e.schemeIdUri, e.id, e.startTime, e.endTime));
    player.attach(video).then(() => player.load(url)).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));`,
};
for (const player of Object.keys(starters)) {
  starters[player] = `const schemes = ["urn:dash-live:pingpong:2022", "urn:scte:scte35:2013:bin", "urn:scte:scte35:2014:xml+bin"];${starters[player]}`;
}

const base = baseURL();

const stream = await firstStream();
const rule = (words) => encodeURIComponent(`ping every=${EVERY} for=0.5 ${words}; scte35 every=${EVERY} for=0.5 command=plain form=bin ${words}`);

describe("players and events", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [what, mode, words, query] of [
    ["emsg boxes of version 0, on demand", "vod", "version=0", ""],
    ["emsg boxes of version 1, on demand", "vod", "version=1", "timeline=1"],
    ["an EventStream, on demand", "vod", "in=manifest", ""],
    ["emsg boxes of version 0, live", "live", "version=0", "timeline=1"],
    ["emsg boxes of version 1, live, announced ahead", "live", "version=1 ahead=2", ""],
    ["emsg boxes of version 1, in chunks", "live", "version=1", "chunkdur=0.5"],
    ["an EventStream, live", "live", "in=manifest", "timeline=1&mup=2"],
    ["an EventStream, by patches", "live", "in=manifest", "patch=1&mup=2&depth=60"],
    ["emsg boxes in Periods of 12 s", "live", "version=1", "periods=300&depth=60"],
    ["EventStreams in Periods of 12 s", "live", "in=manifest", "periods=300&mup=2&depth=60"],
  ]) {
    for (const player of Object.keys(starters)) {
      test(`${player}: ${what}`, { timeout: 120_000 }, async (t) => {
        const page = await stage.page();
        try {
          await stage.enter(page, player);
          const url = `${base}/dash/${mode}/${encodeURIComponent(stream)}/manifest.mpd?event=${rule(words)}&${query}`;
          await page.evaluate((manifest) => window.start(manifest), url);
          const begun = await until("the first picture", async () => {
            const state = await videoState(page);
            return state.ready >= 2 && state.time > 0 && !state.seeking && state;
          });
          await until(`${PLAYED} s to pass`, async () => (await videoState(page)).time >= begun.time + PLAYED, (PLAYED + 15) * 1000);
          const { time } = await videoState(page);
          const told = await page.evaluate(() => window.told);
          assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
          const schemes = new Set(told.map((one) => one.scheme));
          assert.equal(schemes.size, 2, [...schemes].join());
          for (const scheme of schemes) {
            const mine = told.filter((one) => one.scheme === scheme);
            // From the first one after the player has settled, announced in what it has loaded, to the last before the end.
            const first = Math.ceil((begun.time + (words.includes("ahead=2") ? 2.5 : 1)) / EVERY);
            const last = Math.floor((time - 0.5) / EVERY);
            const seen = mine.filter((one) => one.id >= first && one.id <= last);
            t.diagnostic(`${scheme}: ${mine.length} told, ${seen.length} from ${first} to ${last}`);
            assert.ok(last - first >= 3, `${first} to ${last}`);
            assert.deepEqual(seen.map((one) => one.id).sort((a, b) => a - b), Array.from({ length: last - first + 1 }, (_, i) => first + i), `${scheme}: ids`);
            for (const one of seen) {
              assert.ok(Math.abs(one.start - one.id * EVERY) < 0.05, `event ${one.id} starts at ${one.start}`);
              assert.ok(Math.abs(one.duration - 0.5) < 0.02, `event ${one.id} lasts ${one.duration}`);
              // shaka tells of what is in segments as soon as it has it, all else is told when it starts.
              const late = one.at - one.start;
              assert.ok(late < 0.6 && (late > -0.3 || (player === "shaka" && !words.includes("manifest"))), `event ${one.id} is told ${late} s late`);
            }
          }
          assert.deepEqual(page.faults, []);
        } finally {
          await page.context().close();
        }
      });
    }
  }

  /** Plays a stream, and returns the URLs that were asked for. */
  async function asked(player, query) {
    const page = await stage.page();
    const urls = [];
    page.on("request", (request) => urls.push(request.url()));
    try {
      await stage.play(page, player, `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?${query}`);
      const begun = await until("the first picture", async () => {
        const state = await videoState(page);
        return state.ready >= 2 && state.time > 0 && !state.seeking && state;
      });
      await until(`${PLAYED} s to pass`, async () => (await videoState(page)).time >= begun.time + PLAYED, (PLAYED + 15) * 1000);
      assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
      assert.deepEqual(page.faults, []);
      return urls;
    } finally {
      await page.context().close();
    }
  }

  // A manifest is loaded again because events say so, long before it says so itself. (dash.js takes them for the end of the stream, if they say when that is, and for nothing else.)
  test("shaka: MPD validity", { timeout: 120_000 }, async () => {
    const urls = await asked("shaka", `timeline=1&mup=3600&event=${encodeURIComponent("mpd every=4 ahead=1 version=1")}`);
    const loads = urls.filter((url) => url.includes(".mpd")).length;
    assert.ok(loads >= 3, `${loads} loads of the manifest`);
  });

  // Of the two dash.js alone carries out callbacks.
  for (const where of ["segments", "manifest"]) {
    test(`dashjs: callbacks in the ${where}`, { timeout: 120_000 }, async () => {
      const urls = await asked("dashjs", `timeline=1&event=${encodeURIComponent(`callback every=2 in=${where} url="${base}/time/head?callback={id}"`)}`);
      const ids = urls.filter((url) => url.includes("/time/head?callback=")).map((url) => Number(new URL(url).searchParams.get("callback")));
      assert.ok(ids.length >= 4, `${ids.length} callbacks`);
      assert.deepEqual(ids, ids.map((_, i) => ids[0] + i));
    });
  }
});
