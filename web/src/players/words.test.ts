import assert from "node:assert/strict";
import { test } from "node:test";
import { offers, undecodable } from "./media";
import type { Cause, Trouble } from "./player";
import { qualityTitle, trackTitle } from "./titles";
import { type Answer, explain, mediaErrorCause, mediaErrorWords, undecoded } from "./words";

const trouble = (cause: Cause, more: Partial<Trouble> = {}): Trouble => ({ cause, fatal: true, code: "x 1", ...more });

const answer = (more: Partial<Answer>): Answer => ({
  ...{ status: 200, bytes: 0, announced: 0, failed: "", detail: "", type: "", begins: "" },
  ...more,
});

test("every cause has a sentence and a hint", () => {
  const causes: Cause[] = [
    ...(["unreachable", "refused", "manifest", "media", "codec"] as const),
    ...(["unseen", "keysystem", "protection", "stuck", "other"] as const),
  ];
  const said = new Set<string>();
  for (const cause of causes) {
    const words = explain(trouble(cause, { status: 404, url: "http://host/dash/vod/a/v1/12.m4s?x=1" }));
    for (const text of [words.said, words.look]) {
      assert.match(text, /^[A-Z].*[.?]$/s, `${cause}: ${text}`);
    }
    said.add(words.said);
  }
  assert.equal(said.size, causes.length, "each its own");
});

test("an answer's status and what was asked for are named", () => {
  const url = "http://host/dash/vod/a/v1/12.m4s?x=1";
  assert.equal(
    explain(trouble("refused", { status: 500, url })).said,
    "The server answered 500 when asked for a segment (12.m4s).",
  );
  assert.match(
    explain(trouble("refused", { status: 404, url: "http://host/manifest.mpd" })).said,
    /404 .* the manifest \(manifest\.mpd\)/,
  );
  assert.notEqual(
    explain(trouble("refused", { status: 404, url })).look,
    explain(trouble("refused", { status: 500, url })).look,
  );
});

test("what the page knows makes the hint better", () => {
  const url = "http://host/v1/12.m4s";
  assert.equal(
    explain(trouble("refused", { status: 404, url }), {
      answer: answer({ status: 404, detail: "segment 12 is not available yet" }),
    }).look,
    "It says: Segment 12 is not available yet.",
  );
  const systems = ["ClearKey"];
  assert.match(explain(trouble("protection"), { systems, canDecrypt: false }).look, /https and on localhost/);
  assert.match(explain(trouble("protection"), { systems: ["PlayReady"] }).said, /\(PlayReady\).*ClearKey only/);
  assert.match(explain(trouble("protection"), { systems }).look, /licence server/);
  const said = [1, 2, 3, 4].map(mediaErrorWords);
  assert.equal(new Set(said).size, 4);
});

test("an answer that breaks off is not one that never came", () => {
  const url = "http://h/manifest.mpd";
  const said = (more: Partial<Answer>) => explain(trouble("unreachable", { url }), { answer: answer(more) }).said;
  assert.equal(
    said({ failed: "broken off", bytes: 2180, announced: 4361 }),
    "The server began to send the manifest (manifest.mpd), and the answer broke off after 2,180 of 4,361 bytes.",
  );
  assert.match(
    said({ failed: "broken off", announced: 4361 }),
    /broke off before all of its 4,361 bytes were there\.$/,
  );
  assert.match(said({ failed: "broken off", bytes: 12 }), /broke off after 12 bytes\.$/);
  assert.match(said({ failed: "broken off" }), /broke off before its end\.$/);
  assert.match(said({ failed: "unanswered", status: 0 }), /nobody answered/);
});

test("what is no MPD is called what it is", () => {
  const said = (type: string, begins: string) =>
    explain(trouble("manifest"), { manifest: answer({ type, begins }) }).said;
  assert.equal(said("text/html", "<!doctype html>"), "What stands at this address is an HTML page, not an MPD.");
  assert.match(said("application/octet-stream", "<HTML>"), /an HTML page/);
  assert.match(said("text/plain", "#EXTM3U\n#EXT-X"), /an HLS playlist/);
  assert.match(said("application/json", '{"streams":[]}'), /JSON/);
  assert.match(said("video/mp4", ""), /a file of video/);
  assert.match(said("text/xml", "<?xml version='1.0'?><SmoothStreamingMedia"), /a Smooth Streaming manifest/);
  assert.match(said("application/dash+xml", "<?xml version='1.0'?>\n<MPD xmlns="), /did not accept it/);
  assert.match(said("text/html", "<MPD>"), /did not accept it/);
});

test("damage that was asked for is not the file's", () => {
  const damaged = explain(trouble("media"), { fault: "video:corrupt" });
  assert.match(damaged.look, /asked for: the fault rule video:corrupt/);
  assert.doesNotMatch(damaged.look, /file/);
  assert.match(
    explain(trouble("unreachable"), { asked: "fault=video:drop" }).look,
    /may have been .* fault=video:drop/,
  );
  const refused = explain(trouble("refused", { status: 503 }), {
    answer: answer({ status: 503, detail: "the rule video:503" }),
    fault: "video:503",
  });
  assert.equal(refused.look, "It says: The rule video:503.");
});

test("encrypted video that no key system takes", () => {
  const known = { systems: ["ClearKey"], video: { codecs: ["avc1.f4000c"], decodes: true } };
  assert.match(explain(trouble("keysystem"), known).said, /no key system for it as it is/);
  assert.doesNotMatch(explain(trouble("keysystem"), known).look, /licence server/);
  assert.match(
    explain(trouble("unseen"), known).look,
    /no key system .* takes this codec \(avc1\.f4000c\) encrypted \(ClearKey\)/,
  );
  const hevc = { video: { codecs: ["hvc1.1.6.L93.B0"], decodes: false } };
  assert.match(explain(trouble("unseen"), hevc).look, /cannot decode it \(hvc1/);
});

test("the media element's errors mean the same in every player", () => {
  assert.equal(mediaErrorCause(3), "media");
  assert.equal(mediaErrorCause(4), "codec");
  assert.equal(mediaErrorCause(4, "CHUNK_DEMUXER_ERROR_APPEND_FAILED"), "media");
  assert.equal(mediaErrorCause(2), "unreachable");
  assert.equal(mediaErrorCause(1), "other");
});

test("nothing can be decoded only when nothing that is seen or heard can", () => {
  const hevc = { mime: "video/mp4", codecs: "hvc1" };
  const aac = { mime: "audio/mp4", codecs: "mp4a.40.2" };
  const text = { mime: "application/mp4", codecs: "wvtt" };
  const only = ({ codecs }: { codecs: string }) => codecs === "mp4a.40.2";
  assert.equal(undecodable([hevc, text], only), true);
  assert.equal(undecodable([hevc, aac], only), false);
  assert.equal(undecodable([text], only), false, "there is nothing that would have to be");
});

test("what cannot be decoded is named", () => {
  const media = [
    { mime: "video/mp4", codecs: "avc1.640028" },
    { mime: "audio/mp4", codecs: "mp4a.6B" },
    { mime: "audio/mp4", codecs: "ac-3" },
    { mime: "application/mp4", codecs: "wvtt" },
  ];
  const deaf = offers(media, ({ codecs }) => codecs.startsWith("avc1"));
  assert.equal(undecoded(deaf), "This browser cannot decode the sound (mp4a.6B, ac-3).");
  assert.equal(explain(trouble("codec"), deaf).said, undecoded(deaf));
  assert.equal(undecoded(offers(media, ({ codecs }) => codecs !== "mp4a.6B")), "");
  assert.match(undecoded(offers(media, () => false)), /the video \(avc1.640028\) and the sound \(/);
  assert.deepEqual(offers([]), {});
  assert.match(explain(trouble("codec"), {}).said, /any of the video or audio/);
});

test("titles of qualities and tracks", () => {
  assert.equal(qualityTitle(720, 1_450_000), "720p, 1.4 Mbit/s");
  assert.equal(qualityTitle(null, 64_000), "64 kbit/s");
  assert.equal(qualityTitle(undefined, 0), "unnamed quality");
  assert.equal(trackTitle("Director", "und", ["main", "commentary"]), "Director, commentary");
  assert.equal(trackTitle("", ""), "unnamed track");
  assert.match(trackTitle(null, "fr", ["main"]), /\(fr\)$/);
});
