// Thumbnails: dash.js, shaka-player and rx-player find them, and what they would show for a time is what FFmpeg decodes at that time.
//
//   node test/browser/run.mjs thumbnails
//
// STREAM names the stream.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { baseURL, until, videoState } from "./browser.mjs";
import { onStage } from "./players.mjs";

const [WIDE, HIGH] = [16, 9]; // fields that pictures are compared in
const TOLERANCE = 6; // of 255, on average over the fields

/** thumbnailAt(time) gives what a player would show: the picture's address, and the part of it. Live, times are the video's. */
const starters = {
  dashjs: `
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 1 } });
    player.on("error", (event) => said.push(JSON.stringify(event.error).slice(0, 300)));
    player.initialize(video, url, true);
    window.thumbnailAt = (time) => new Promise((done) => {
      const asked = player.isDynamic() ? time - player.getDvrSeekOffset(0) : time;
      player.provideThumbnail(asked, (t) => done(t && { url: t.url, x: t.x, y: t.y, width: t.width, height: t.height }));
    });`,
  shaka: `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener("error", (event) => said.push("shaka " + event.detail.code + " " + event.detail.data));
    player.attach(video).then(() => player.load(url)).then(() => video.play())
      .catch((error) => said.push("shaka " + error.code + " " + error.data));
    window.thumbnailAt = async (time) => {
      const [track] = player.getImageTracks();
      const t = track && await player.getThumbnails(track.id, time);
      return t && { url: t.uris[0], x: t.positionX, y: t.positionY, width: t.width, height: t.height };
    };`,
  rxplayer: `
    const player = new RxPlayer({ videoElement: video });
    for (const kind of ["error", "warning"]) {
      player.addEventListener(kind, (error) => said.push("rx " + kind + " " + error.code + " " + error.message));
    }
    player.loadVideo({ url, transport: "dash", autoPlay: true });
    window.thumbnailAt = async (time) => {
      const container = document.createElement("div");
      await player.renderThumbnail({ container, time });
      const canvas = container.querySelector("canvas");
      return canvas && { url: canvas.toDataURL(), x: 0, y: 0, width: canvas.width, height: canvas.height, cut: true };
    };`,
};

const base = baseURL();

async function chosenStream() {
  const { streams } = await (await fetch(`${base}/api/v1/streams`)).json();
  const found = streams.find((one) =>
    process.env.STREAM ? one.name === process.env.STREAM : one.tracks.some((track) => track.kind === "video"),
  );
  assert.ok(found, "the server lists no stream of video");
  return found;
}

/** Every frame of the stream's first video: its time, whether decoding may start at it, and its brightness in fields. */
function frames(stream) {
  const track = stream.tracks.find((one) => one.kind === "video");
  const url = `${base}/dash/odvod/${encodeURIComponent(stream.name)}/${encodeURIComponent(track.id)}.mp4`;
  const probed = execFileSync("ffprobe", [
    "-v",
    "error",
    "-select_streams",
    "v:0",
    "-show_entries",
    "frame=key_frame,best_effort_timestamp_time,duration_time,pkt_duration_time",
    "-of",
    "json",
    url,
  ]);
  const filter = `scale=${WIDE}:${HIGH}:flags=area:out_range=full,format=gray`;
  const raw = execFileSync(
    "ffmpeg",
    ["-v", "error", "-nostdin", "-i", url, "-fps_mode", "passthrough", "-vf", filter, "-f", "rawvideo", "-"],
    { maxBuffer: 1 << 28 },
  );
  const list = JSON.parse(probed).frames;
  assert.equal(raw.length, list.length * WIDE * HIGH, "frames that FFmpeg shows");
  return list.map((frame, i) => ({
    time: Number(frame.best_effort_timestamp_time),
    lasts: Number(frame.duration_time ?? frame.pkt_duration_time),
    key: frame.key_frame === 1,
    fields: [...raw.subarray(i * WIDE * HIGH, (i + 1) * WIDE * HIGH)],
  }));
}

/** The frame that stands for a stretch of time: the first in it that decoding may start at, or the last before it. */
function standing(all, from, lasts) {
  const keys = all.filter((frame) => frame.key);
  return (
    keys.find((frame) => frame.time > from - 0.002 && frame.time < from + lasts - 0.002) ??
    keys.findLast((frame) => frame.time <= from) ??
    keys[0]
  );
}

/** Draws a part of a picture, and returns its brightness in fields. */
function look(page, part) {
  return page.evaluate(
    async ({ part, wide, high }) => {
      const image = await createImageBitmap(await (await fetch(part.url)).blob());
      const canvas = new OffscreenCanvas(part.width, part.height);
      const context = canvas.getContext("2d");
      context.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, part.width, part.height);
      const fields = new Array(wide * high).fill(0);
      const { data } = context.getImageData(0, 0, part.width, part.height);
      for (let y = 0; y < part.height; y++) {
        for (let x = 0; x < part.width; x++) {
          const at = 4 * (y * part.width + x);
          const field = Math.floor((y * high) / part.height) * wide + Math.floor((x * wide) / part.width);
          fields[field] +=
            (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) *
            ((wide * high) / (part.width * part.height));
        }
      }
      return { fields, width: image.width, height: image.height };
    },
    { part, wide: WIDE, high: HIGH },
  );
}

const off = (a, b) => a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;

const stream = await chosenStream();
const all = frames(stream);
const length = all.at(-1).time + all.at(-1).lasts - all[0].time;

describe("thumbnails in players", { concurrency: 1 }, () => {
  const stage = onStage(starters);

  for (const [what, mode, query, each] of [
    ["on demand, by number", "vod", "thumbnails=4x2", 0],
    ["on demand, by time", "vod", "thumbnails=2x1&timeline=1", 0],
    ["of the on-demand profile", "odvod", "thumbnails=3x3@320", 0],
    ["live, by number", "live", "thumbnails=2x1&start=now&segdur=4&depth=40", 2],
    ["live, by time", "live", "thumbnails=1x1&start=now&segdur=2&timeline=1&depth=40", 2],
  ]) {
    for (const player of Object.keys(starters)) {
      test(`${player}, ${what}`, { timeout: 60_000 }, async (t) => {
        const page = await stage.page();
        try {
          await stage.enter(page, player);
          await page.evaluate(
            (manifest) => window.start(manifest),
            `${base}/dash/${mode}/${encodeURIComponent(stream.name)}/manifest.mpd?${query}`,
          );
          const begun = await until("the first picture", async () => {
            const state = await videoState(page);
            return state.ready >= 2 && state.time > 0 && !state.seeking && state;
          });
          const [columns, rows] = query
            .match(/thumbnails=(\d+)x(\d+)/)
            .slice(1)
            .map(Number);
          // Live, what has been played is there.
          const times =
            mode === "live"
              ? [-8, -5, -3].map((back) => begun.time + back)
              : [0.2, 0.35, 0.5, 0.8].map((part) => part * length);
          for (const time of times) {
            const part = await page.evaluate((at) => window.thumbnailAt(at), time);
            assert.ok(part, `no thumbnail for ${time.toFixed(2)} s`);
            const seen = await look(page, part);
            const grid = part.cut ? [1, 1] : [columns, rows];
            const size = [part.width * grid[0], part.height * grid[1]];
            assert.deepEqual([seen.width, seen.height], size, "the size of the picture");
            // What the thumbnail stands for begins at a multiple of how long it stands for.
            const lasts = each || spacing();
            const from = Math.floor(time / lasts + 1e-6) * lasts;
            const frame = standing(all, from % length, lasts);
            const difference = off(seen.fields, frame.fields);
            t.diagnostic(`${time.toFixed(2)} s: the frame of ${frame.time.toFixed(2)} s, ${difference.toFixed(1)} off`);
            assert.ok(
              difference < TOLERANCE,
              `the thumbnail for ${time.toFixed(2)} s is ${difference.toFixed(1)} off the frame of ${frame.time.toFixed(2)} s`,
            );
            const others = all
              .filter((one) => Math.abs(one.time - frame.time) > 3)
              .map((one) => off(seen.fields, one.fields));
            assert.ok(difference <= Math.min(...others) + 0.5, "another time of the film is nearer");
          }
          assert.deepEqual(await page.evaluate(() => window.said), [], "the player said");
          assert.deepEqual(page.faults, []);
        } finally {
          await page.context().close();
        }
      });
    }
  }
});

/** How far apart thumbnails are on demand: as frames that decoding may start at, in whole seconds from 1 to 10. */
function spacing() {
  return Math.min(10, Math.max(1, Math.round(length / all.filter((frame) => frame.key).length)));
}
