import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, actionOf, shortcuts } from "./keys";
import { ahead } from "./panel";
import { playerURL } from "./play";
import { PATIENCE, Watchdog } from "./watchdog";

function ranges(...pairs: [number, number][]): TimeRanges {
  return { length: pairs.length, start: (n) => pairs[n]?.[0] ?? 0, end: (n) => pairs[n]?.[1] ?? 0 };
}

test("ahead counts only what can be played without a gap", () => {
  assert.equal(ahead(ranges([0, 10]), 4), 6);
  assert.equal(ahead(ranges([0, 10], [12, 20]), 4), 6);
  assert.equal(ahead(ranges([0, 10], [12, 20]), 15), 5);
  assert.equal(ahead(ranges([0, 10], [12, 20]), 11), 0);
  assert.equal(ahead(ranges([0.04, 8]), 0), 8, "the first frame may start late");
  assert.equal(ahead(ranges(), 0), 0);
});

test("keys", () => {
  const cases: [string, Action | undefined][] = [
    [" ", "toggle"],
    ["k", "toggle"],
    ["K", "toggle"],
    ["j", { seek: -10 }],
    ["L", { seek: 10 }],
    ["0", { share: 0 }],
    ["7", { share: 0.7 }],
    ["MediaPlayPause", "toggle"],
    ["MediaStop", "pause"],
    ["ArrowLeft", undefined],
    ["Tab", undefined],
    ["Enter", undefined],
  ];
  for (const [key, want] of cases) {
    assert.deepEqual(actionOf(key), want, key);
  }
});

test("every key that the page names does something", () => {
  for (const { keys } of shortcuts()) {
    for (const key of keys) {
      assert.notEqual(actionOf(key === "Space" ? " " : key), undefined, key);
    }
  }
});

test("another player keeps the rest of the address", () => {
  assert.equal(playerURL("http://h/play/a?player=shaka&t=3#x", "rxplayer"), "http://h/play/a?player=rxplayer&t=3#x");
  assert.equal(playerURL("http://h/play/a", "shaka"), "http://h/play/a?player=shaka");
});

test("the watchdog barks only when nothing at all happens", () => {
  const dog = new Watchdog();
  const at = (now: number, time: number, end: number, wanted = true) => dog.stuck(now, { wanted, time, end });
  assert.equal(at(0, 0, 0), false);
  assert.equal(at(PATIENCE - 1, 0, 0), false);
  assert.equal(at(PATIENCE, 0, 0), true);
  assert.equal(at(PATIENCE + 1, 0, 4), false, "data came");
  assert.equal(at(2 * PATIENCE, 3, 4), false, "time passed");
  assert.equal(at(3 * PATIENCE, 3.8, 4), true, "a nudge is not playing");
  assert.equal(at(4 * PATIENCE, 3, 4, false), false, "paused");
  assert.equal(at(4 * PATIENCE + 1, 3, 4), false, "the clock starts when it plays again");
  assert.equal(at(5 * PATIENCE + 1, 3, 4), true);
});
