// MPD patches: players load the manifest once, and follow it by patches from then on, over Period boundaries too.
//
//   node test/browser/run.mjs patch
//
// STREAM names the stream, PLAYED the seconds that each player plays.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { baseURL, firstStream, until, videoState } from "./browser.mjs";
import { onStage, starters as all } from "./players.mjs";

const PLAYED = Number(process.env.PLAYED ?? 20);

/** rx-player does not know patches. */
const starters = { dashjs: all.dashjs, shaka: all.shaka };

const base = baseURL();

const stream = await firstStream();

describe("players and patches", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [form, query] of [
    ["of a SegmentTimeline", "patch=1&timeline=1&mup=2&depth=60"],
    ["of numbers, asked for too early", "patch=1&timeline=number&mup=1&depth=60"],
    ["of Periods of 15 s", "patch=1&periods=240&mup=4&depth=60"],
  ]) {
    for (const player of Object.keys(starters)) {
      test(`${player} with patches ${form}`, { timeout: 120_000 }, async (t) => {
        const page = await stage.page();
        const answers = {};
        page.on("response", (response) => {
          const kind = new URL(response.url()).pathname.match(/\.(mpd|mpp)$/)?.[1];
          if (kind) {
            const what = `${kind} ${response.status()}`;
            answers[what] = (answers[what] ?? 0) + 1;
          }
        });
        try {
          await stage.play(page, player, `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?${query}`);
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
