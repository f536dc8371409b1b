import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../../api/client";
import { Clock } from "./clock";
import { compare, differences } from "./compare";
import { queryOf } from "./form";
import { changes, silence } from "./load";
import { duration, type Element } from "./mpd";
import { lasting } from "./picture";
import { between, layout, longest, stateAt } from "./segments";

function el(name: string, attributes: Record<string, string | number>, ...children: Element[]): Element {
  const pairs = Object.entries(attributes).map(([key, value]): [string, string] => [key, String(value)]);
  return { name, attributes: pairs, text: "", children };
}

test("the form's query has what is filled in, and the rule when it is added", () => {
  const fields: [string, string][] = [
    ["stream", "a film"],
    ["depth", " 60 "],
    ["spd", "  "],
    ["rule.target", "video"],
    ["rule.target", "audio"],
    ["rule", "add"],
  ];
  assert.equal(queryOf(fields.slice(0, 5), false), "stream=a+film&depth=60");
  assert.equal(queryOf(fields, true), "stream=a+film&depth=60&rule.target=video&rule.target=audio&rule=add");
});

test("what an answer that is an error says", () => {
  assert.deepEqual(problemOf("application/problem+json", '{"detail":"no stream","status":404}'), {
    detail: "no stream",
    status: 404,
  });
  assert.deepEqual(problemOf("text/plain; charset=utf-8", " synthetic 503\n"), { detail: "synthetic 503" });
  for (const [type, text] of [
    ["text/html", "<h1>Bad Request</h1>"],
    ["application/json", "{"],
    ["application/json", "null"],
    ["text/plain", " "],
    ["", "junk"],
  ] as const) {
    assert.deepEqual(problemOf(type, text), {}, text);
  }
  assert.match(silence("/dash/live/film/manifest.mpd?depth=60&fault=manifest:drop"), /fault that was asked for/);
  assert.equal(silence("/dash/live/film/manifest.mpd?depth=60"), "The server does not answer.");
});

test("notes of the server are about options, or speak for themselves", () => {
  assert.deepEqual(changes("timeline=1: segment 3 is off: by 2 s"), {
    values: [["timeline", "1"]],
    why: "segment 3 is off: by 2 s",
  });
  assert.deepEqual(changes("periods=0, ads=: x has Periods").values, [
    ["periods", "0"],
    ["ads", ""],
  ]);
  assert.deepEqual(changes("chunkdur: segments of v1").values, []);
  assert.deepEqual(changes("a=1 and so on: why"), { values: [], why: "a=1 and so on: why" });
});

test("lines of the same title are told apart", () => {
  const template = () => el("SegmentTemplate", { duration: 4, media: "$Number$" });
  const sound = (id: number, codecs: string) =>
    el("AdaptationSet", { id, contentType: "audio", codecs }, template(), el("Representation", { id: `a${id}` }));
  const titles = (...sets: Element[]) =>
    layout(el("MPD", { type: "static", mediaPresentationDuration: "PT8S" }, el("Period", {}, ...sets))).lines.map(
      (line) => `${line.title} ${line.detail}`.trim(),
    );
  assert.deepEqual(titles(sound(1, "mp4a.40.2"), sound(2, "ec-3")), ["audio AAC", "audio E-AC-3"]);
  assert.deepEqual(titles(sound(1, "mp4a.40.2"), sound(2, "mp4a.40.5"), sound(3, "x-own.1")), [
    "audio AAC id 1",
    "audio AAC id 2",
    "audio x-own.1",
  ]);
  assert.deepEqual(titles(sound(1, "ec-3")), ["audio"]);
});

test("durations", () => {
  for (const [text, want] of [
    ["PT0S", 0],
    ["PT4.018S", 4.018],
    ["PT1H2M3S", 3723],
    ["P1DT1S", 86401],
    ["-PT2S", -2],
    ["P1Y", undefined],
    ["4", undefined],
    [undefined, undefined],
  ] as const) {
    assert.equal(duration(text), want, text);
  }
});

const AST = 1_767_225_600; // 2026-01-01T00:00:00Z

function live(set: Element, attributes: Record<string, string> = {}): Element {
  const own = {
    type: "dynamic",
    availabilityStartTime: "2026-01-01T00:00:00Z",
    timeShiftBufferDepth: "PT30S",
    ...attributes,
  };
  return el("MPD", own, el("Period", { id: "p0", start: "PT0S" }, set));
}

test("lengths of time in a few characters", () => {
  assert.deepEqual([45, 90, 1800, 9000, 86_400, 28_080_000].map(lasting), [
    "45 s",
    "90 s",
    "30 min",
    "2.5 h",
    "24 h",
    "325 d",
  ]);
});

test("numbered segments of a live stream", () => {
  const template = el("SegmentTemplate", { timescale: 1000, duration: 4000, startNumber: 7, media: "$Number$.m4s" });
  const all = layout(live(el("AdaptationSet", { contentType: "video" }, template, el("Representation", { id: "v" }))));
  assert.equal(longest(all), 4);
  const [line] = all.lines;
  assert.ok(line);
  const now = AST + 100.5;
  const near = between(line, now - 6, now + 6);
  assert.deepEqual(
    near.map((s) => [s.number, s.start - AST, stateAt(all, s, now)]),
    [
      [30, 92, "there"],
      [31, 96, "there"],
      [32, 100, "coming"],
      [33, 104, "later"],
    ],
  );
  const old = between(line, AST + 64, AST + 72).map((s) => [s.number, stateAt(all, s, now)]);
  assert.deepEqual(old, [
    [23, "over"],
    [24, "there"],
  ]);
});

test("an offset makes segments available before they are complete", () => {
  const template = el("SegmentTemplate", { duration: 4, availabilityTimeOffset: 3.5, media: "$Number$" });
  const all = layout(live(el("AdaptationSet", { mimeType: "audio/mp4", lang: "sv" }, template)));
  const [line] = all.lines;
  assert.ok(line);
  assert.equal(line.title, "audio sv");
  const states = (at: number) => between(line, AST + 8, AST + 12).map((s) => stateAt(all, s, AST + at));
  assert.deepEqual(states(8.4), ["coming"]);
  assert.deepEqual(states(8.5), ["there"]);
});

test("a SegmentTimeline with repetitions, an offset and what is to be expected after it", () => {
  const s = [el("S", { t: 90_000_000, d: 180_000, r: 2 }), el("S", { d: 90_000 })];
  const template = el(
    "SegmentTemplate",
    { timescale: 90_000, presentationTimeOffset: 89_100_000, media: "$Time$.m4s" },
    el("SegmentTimeline", {}, ...s),
  );
  const all = layout(live(el("AdaptationSet", { contentType: "video" }, el("Representation", {}, template))));
  const [line] = all.lines;
  assert.ok(line);
  const found = between(line, AST, AST + 19.5);
  assert.deepEqual(
    found.map((each) => [each.start - AST, each.end - each.start, each.announced, each.number]),
    [
      [10, 2, true, undefined],
      [12, 2, true, undefined],
      [14, 2, true, undefined],
      [16, 1, true, undefined],
      [17, 1, false, undefined],
      [18, 1, false, undefined],
      [19, 1, false, undefined],
    ],
  );
  const expected = found[4];
  assert.ok(expected);
  assert.equal(stateAt(all, expected, AST + 18.5), "coming", "not announced: not there");
});

test("a negative repetition goes on to the end of the Period, on demand", () => {
  const template = el(
    "SegmentTemplate",
    { media: "$Number$" },
    el("SegmentTimeline", {}, el("S", { t: 0, d: 4, r: -1 })),
  );
  const mpd = el(
    "MPD",
    { type: "static", mediaPresentationDuration: "PT25S" },
    el("Period", { duration: "PT10S" }, el("AdaptationSet", { id: 1, contentType: "video" }, template)),
    el("Period", {}, el("AdaptationSet", { id: 1, contentType: "video" }, template)),
  );
  const all = layout(mpd);
  assert.deepEqual(all.periods, [0, 10]);
  assert.equal(all.lines.length, 1, "one line over both Periods");
  const starts = all.lines.map((line) => between(line, 0, 25).map((s) => s.start));
  assert.deepEqual(starts, [[0, 4, 8, 10, 14, 18, 22]]);
});

test("a file without segments is one bar, and a list as long as it is", () => {
  const file = el(
    "AdaptationSet",
    { contentType: "video" },
    el("Representation", {}, el("BaseURL", {}), el("SegmentBase", {})),
  );
  const list = el(
    "AdaptationSet",
    { contentType: "audio" },
    el("SegmentList", { duration: 2 }, el("SegmentURL", {}), el("SegmentURL", {}), el("SegmentURL", {})),
  );
  const all = layout(el("MPD", { mediaPresentationDuration: "PT9S" }, el("Period", {}, file, list)));
  assert.deepEqual(
    all.lines.map((line) => between(line, 0, 9).map((s) => [s.start, s.end, s.file])),
    [
      [[0, 9, true]],
      [
        [0, 2, false],
        [2, 4, false],
        [4, 6, false],
      ],
    ],
  );
});

test("comparing finds what is new, gone and changed, and keeps to what is the same element", () => {
  const set = (id: number, ...children: Element[]) => el("AdaptationSet", { id }, ...children);
  const before = el(
    "MPD",
    { type: "dynamic", old: "x", same: 1 },
    set(1),
    set(2, el("Role", { schemeIdUri: "r", value: "main" })),
  );
  const after = el(
    "MPD",
    { type: "static", same: 1, fresh: "y" },
    set(2, el("Role", { schemeIdUri: "r", value: "dub" })),
    set(3),
  );
  const tree = compare(after, before);
  assert.deepEqual(
    tree.attributes.map((a) => [a.name, a.state, a.value, a.was]),
    [
      ["type", "changed", "static", "dynamic"],
      ["same", "same", "1", "1"],
      ["fresh", "new", "y", ""],
      ["old", "gone", "x", "x"],
    ],
  );
  assert.deepEqual(
    tree.children.map((c) => [c.attributes[0]?.value, c.state, c.differs]),
    [
      ["1", "gone", true],
      ["2", "same", true],
      ["3", "new", true],
    ],
  );
  assert.equal(differences(tree), 6);
  assert.equal(differences(compare(after, after)), 0);
  assert.equal(differences(compare(after, undefined)), 0);
});

test("an element that got another id is still that element", () => {
  const period = (id: string) => el("MPD", {}, el("Period", { id }, el("AdaptationSet", { id: 1, lang: "sv" })));
  const tree = compare(period("b"), period("a"));
  assert.deepEqual(
    tree.children.map((c) => [c.state, c.attributes[0]?.was]),
    [["same", "a"]],
  );
  assert.equal(differences(tree), 1);
});

test("a clock goes, or stands still", () => {
  const at = Date.now();
  const clock = new Clock();
  clock.take({ time: at - 30_000, at });
  assert.ok(clock.odd, "so far behind that it is worth a second look");
  assert.ok(Math.abs(clock.now() - (at / 1000 - 30)) < 1);
  clock.take({ time: at - 28_500, at: at + 1500 });
  assert.ok(Math.abs(clock.now() - (at / 1000 - 30)) < 1, "it goes");
  const frozen = new Clock();
  frozen.take({ time: 1000, at });
  frozen.take({ time: 1000, at: at + 500 });
  assert.ok(frozen.odd, "too soon to tell");
  frozen.take({ time: 1000, at: at + 1500 });
  assert.equal(frozen.now(), 1);
  assert.ok(!frozen.odd);
  frozen.reset();
  frozen.take({ time: at, at });
  assert.ok(!frozen.odd);
});

test("very long lists are compared by their places, quickly", () => {
  const list = (n: number) =>
    el("SegmentTimeline", {}, ...Array.from({ length: n }, (_, i) => el("S", { d: i === 5 ? n : 1 })));
  const began = performance.now();
  const tree = compare(list(20_000), list(19_999));
  assert.equal(differences(tree), 2);
  assert.ok(performance.now() - began < 2000);
});
