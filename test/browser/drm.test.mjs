// Encrypted streams: dash.js and shaka-player get Clear Key licences by what the manifest says, and decrypt in
// Chromium: both schemes, on demand and live, while keys rotate, and between encrypted and clear Periods.
//
//   node test/browser/run.mjs drm
//
// STREAM names the stream; CASE chooses some, by a part of their names.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { baseURL, firstStream, until, videoState } from "./browser.mjs";
import { onStage } from "./players.mjs";

const starters = {
  dashjs: `
    const player = window.player = dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 1 } });
    player.on("error", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    player.on("public_keyError", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    player.initialize(video, url, true);`,
  shaka: `
    shaka.polyfill.installAll();
    const player = window.player = new shaka.Player();
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    player.attach(video).then(() => player.load(url)).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));`,
};

const base = baseURL();

const stream = await firstStream();
const only = process.env.CASE; // part of a name
const vod = `${base}/dash/vod/${encodeURIComponent(stream)}/manifest.mpd`;
const live = `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd`;

/**
 * What is played, for how many seconds, and for how many keys licences must have come. dash.js 5.2.1 takes the pssh
 * boxes of media segments for Clear Key's other initialization data format, and never asks for their keys.
 */
const cases = [
  ["cenc", `${vod}?drm=clearkey`, { keys: 1 }],
  ["cbcs", `${vod}?drm=clearkey&enc=cbcs`, { keys: 1 }],
  ["all systems, a key for video and one for audio", `${vod}?drm=all&keyper=kind`, { keys: 2 }],
  ["pssh boxes in init segments only", `${vod}?drm=clearkey-moov&enc=cbcs`, { keys: 1 }],
  ["cenc, live", `${live}?drm=clearkey&depth=60`, { keys: 1 }],
  ["cbcs, live, a key for video and one for audio", `${live}?drm=clearkey&enc=cbcs&keyper=kind&depth=60`, { keys: 2 }],
  ["keys that rotate with Periods of 15 s", `${live}?drm=clearkey&periods=240&rotate=period&depth=60&mup=2`, { seconds: 25, keys: 2 }],
  ["every second Period of 15 s in the clear", `${live}?drm=clearkey&periods=240&clear=odd&depth=60&mup=2`, { seconds: 25, keys: 1 }],
  ["keys that rotate every three segments", `${live}?drm=clearkey&rotate=3&depth=60`, { seconds: 20, keys: 2, players: ["shaka"] }],
  ["a clear lead of 6 s", `${vod}?drm=clearkey&enc=cbcs&lead=6`, { seconds: 10, keys: 1 }],
];

/** Chromium's advice for systems other than Clear Key, which dash.js asks for first. */
const advice = /robustness level/;

/** Has licences that the page gets gather: IDs of keys, and statuses. */
function watchLicences(page) {
  const seen = { keys: new Set(), statuses: [], urls: [] };
  page.on("response", async (response) => {
    if (new URL(response.url()).pathname !== "/clearkey" || response.request().method() !== "POST") {
      return;
    }
    seen.statuses.push(response.status());
    seen.urls.push(response.url());
    if (response.status() === 200) {
      const { keys } = await response.json();
      for (const key of keys) {
        seen.keys.add(key.kid);
      }
    }
  });
  return seen;
}

/**
 * Waits until the picture gets to seconds. Chromium 156 now and then does not end a seek that begins while it waits
 * for a key, whatever is buffered by then, and dash.js begins one when it leaves what it has no key for: then the
 * page seeks once more, as a viewer would, which helps.
 */
async function playsOn(t, page, seconds) {
  let stuck = Date.now() + 8000;
  await until(
    `${seconds} s of pictures`,
    async () => {
      const { time, seeking } = await videoState(page);
      if (seeking && Date.now() > stuck) {
        stuck = Number.POSITIVE_INFINITY;
        t.diagnostic("the browser did not end a seek, and was asked for another");
        await page.evaluate(() => (document.querySelector("video").currentTime = 0.5));
      }
      return time > seconds;
    },
    30_000,
  );
}

async function play(stage, player, url) {
  const page = await stage.page();
  const licences = watchLicences(page);
  await stage.play(page, player, url);
  return { page, licences, complaints: async () => [...page.faults.filter((fault) => !advice.test(fault)), ...(await page.evaluate(() => window.said))] };
}

describe("Clear Key", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [name, url, { seconds = 6, keys, players = Object.keys(starters) }] of cases) {
    for (const player of players.filter((each) => !only || `${each}: ${name}`.includes(only))) {
      test(`${player}: ${name}`, { timeout: 120_000 }, async (t) => {
        const { page, licences, complaints } = await play(stage, player, url);
        try {
          const begun = await until("the first picture", async () => {
            const state = await videoState(page);
            return state.ready >= 2 && state.time > 0 && !state.seeking && state;
          });
          await until(`${seconds} s to pass`, async () => (await videoState(page)).time >= begun.time + seconds, (seconds + 20) * 1000);
          const state = await videoState(page);
          assert.ok(state.frames > seconds * 10, `${state.frames} pictures in ${seconds} s`);
          assert.equal(state.error, "");
          assert.ok(licences.keys.size >= keys, `licences for ${licences.keys.size} keys, at least ${keys} are needed`);
          assert.deepEqual(await complaints(), []);
          t.diagnostic(`${licences.statuses.length} licence requests, ${licences.keys.size} keys, ${state.frames} pictures`);
        } catch (error) {
          error.message += `\n${JSON.stringify(await complaints())}\n${JSON.stringify(await videoState(page))} ${JSON.stringify(licences)}`;
          throw error;
        } finally {
          await page.context().close();
        }
      });
    }
  }

  for (const player of Object.keys(starters)) {
    test(`${player}: a licence that comes at the second try`, { timeout: 60_000 }, async () => {
      const { page, licences } = await play(stage, player, `${vod}?drm=clearkey&licence=503@try=1&session=${player}${Date.now()}`);
      try {
        await until("playing", async () => (await videoState(page)).time > 3, 30_000);
        assert.deepEqual([...new Set(licences.statuses)].sort(), [200, 503]);
      } finally {
        await page.context().close();
      }
    });

    test(`${player}: no key for the highest resolution`, { timeout: 60_000 }, async (t) => {
      const heights = [...(await (await fetch(vod)).text()).matchAll(/<Representation [^>]* height="(\d+)"/g)].map((match) => Number(match[1]));
      heights.sort((a, b) => a - b);
      assert.ok(heights[0] < heights.at(-1), `the stream has one height: ${heights}`);
      const { page, complaints } = await play(stage, player, `${vod}?drm=clearkey&keyper=resolution&licence=only=${heights.at(-1) - 1}`);
      try {
        await playsOn(t, page, 8);
        const height = await page.evaluate(() => document.querySelector("video").videoHeight);
        assert.ok(height < heights.at(-1), `${height} lines are played`);
        // shaka-player 5.2.12 trips over its own statistics when it leaves what it has no key for.
        assert.deepEqual((await complaints()).filter((fault) => !/reading 'bandwidth'/.test(fault)), []);
      } finally {
        await page.context().close();
      }
    });
  }

  for (const [player, name, faults, says] of [
    ["shaka", "is refused", "licence=403", /6007|403/],
    ["shaka", "has wrong keys", "licence=wrongkey", /3016|3015|decod|DECODE/i],
    ["dashjs", "is refused", "licence=403", /403/],
    ["dashjs", "has wrong keys", "licence=wrongkey", /decod|DECODE/i],
  ]) {
    test(`${player}: a licence that ${name}`, { timeout: 60_000 }, async () => {
      const { page, complaints } = await play(stage, player, `${vod}?drm=clearkey&${faults}`);
      try {
        await until("an error", async () => (await page.evaluate(() => window.said)).length > 0, 30_000);
        assert.match((await complaints()).join(" "), says);
      } finally {
        await page.context().close();
      }
    });
  }
});
