import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cause, Trouble } from "./player";
import { qualityTitle, trackTitle } from "./titles";
import { explain, mediaErrorWords } from "./words";

const trouble = (cause: Cause, more: Partial<Trouble> = {}): Trouble => ({ cause, fatal: true, code: "x 1", ...more });

test("every cause has a sentence and a hint", () => {
  const causes: Cause[] = ["unreachable", "refused", "manifest", "media", "codec", "protection", "stuck", "other"];
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
    explain(trouble("refused", { status: 404, url }), { detail: "segment 12 is not available yet" }).look,
    "It says: Segment 12 is not available yet.",
  );
  const systems = ["ClearKey"];
  assert.match(explain(trouble("protection"), { systems, canDecrypt: false }).look, /https and on localhost/);
  assert.match(explain(trouble("protection"), { systems: ["PlayReady"] }).said, /\(PlayReady\).*ClearKey only/);
  assert.match(explain(trouble("protection"), { systems }).look, /licence server/);
  const said = [1, 2, 3, 4].map(mediaErrorWords);
  assert.equal(new Set(said).size, 4);
});

test("titles of qualities and tracks", () => {
  assert.equal(qualityTitle(720, 1_450_000), "720p, 1.4 Mbit/s");
  assert.equal(qualityTitle(null, 64_000), "64 kbit/s");
  assert.equal(qualityTitle(undefined, 0), "unnamed quality");
  assert.equal(trackTitle("Director", "und", ["main", "commentary"]), "Director, commentary");
  assert.equal(trackTitle("", ""), "unnamed track");
  assert.match(trackTitle(null, "fr", ["main"]), /\(fr\)$/);
});
