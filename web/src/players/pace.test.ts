import assert from "node:assert/strict";
import { test } from "node:test";
import { rateFor } from "./pace";

const allowed = { slowest: 0.96, fastest: 1.04 };

test("the rate follows the latency, and does not hunt", () => {
  const cases: [late: number, rate: number, want: number][] = [
    [2, 1, 1.04],
    [0.2, 1.04, 1.04],
    [0, 1.04, 1],
    [0.2, 1, 1],
    [-0.2, 1, 1],
    [-1, 1, 0.96],
    [-0.1, 0.96, 0.96],
    [0.1, 0.96, 1],
    [Number.NaN, 1.04, 1],
  ];
  for (const [late, rate, want] of cases) {
    assert.equal(rateFor(late, rate, allowed), want, `${late} s late at ${rate}`);
  }
});

test("a picture that starts late is in time in the end", () => {
  let late = 2;
  let rate = 1;
  for (let n = 0; n < 200; n++) {
    rate = rateFor(late, rate, allowed);
    late -= (rate - 1) * 0.5;
  }
  assert.ok(Math.abs(late) < 0.05, `${late} s`);
  assert.equal(rate, 1);
});
