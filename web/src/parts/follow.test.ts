import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { follow, type Source } from "./follow";

/** A page whose visibility the test decides. */
class FakePage extends EventTarget {
  hidden = false;
  show(is: boolean): void {
    this.hidden = !is;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** A connection whose other end is the test. */
class FakeSource extends EventTarget {
  readyState = 1;
  close(): void {
    this.readyState = 2;
  }
  says(version: string): void {
    this.dispatchEvent(Object.assign(new Event("streams"), { data: JSON.stringify({ version }) }));
  }
  beats(): void {
    this.dispatchEvent(new Event("beat"));
  }
  fails(closed: boolean): void {
    this.readyState = closed ? 2 : 0;
    this.dispatchEvent(new Event("error"));
  }
}

async function settle(): Promise<void> {
  for (let n = 0; n < 10; n++) {
    await Promise.resolve();
  }
}

async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settle();
}

function setUp() {
  const page = new FakePage();
  const sources: FakeSource[] = [];
  const state = { shown: "a", runs: 0, lost: false, refresh: async () => undefined as unknown };
  const stop = follow({
    url: "/events",
    shown: () => state.shown,
    refresh: async () => {
      state.runs++;
      await state.refresh();
    },
    lost: (is) => {
      state.lost = is;
    },
    page: page as unknown as Document,
    open: () => {
      const source = new FakeSource();
      sources.push(source);
      return source as unknown as Source;
    },
  });
  const last = () => sources[sources.length - 1] as FakeSource;
  return { page, sources, state, stop, last };
}

beforeEach(() => mock.timers.reset());

test("what the page shows already is not fetched again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { state, last, stop } = setUp();
  last().says("a");
  await settle();
  assert.equal(state.runs, 0);
  last().says("b");
  await settle();
  assert.equal(state.runs, 1);
  stop();
});

test("changes during a fetch are one more fetch", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { state, last, stop } = setUp();
  let answer: () => void = () => undefined;
  state.refresh = () => new Promise<void>((resolve) => (answer = resolve));
  for (const version of ["b", "c", "d", "e"]) {
    last().says(version);
    await settle();
  }
  assert.equal(state.runs, 1);
  state.shown = "b";
  answer();
  await settle();
  assert.equal(state.runs, 2);
  state.shown = "f"; // The page was newer than the last event.
  answer();
  await settle();
  assert.equal(state.runs, 2);
  last().says("f");
  await settle();
  assert.equal(state.runs, 2, "nothing new");
  stop();
});

test("a page that nobody looks at holds no connection, and catches up", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { page, sources, state, last, stop } = setUp();
  last().says("a");
  page.show(false);
  assert.equal(last().readyState, 2);
  await pass(600_000);
  assert.equal(sources.length, 1);
  page.show(true);
  assert.equal(sources.length, 2);
  last().says("b");
  await settle();
  assert.equal(state.runs, 1);
  stop();
  assert.equal(last().readyState, 2);
});

test("a line that is silent is dead; one that never speaks is refreshed by hand", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { sources, state, last, stop } = setUp();
  await pass(6000);
  assert.equal(sources.length, 2);
  assert.equal(state.runs, 1);
  last().says("a");
  await pass(30_000);
  last().beats();
  await pass(30_000);
  assert.equal(sources.length, 2, "it beats");
  await pass(10_000);
  assert.equal(sources.length, 3, "it was silent for 40 s");
  assert.equal(state.runs, 1);
  stop();
});

test("the visitor is told when the server has gone, not when it hiccups", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { sources, state, last, stop } = setUp();
  last().says("a");
  last().fails(false);
  await pass(1000);
  last().says("a");
  await pass(1000);
  assert.equal(state.lost, false);
  last().fails(true);
  await pass(1500);
  assert.equal(state.lost, true);
  await pass(1500);
  assert.equal(sources.length, 2, "it is tried again");
  last().says("a");
  assert.equal(state.lost, false);
  stop();
});

test("a fetch that fails is tried again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { state, last, stop } = setUp();
  state.refresh = () => Promise.reject(new Error("nobody answers"));
  last().says("b");
  await settle();
  assert.equal(state.runs, 1);
  state.refresh = async () => undefined;
  await pass(3000);
  assert.equal(state.runs, 2);
  stop();
});
