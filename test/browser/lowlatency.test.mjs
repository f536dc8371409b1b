// Low latency: chunks arrive when they are due, and each player keeps the target latency, with numbers and with a
// SegmentTimeline.
//
//   node test/browser/run.mjs lowlatency
//
// STREAM names the stream, PLAYED the seconds that each player plays.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { baseURL, firstStream, launch, open, slowness, until, videoState } from "./browser.mjs";
import { onStage, starters as all } from "./players.mjs";

const CHUNK = 0.5; // s
const TARGET = 3500; // ms: Latency@target by default
const TOLERANCE = 700; // ms
const SLOW = 1.3; // times: a machine on which a player may come off
const PLAYED = Number(process.env.PLAYED ?? 20);

const starters = {
  dashjs: all.dashjs,
  // Shaka counts Latency@target from the end of its seek range, of which it takes off the suggested presentation
  // delay and the newest chunk: so it is told to leave the former alone, and where to begin.
  shaka: `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.configure({ streaming: { lowLatencyMode: true }, manifest: { dash: { ignoreSuggestedPresentationDelay: true } } });
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    player.attach(video).then(() => player.load(url, new Date(Date.now() - ${TARGET}))).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));`,
  rxplayer: `
    const player = new RxPlayer({ videoElement: video });
    for (const kind of ["error", "warning"]) {
      player.addEventListener(kind, (error) => said.push("rx " + kind + " " + error.code + " " + error.message));
    }
    player.loadVideo({ url, transport: "dash", autoPlay: true, lowLatencyMode: true });`,
};

const base = baseURL();

const stream = await firstStream();
const manifest = (query) => `${base}/dash/live/${encodeURIComponent(stream)}/manifest.mpd?chunkdur=${CHUNK}${query}`;

/** The text of a manifest, and what this test needs of it. */
async function load(url) {
  const text = await (await fetch(url)).text();
  const one = (pattern) => text.match(pattern)?.[1].replaceAll("&amp;", "&");
  return {
    start: Date.parse(one(/availabilityStartTime="([^"]+)"/)),
    target: Number(one(/<Latency [^>]*target="(\d+)"/)),
    template: one(/<SegmentTemplate ([^>]*)>/),
    id: one(/<Representation id="([^"]+)"/),
  };
}

const attribute = (text, name) => text.match(new RegExp(`(?:^| )${name}="([^"]*)"`))?.[1].replaceAll("&amp;", "&");

/** The boxes of a segment that are whole: for prft the time of day in ms and the media time, for moof when decoding begins. */
function boxes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at) => String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  const list = [];
  for (let at = 0; at + 8 <= bytes.length; at += view.getUint32(at)) {
    const end = at + view.getUint32(at);
    if (end > bytes.length) {
      break;
    }
    const box = { type: name(at) };
    if (box.type === "prft") {
      box.clock = (view.getUint32(at + 16) - 2208988800 + view.getUint32(at + 20) / 2 ** 32) * 1000;
      box.media = Number(view.getBigUint64(at + 24));
    }
    for (let inner = at + 8; box.type === "moof" && inner < end; inner += name(inner) === "traf" ? 8 : view.getUint32(inner)) {
      if (name(inner) === "tfdt") {
        box.decode = Number(view.getBigUint64(inner + 12));
      }
    }
    list.push(box);
  }
  return list;
}

/** Fetches a segment while it grows and returns when each of its chunks was complete, and the whole. */
async function watch(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-length"), null, "the length of a growing segment is not known");
  const complete = [];
  let bytes = new Uint8Array(0);
  for await (const part of response.body) {
    const now = Date.now();
    const grown = new Uint8Array(bytes.length + part.length);
    grown.set(bytes);
    grown.set(part, bytes.length);
    bytes = grown;
    const ends = boxes(bytes).filter((box) => box.type === "mdat").length;
    while (complete.length < ends) {
      complete.push(now);
    }
  }
  return { bytes, complete };
}

test("chunks arrive when they are due", { timeout: 60_000 }, async (t) => {
  const { start, template, id } = await load(manifest(""));
  const duration = (Number(attribute(template, "duration")) / Number(attribute(template, "timescale"))) * 1000;
  const next = Math.floor((Date.now() - start) / duration) + 1;
  const path = attribute(template, "media").replace("$RepresentationID$", id).replace("$Number$", next + Number(attribute(template, "startNumber")));
  const url = new URL(path, manifest("")).href;
  await until("the next segment", () => Date.now() >= start + next * duration, 2 * duration);
  const grown = await watch(url);
  const all = boxes(grown.bytes);
  const clocks = all.filter((box) => box.type === "prft");
  const [first, last] = [clocks[0], clocks.at(-1)];
  const rate = (last.clock - first.clock) / (last.media - first.media); // ms per tick
  const begin = all.filter((box) => box.type === "moof").map((box) => first.clock + (box.decode - first.media) * rate);
  const late = grown.complete.map((at, i) => at - (begin[i + 1] ?? start + (next + 1) * duration));
  t.diagnostic(`${late.length} chunks; after their media were over: ${late.map((ms) => ms.toFixed(1)).join(", ")} ms`);
  assert.ok(late.length >= 2, "one chunk is none");
  assert.ok(Math.min(...late) > -2, "a chunk came early"); // two clocks that show milliseconds
  assert.ok(Math.max(...late) < 1000, "a chunk came late");
  const whole = await fetch(url);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  assert.equal(Number(whole.headers.get("content-length")), bytes.length);
  assert.deepEqual(bytes, grown.bytes, "the segment is another afterwards");
});

/** Lets the video of a page play on, and looks how far behind the stream's clock it is. */
async function keepsTarget(t, page, start) {
  const began = Date.now();
  const latencies = [];
  while (Date.now() - began < PLAYED * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    // The player is not asked: media time counts from the start of the stream.
    latencies.push(await page.evaluate((from) => Date.now() - from - document.querySelector("video").currentTime * 1000, start));
  }
  const end = await videoState(page);
  const last = latencies.slice(-12).sort((a, b) => a - b)[6];
  t.diagnostic(`latency ${(latencies[0] / 1000).toFixed(2)} s at first, ${(last / 1000).toFixed(2)} s at the end; target ${TARGET / 1000} s`);
  assert.ok(Math.abs(last - TARGET) <= TOLERANCE, `${last.toFixed(0)} ms behind live`);
  assert.ok(end.frames > PLAYED * 10, `${end.frames} pictures in ${PLAYED} s`);
  assert.equal(end.error, "");
  assert.deepEqual(page.faults, []);
}

/**
 * Has a player play anew, twice at most, where it came off its target while the machine was seen to be slow: that costs
 * a player time, and not every one catches up.
 */
async function thrice(t, walk) {
  for (let round = 1; ; round++) {
    let slowest = 1;
    const watch = setInterval(() => (slowest = Math.max(slowest, slowness(2))), 1000);
    try {
      return await walk();
    } catch (error) {
      if (round === 3 || slowest < SLOW || !/ms behind live/.test(error.message)) {
        throw error;
      }
      t.diagnostic(`once more, the machine was ${slowest.toFixed(1)} times slower than it can be: ${error.message}`);
    } finally {
      clearInterval(watch);
    }
  }
}

const shown = async (page) => {
  const state = await videoState(page);
  return state.ready >= 2 && state.time > 0 && !state.seeking;
};

describe("players at low latency", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [form, query] of [
    ["numbers", ""],
    ["a SegmentTimeline", "&timeline=1"],
  ]) {
    for (const player of Object.keys(starters)) {
      test(`${player} with ${form}`, { timeout: 120_000 }, (t) =>
        thrice(t, async () => {
          const url = manifest(query);
          const { start, target } = await load(url);
          assert.equal(target, TARGET);
          const page = await stage.page();
          try {
            await stage.play(page, player, url);
            await until("the first picture", () => shown(page));
            await keepsTarget(t, page, start);
            assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
          } finally {
            await page.context().close();
          }
        }),
      );
    }
  }
});

// The player page sets players up by itself.
describe("the player page at low latency", { concurrency: 1 }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  function visit(t, player, walk) {
    return thrice(t, async () => {
      const url = manifest("");
      const { start } = await load(url);
      const page = await open(browser, base);
      try {
        await page.goto(`${base}/play?player=${player}&url=${encodeURIComponent(url)}`);
        await until("a player", () => page.evaluate(() => document.querySelector("video") !== null));
        await walk(page, start);
      } finally {
        await page.context().close();
      }
    });
  }

  for (const player of Object.keys(starters)) {
    test(player, { timeout: 120_000 }, (t) =>
      visit(t, player, async (page, start) => {
        await until("the first picture", () => shown(page));
        await keepsTarget(t, page, start);
      }),
    );
  }

  test("all of them at once", { timeout: 120_000 }, (t) =>
    visit(t, "all", async (page, start) => {
      const times = () => page.evaluate(() => Array.from(document.querySelectorAll("video"), (video) => video.currentTime));
      const begun = await until("three pictures", async () => {
        const all = await times();
        return all.length === 3 && all.every((time) => time > 0) && all;
      });
      await until("6 s to pass in all of them", async () => (await times()).every((time, n) => time >= begun[n] + 6), 30_000);
      const latencies = (await times()).map((time) => Date.now() - start - time * 1000);
      t.diagnostic(`latencies ${latencies.map((ms) => (ms / 1000).toFixed(2))} s; target ${TARGET / 1000} s`);
      for (const latency of latencies) {
        // Three decoders on one machine: what a start costs is not caught up with by every player.
        assert.ok(latency > TARGET - 2000 && latency < TARGET + 6000, `${latency.toFixed(0)} ms behind live`);
      }
      assert.deepEqual(page.faults, []);
    }),
  );
});
