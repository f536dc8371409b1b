import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { repeat } from "./repeat";

/** A page whose visibility the test decides. */
class FakePage extends EventTarget {
  hidden = false;
  show(is: boolean): void {
    this.hidden = !is;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** Lets what a timer started run to its next wait. */
async function settle(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await Promise.resolve();
  }
}

async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settle();
}

test("repeat keeps its pace, rests when nobody looks, and ends", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const page = new FakePage();
  let runs = 0;
  const stop = repeat(1000, async () => void runs++, page as unknown as Document);
  await pass(999);
  assert.equal(runs, 0);
  await pass(1);
  assert.equal(runs, 1);
  await pass(1000);
  assert.equal(runs, 2);
  page.show(false);
  await pass(5000);
  assert.equal(runs, 2, "hidden");
  page.show(true);
  await settle();
  assert.equal(runs, 3, "seen again");
  stop();
  await pass(5000);
  page.show(true);
  await settle();
  assert.equal(runs, 3, "stopped");
  mock.timers.reset();
});

test("repeat slows down after failures and recovers", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let runs = 0;
  let fails = true;
  const stop = repeat(
    100,
    async () => {
      runs++;
      if (fails) {
        throw new Error("nobody answers");
      }
    },
    new FakePage() as unknown as Document,
  );
  await pass(100);
  assert.equal(runs, 1);
  await pass(199);
  assert.equal(runs, 1, "twice as long after one failure");
  fails = false;
  await pass(1);
  assert.equal(runs, 2);
  await pass(100);
  assert.equal(runs, 3, "back to its pace");
  stop();
  mock.timers.reset();
});
