// MPD patches: players load the manifest once, and follow it by patches from then on, over Period boundaries too.
//
//   node test/browser/run.mjs patch
//
// STREAM names the stream, PLAYED the seconds that each player plays.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { baseURL, launch, open, until, videoState } from "./browser.mjs";
import { serve } from "./players.mjs";

const PLAYED = Number(process.env.PLAYED ?? 20);

/** rx-player does not know patches. */
const starters = {
  dashjs: `
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 1 } });
    player.on("error", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    player.initialize(video, url, true);`,
  shaka: `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    player.attach(video).then(() => player.load(url)).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));`,
};

const base = baseURL();

async function streamName() {
  if (process.env.STREAM) {
    return process.env.STREAM;
  }
  const { streams } = await (await fetch(`${base}/api/v1/streams`)).json();
  assert.ok(streams.length > 0, "the server lists no stream");
  return streams[0].name;
}

const stream = await streamName();

describe("players and patches", { concurrency: 1 }, () => {
  let browser;
  let server;
  before(async () => {
    browser = await launch();
    server = await serve(starters);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [form, query] of [
    ["of a SegmentTimeline", "patch=1&timeline=1&mup=2&depth=60"],
    ["of numbers, asked for too early", "patch=1&timeline=number&mup=1&depth=60"],
    ["of Periods of 15 s", "patch=1&periods=240&mup=4&depth=60"],
  ]) {
    for (const player of Object.keys(starters)) {
      test(`${player} with patches ${form}`, { timeout: 120_000 }, async (t) => {
        const own = `http://127.0.0.1:${server.address().port}`;
        const page = await open(browser, base, { own });
        const answers = {};
        page.on("response", (response) => {
          const kind = new URL(response.url()).pathname.match(/\.(mpd|mpp)$/)?.[1];
          if (kind) {
            const what = `${kind} ${response.status()}`;
            answers[what] = (answers[what] ?? 0) + 1;
          }
        });
        try {
          await page.goto(`${own}/${player}`);
          await page.evaluate((manifest) => window.start(manifest), `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?${query}`);
          const begun = await until("the first picture", async () => {
            const state = await videoState(page);
            return state.ready >= 2 && state.time > 0 && !state.seeking && state;
          });
          await until(`${PLAYED} s to pass`, async () => (await videoState(page)).time >= begun.time + PLAYED, (PLAYED + 15) * 1000);
          t.diagnostic(JSON.stringify(answers));
          const { "mpd 200": manifests, "mpp 200": patches, ...others } = answers;
          assert.equal(manifests, 1, "loads of the manifest");
          assert.ok(patches >= PLAYED / 10, `${patches} patches`);
          assert.deepEqual(others, {});
          assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
          assert.deepEqual(page.faults, []);
        } finally {
          await page.context().close();
        }
      });
    }
  }
});
