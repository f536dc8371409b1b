// Each player plays each form of live for 20 s without a word of complaint: all three at the same time, as people compare
// them. Where there are Periods, play goes over a boundary.
//
//   node test/browser/run.mjs live
//
// STREAM names the stream, PLAYED the seconds that are played.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { baseURL, firstStream, until, videoState } from "./browser.mjs";
import { onStage, starters } from "./players.mjs";

const PLAYED = Number(process.env.PLAYED ?? 20);
const SLACK = 2; // s: what may be lost of them while a player finds its pace

const forms = {
  numbers: "",
  "a SegmentTimeline": "timeline=1",
  "a SegmentTimeline and numbers": "timeline=number",
  "Periods of 12 s": "periods=300&depth=60",
  "Periods of 12 s with a SegmentTimeline": "periods=300&depth=60&timeline=1",
};

const base = baseURL();

const stream = await firstStream();

/** The names of the Periods of a manifest in which the media with these times of day is. */
async function periods(url) {
  const text = await (await fetch(url)).text();
  return [...text.matchAll(/<Period [^>]*id="([^"]+)"/g)].map(([, id]) => id);
}

/** Plays a URL in a page of its own and returns how many seconds of media went by. */
async function play(stage, player, url) {
  const page = await stage.page();
  try {
    await stage.play(page, player, url);
    const begun = await until(
      `the first picture in ${player}`,
      async () => {
        const state = await videoState(page);
        return state.ready >= 3 && state.time > 0 && !state.seeking && state;
      },
      30_000,
    );
    await new Promise((resolve) => setTimeout(resolve, PLAYED * 1000));
    const end = await videoState(page);
    const said = await page.evaluate(() => window.said);
    return { passed: end.time - begun.time, frames: end.frames, error: end.error, said, faults: page.faults };
  } finally {
    await page.context().close();
  }
}

describe("live", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [name, query] of Object.entries(forms)) {
    test(`three players with ${name}`, { timeout: 120_000 }, async (t) => {
      const url = `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?${query}`;
      const before = await periods(url);
      const players = Object.keys(starters);
      const results = await Promise.all(players.map((player) => play(stage, player, url)));
      const after = await periods(url);
      for (const [i, player] of players.entries()) {
        const { passed, frames, error, said, faults } = results[i];
        t.diagnostic(`${player}: ${passed.toFixed(2)} s, ${frames} pictures`);
        assert.ok(passed >= PLAYED - SLACK, `${player} played ${passed.toFixed(2)} of ${PLAYED} s`);
        assert.equal(error, "", player);
        assert.deepEqual(said, [], `${player} said`);
        assert.deepEqual(faults, [], player);
      }
      if (query.includes("periods")) {
        assert.ok(before.length > 1, "there is one Period");
        assert.ok(!before.includes(after.at(-1)), "no Period came while it was played");
      }
    });
  }
});
