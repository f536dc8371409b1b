import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, bytes, highest, stepsOf, thousands, zoomed } from "./numbers";
import { rowsURL, seconds } from "./rows";
import { changed, keptIn, stateOf } from "./state";

test("times as people write them", () => {
  for (const [text, want] of [
    ["90", 90],
    [" 1:30 ", 90],
    ["1:02:03.5", 3723.5],
    ["2,5", 2.5],
  ] as const) {
    assert.equal(seconds(text), want);
  }
  assert.ok(Number.isNaN(seconds("soon")));
});

test("the table's address holds what is not the default", () => {
  const form = (from: string) => Object.entries({ show: "gops", track: "v1", from });
  assert.equal(rowsURL("/streams/x", form("0")), "/streams/x?show=gops&track=v1#rows");
  assert.equal(rowsURL("/streams/x", form("soon")), "/streams/x?show=gops&track=v1#rows");
  assert.equal(rowsURL("/streams/x", form("1:30")), "/streams/x?show=gops&track=v1&from=90#rows");
});

test("counts and sizes as people write them", () => {
  assert.deepEqual([0, 999, 1000, 36000, 1234567].map(thousands), ["0", "999", "1,000", "36,000", "1,234,567"]);
  assert.deepEqual([0, 999, 1000, 12_500, 81_755, 999_400, 999_600, 2_400_000].map(bytes), [
    "0 B",
    "999 B",
    "1 kB",
    "12.5 kB",
    "81.8 kB",
    "999 kB",
    "1 MB",
    "2.4 MB",
  ]);
});

test("steps last until their end", () => {
  const steps = stepsOf([
    { start: 0, duration: 4, value: 10 },
    { start: 4, duration: 2, value: 20 },
  ]);
  assert.deepEqual(steps, [
    [0, 4, 6],
    [10, 20, 20],
  ]);
});

test("the highest value of a range may have begun before it", () => {
  const steps = [
    { start: 0, duration: 4, value: 30 },
    { start: 4, duration: 4, value: 10 },
    { start: 8, duration: 4, value: 20 },
  ];
  assert.equal(highest(steps, { from: 3, to: 5 }), 30);
  assert.equal(highest(steps, { from: 4, to: 8 }), 10);
  assert.equal(highest(steps, { from: 5, to: 8.1 }), 20);
  assert.equal(highest(steps, { from: 12, to: 13 }), 0);
});

test("bars stand where frames are shown, by type", () => {
  const frame = (time: number, type: "sync" | "forward" | "reordered", bytes: number) => ({
    number: 0,
    time,
    decode: time,
    duration: 1,
    bytes,
    type,
  });
  const bars = barsOf([frame(0, "sync", 9), frame(2, "forward", 5), frame(1, "reordered", 1)]);
  assert.deepEqual(bars, [
    [0, 1, 2],
    [9, null, null],
    [null, null, 5],
    [null, 1, null],
  ]);
});

test("zooming stays within the stream", () => {
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 0.5, 100), { from: 25, to: 75 });
  assert.deepEqual(zoomed({ from: 25, to: 75 }, 4, 100), { from: 0, to: 100 });
  assert.deepEqual(zoomed({ from: 80, to: 100 }, 1, 100, 1), { from: 80, to: 100 });
  assert.deepEqual(zoomed({ from: 0, to: 20 }, 1, 100, -1), { from: 0, to: 20 });
  assert.deepEqual(zoomed({ from: 20, to: 40 }, 1, 100, 0.5), { from: 30, to: 50 });
  const least = zoomed({ from: 10, to: 10.2 }, 0.1, 100);
  assert.ok(Math.abs(least.to - least.from - 0.2) < 1e-9);
});

test("the address keeps what the plots show", () => {
  const page = "http://h/streams/film?show=gops&track=v1#rows";
  const chosen = changed(page, { ticked: ["v1", "a/2"], range: { from: 12.34567, to: 60 }, group: "v1" });
  assert.equal(chosen, "http://h/streams/film?show=gops&track=v1&plot=v1&plot=a%2F2&group=v1&zoom=12.346-60#rows");
  assert.deepEqual(stateOf(new URL(chosen).search, 3600), {
    ticked: ["v1", "a/2"],
    range: { from: 12.346, to: 60 },
    group: "v1",
  });
  const none = changed(chosen, { ticked: [], range: undefined, group: undefined });
  assert.deepEqual(stateOf(new URL(none).search, 3600), { ticked: [] });
  assert.equal(changed(none, { ticked: undefined }), page);
  assert.deepEqual(stateOf("?zoom=50-90", 60), { range: { from: 50, to: 60 } });
  for (const bad of ["?zoom=60-12", "?zoom=70-80", "?zoom=-1-5", "?zoom=a-b", "?zoom="]) {
    assert.deepEqual(stateOf(bad, 60), {}, bad);
  }
  assert.equal(
    keptIn("/streams/film?show=frames&from=20#rows", chosen),
    "http://h/streams/film?show=frames&from=20&plot=v1&plot=a%2F2&group=v1&zoom=12.346-60#rows",
  );
});
