// Each player plays a stream of the running server, in a page of its own that
// holds nothing else: time passes, seeking works, nothing complains.
//
//   BASE_URL=http://127.0.0.1:8080 node --test test/browser/players.test.mjs
//
// MANIFESTS names what to play, separated by spaces: paths below BASE_URL or
// whole URLs. Without it every stream that the server lists is played.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { baseURL, until, videoState } from "./browser.mjs";
import { onStage, starters } from "./players.mjs";

const PLAYED = 5; // seconds that have to pass

async function manifests(base) {
  if (process.env.MANIFESTS) {
    return process.env.MANIFESTS.split(/\s+/).map((each) => new URL(each, `${base}/`).href);
  }
  const answer = await fetch(`${base}/api/v1/streams`);
  assert.equal(answer.status, 200);
  const { streams } = await answer.json();
  assert.ok(streams.length > 0, "the server lists no stream");
  return streams.filter((stream) => !stream.error).map((stream) => new URL(stream.manifest, base).href);
}

/** Seeks, and waits until the picture moves again. */
async function seek(page, to, seconds) {
  await page.evaluate((time) => {
    document.querySelector("video").currentTime = time;
  }, to);
  await until(`playing on after a seek to ${to.toFixed(2)} s`, async () => {
    const { time, ended } = await videoState(page);
    return time >= to + seconds || (ended && time >= to);
  });
}

const base = baseURL();
const urls = await manifests(base);

describe("players", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const url of urls) {
    for (const player of Object.keys(starters)) {
      test(`${player} plays ${url.replace(base, "")}`, { timeout: 90_000 }, async () => {
        const page = await stage.page();
        try {
          await page.addInitScript(() => {
            // Nothing plays before the first picture is there: a slow machine leaves out pictures while time goes on.
            addEventListener("DOMContentLoaded", () => {
              const video = document.querySelector("video");
              const there = new Promise((resolve) => {
                video.requestVideoFrameCallback((now, { mediaTime }) => resolve(mediaTime));
                video.addEventListener("loadeddata", () => video.videoWidth === 0 && resolve());
              });
              const asked = new Promise((resolve) => {
                video.play = () => {
                  resolve();
                  return there;
                };
              });
              Promise.all([there, asked]).then(([mediaTime]) => {
                window.firstPicture = mediaTime;
                delete video.play;
                return video.play();
              });
            });
          });
          await stage.play(page, player, url);
          const begun = await until("the first picture", async () => {
            const state = await videoState(page);
            return state.ready >= 2 && state.time >= 0 && !state.seeking && state;
          });
          // However long pictures wait for others that are shown before them, the first is at the beginning.
          if (begun.width > 0) {
            const first = await until("its time", async () => (await page.evaluate(() => window.firstPicture ?? -1)) + 1);
            assert.ok(first - 1 < 0.01, `the first picture is shown at ${first - 1} s`);
          }
          const length = begun.duration;
          const played = Math.min(PLAYED, length * 0.4);
          await until(`${played} s to pass`, async () => (await videoState(page)).time >= begun.time + played);
          await seek(page, length / 2, 1);
          await seek(page, Math.max(0, length - 1.5), 1);
          const end = await videoState(page);
          assert.ok(end.frames > 0 || end.width === 0, "pictures were decoded");
          assert.equal(end.error, "");
          assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
          assert.deepEqual(page.faults, []);
        } finally {
          await page.context().close();
        }
      });
    }
  }
});
