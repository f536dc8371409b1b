import assert from "node:assert/strict";
import { test } from "node:test";
import { empty, seconds } from "../../players/manifest";
import { blame, rulesIn } from "./blame";
import { keysOf, playerURL } from "./choosers";
import { due, tagOf, textOf } from "./events";
import { History, marks } from "./history";
import { type Action, actionOf, shortcuts } from "./keys";
import { ahead } from "./lane";
import { asPage } from "./page";
import { startOf } from "./play";
import { report } from "./report";
import { failed, matches, size } from "./requests";
import { settled } from "./stage";
import { callerIn, detailOf, kindOf, type Request } from "./tap";
import { PATIENCE, Watchdog } from "./watchdog";

function ranges(...pairs: [number, number][]): TimeRanges {
  return { length: pairs.length, start: (n) => pairs[n]?.[0] ?? 0, end: (n) => pairs[n]?.[1] ?? 0 };
}

function request(more: Partial<Request>): Request {
  return {
    who: "shaka",
    method: "GET",
    url: "http://h/v1/7.m4s",
    kind: "segment",
    at: 1500,
    first: 3,
    ms: 12,
    status: 200,
    bytes: 1234,
    failed: "",
    head: true,
    detail: "",
    announced: 0,
    type: "",
    begins: "",
    fault: "",
    ...more,
  };
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

test("the address names players", () => {
  assert.deepEqual(keysOf(null), ["dashjs"]);
  assert.deepEqual(keysOf("rxplayer"), ["rxplayer"]);
  assert.deepEqual(keysOf("nonsense"), ["dashjs"]);
  assert.deepEqual(keysOf("shaka,nonsense,dashjs,shaka"), ["shaka", "dashjs"]);
  assert.deepEqual(keysOf("all"), ["dashjs", "shaka", "rxplayer"]);
});

test("another player keeps the rest of the address", () => {
  assert.equal(playerURL("http://h/play/a?player=shaka&t=3#x", "rxplayer"), "http://h/play/a?player=rxplayer&t=3#x");
  assert.equal(playerURL("http://h/play?url=%2Fdash%2Fa", "all"), "http://h/play?url=%2Fdash%2Fa&player=all");
});

test("t= is where to start", () => {
  assert.equal(startOf("?t=12.5"), 12.5);
  assert.equal(startOf("?t=-3"), 0);
  assert.equal(startOf("?t=soon"), 0);
  assert.equal(startOf(""), 0);
});

test("what the page reads is no try of a player", () => {
  assert.equal(
    asPage("http://h/m.mpd?fault=manifest:503@try=1"),
    "http://h/m.mpd?fault=manifest%3A503%40try%3D1&session=page",
  );
  assert.equal(asPage("http://h/m.mpd?mup=2"), "http://h/m.mpd?mup=2");
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

test("a player that has given up holds nobody back", async () => {
  const ends: Record<string, () => void> = {};
  const lane = (readyState: number, stopped = false) => ({
    video: {
      readyState,
      addEventListener: (name: string, then: () => void) => (ends[name] = then),
    } as unknown as HTMLVideoElement,
    session: { stopped, onStopped: (): void => undefined },
  });
  await settled(lane(4), Promise.resolve());
  await settled(lane(0, true), Promise.resolve());
  const late = lane(0);
  const given = settled(late, Promise.resolve());
  late.session.onStopped();
  await given;
  const slow = settled(lane(0), Promise.resolve());
  await new Promise((resolve) => setTimeout(resolve));
  ends.canplay?.();
  await slow;
});

test("a fault is blamed where an answer says so, or where there was none to say it", () => {
  const url = "http://h/dash/vod/a/manifest.mpd?fault=video:corrupt&timeline=1";
  const hurt = request({ fault: "video:corrupt" });
  assert.deepEqual(blame("media", url, undefined, [hurt, hurt]), { fault: "video:corrupt" });
  assert.deepEqual(blame("manifest", url, undefined, [hurt]), {}, "the manifest was left alone");
  assert.deepEqual(blame("codec", url, undefined, [hurt]), {}, "no fault takes a codec away");
  assert.deepEqual(blame("unreachable", url, hurt, []), { fault: "video:corrupt" });
  assert.deepEqual(blame("unreachable", url, request({ failed: "broken off" }), []), {});
  assert.deepEqual(blame("unreachable", url, request({ failed: "unanswered", status: 0, head: false }), []), {
    asked: "fault=video:corrupt",
  });
  assert.deepEqual(blame("unreachable", url, request({ failed: "broken off", head: false }), []), {
    asked: "fault=video:corrupt",
  });
  assert.deepEqual(blame("stuck", "http://h/m.mpd?timeline=1", undefined, []), {});
  assert.equal(rulesIn("http://h/m.mpd?verr=404=2&depth=3"), "verr=404=2");
});

test("marks of an axis reach the highest value, in round steps", () => {
  assert.deepEqual(marks(12), [0, 5, 10, 15]);
  assert.deepEqual(marks(3), [0, 1, 2, 3]);
  assert.deepEqual(marks(2_400_000), [0, 1_000_000, 2_000_000, 3_000_000]);
  for (const high of [0, 0.001, 0.7, 1, 9.99, 10, 10.01, 4711, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
    const all = marks(high);
    assert.equal(all[0], 0);
    assert.ok(all.length >= 2 && all.length <= 6, `${high}: ${all}`);
    assert.ok(!Number.isFinite(high) || (all[all.length - 1] as number) >= high, `${high}: ${all}`);
  }
});

test("history sums a measure up, and forgets", () => {
  const history = new History();
  for (let n = 0; n < 1500; n++) {
    history.add({
      at: n,
      buffer: n % 10,
      bitrate: n < 1400 ? Number.NaN : 5,
      latency: Number.NaN,
      throughput: 1,
      dropped: 0,
    });
  }
  assert.equal(history.samples.length, 1200);
  assert.deepEqual(history.range("buffer", 1490), { last: 9, low: 0, high: 9, mean: 4.5 });
  assert.deepEqual(history.range("bitrate"), { last: 5, low: 5, high: 5, mean: 5 });
  assert.equal(history.range("latency"), undefined);
});

test("the stack says which player asked", () => {
  const keys = ["dashjs", "shaka", "rxplayer"];
  const of = (...frames: string[]) => callerIn(["Error", ...frames].join("\n"), keys);
  const main = "    at XMLHttpRequest.send (http://h/assets/main-ABCDEFGH.js:1:2)";
  assert.equal(of(main, "    at a.load (http://h/assets/shaka-AB12CD34.js:3:4)"), "shaka");
  assert.equal(
    of("send@http://h/assets/main-ABCDEFGH.js:1:2", "load@http://h/assets/rxplayer-AB12CD34.js:3:4"),
    "rxplayer",
  );
  assert.equal(of(main, "    at http://h/play/shaka?player=dashjs:1:1"), "page");
});

test("kinds of requests", () => {
  const cases: [string, string, string, Request["kind"]][] = [
    ["GET", "http://h/a/manifest.mpd?x=1", "", "manifest"],
    ["GET", "http://h/a/patch", "application/dash-patch+xml", "manifest"],
    ["GET", "http://h/a/v1/7.m4s", "", "segment"],
    ["GET", "http://h/a/v1/7", "video/mp4", "segment"],
    ["POST", "http://h/clearkey", "application/json", "licence"],
    ["HEAD", "http://h/time/head", "", "clock"],
    ["GET", "http://h/time/iso", "text/plain", "clock"],
    ["GET", "http://h/steering.json", "application/json", "other"],
  ];
  for (const [method, url, type, want] of cases) {
    assert.equal(kindOf(method, url, type), want, url);
  }
});

test("what an error says is taken from its body", () => {
  assert.equal(
    detailOf('{"title":"Not Found","detail":"there is no\\nsegment 7"}', "application/problem+json"),
    "there is no segment 7",
  );
  assert.equal(detailOf('{"title":"Gone"}', "application/json; charset=utf-8"), "Gone");
  assert.equal(detailOf("<html>", "text/html"), "");
  assert.equal(detailOf("{", "application/json"), "");
  assert.equal(detailOf("no\n", "text/plain"), "no");
  assert.equal(detailOf("x".repeat(1000), "text/plain").length, 300);
});

test("requests are found by word and kind", () => {
  const missing = request({ status: 404, detail: "not there yet" });
  assert.ok(failed(missing) && !failed(request({})) && !failed(request({ failed: "aborted", status: 0 })));
  assert.ok(matches(missing, "404 SHAKA yet", ""));
  assert.ok(matches(missing, "", "failed") && matches(missing, "", "segment"));
  assert.ok(
    !matches(missing, "rxplayer", "") && !matches(missing, "", "manifest") && !matches(request({}), "", "failed"),
  );
  assert.deepEqual([size(812), size(24_340), size(1_234_000)], ["812 B", "24.3 kB", "1.2 MB"]);
});

test("the data of events is text where it is text", () => {
  const tag = "SUQzBAAAAAAAGFRYWFgAAAAOAAADdGl0bGUAZXZlbnQgMw==";
  const said = { summary: "TXXX title: event 3", fields: [] };
  assert.deepEqual(tagOf(tag), said);
  assert.deepEqual(tagOf(Uint8Array.from(atob(tag), (each) => each.charCodeAt(0))), said);
  assert.equal(tagOf("SUQz, it begins"), undefined);
  assert.equal(tagOf(new Uint8Array([1, 2, 3])), undefined);
  assert.equal(textOf(new TextEncoder().encode("ping")), "ping");
  assert.equal(textOf(new Uint8Array([0xfc, 0x30, 0x00])), "fc 30 00");
  assert.equal(textOf("  <a/> "), "<a/>");
});

test("when an event is due", () => {
  assert.equal(due(12.3456, 0), "12.35 s");
  assert.equal(due(61.5, Date.UTC(2026, 0, 1)), "00:01:01.50 UTC");
  assert.equal(due(Number.NaN, 5), "–");
});

test("durations of manifests", () => {
  const cases: [string | null, number][] = [
    ["PT3.5S", 3.5],
    ["PT1H2M3S", 3723],
    ["P1DT1S", 86401],
    ["PT0S", 0],
    ["3", 0],
    [null, 0],
  ];
  for (const [text, want] of cases) {
    assert.equal(seconds(text), want, String(text));
  }
});

test("a bug report has what somebody asks for who looks into it", () => {
  const text = report({
    time: "2026-11-21T03:00:00.000Z",
    page: "http://h/play?url=x",
    manifest: "http://h/x.mpd",
    server: "dashwright 1",
    browser: "Chromium",
    facts: { ...empty(), known: true, live: true, lowLatency: true, target: 3.5, systems: ["ClearKey"] },
    players: [{ name: "shaka-player 5", numbers: [["State", "Stopped"]] }],
    messages: [
      {
        at: 2500,
        player: "shaka-player",
        trouble: { cause: "refused", fatal: true, code: "shaka 1001", url: "http://h/v1/7.m4s", status: 404 },
        words: { said: "The server answered 404.", look: "" },
      },
    ],
    requests: [...Array.from({ length: 30 }, () => request({})), request({ status: 404, detail: "not yet" })],
  });
  for (const want of [
    "Manifest  http://h/x.mpd",
    "live, low latency, target 3.5 s, encrypted: ClearKey",
    "shaka-player 5\n  State: Stopped",
    "2.50 s | shaka-player | fatal | The server answered 404. | shaka 1001 | http://h/v1/7.m4s",
    "Requests that failed: 1\n  1.50 s | shaka | segment | 404 | 1.2 kB | 12 ms | http://h/v1/7.m4s | not yet",
    "the last 20 of 31",
  ]) {
    assert.ok(text.includes(want), `${want}\nis not in\n${text}`);
  }
});
