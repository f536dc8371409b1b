import assert from "node:assert/strict";
import { test } from "node:test";
import { bitrate, clock, languageName } from "./format";

test("clock", () => {
  for (const [seconds, want] of [
    [0, "0:00"],
    [9.99, "0:09"],
    [59.999, "0:59"],
    [60, "1:00"],
    [3599, "59:59"],
    [3723, "1:02:03"],
    [-3, "0:00"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ] as const) {
    assert.equal(clock(seconds), want, `${seconds}`);
  }
});

test("bitrate", () => {
  for (const [bits, want] of [
    [0, "–"],
    [Number.NaN, "–"],
    [300, "1 kbit/s"],
    [187_400, "187 kbit/s"],
    [999_999, "1000 kbit/s"],
    [2_440_000, "2.4 Mbit/s"],
    [18_200_000, "18 Mbit/s"],
  ] as const) {
    assert.equal(bitrate(bits), want, `${bits}`);
  }
});

test("languageName", () => {
  assert.match(languageName("de"), /^\p{L}+ \(de\)$/u);
  for (const none of ["", "und", "zxx"]) {
    assert.equal(languageName(none), "no language");
  }
  for (const odd of ["not a tag", "qaa"]) {
    assert.equal(languageName(odd), odd);
  }
});
