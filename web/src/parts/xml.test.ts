import assert from "node:assert/strict";
import { test } from "node:test";
import { look, rootOf } from "./xml";

const mpd = (inside: string, more = "") =>
  `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"${more}>${inside}</MPD>`;

test("the root of what is well-formed", () => {
  assert.equal(rootOf(mpd("")), "MPD");
  assert.equal(rootOf(`\uFEFF${mpd("<Period id='1'/>")}\n`), "MPD");
  assert.equal(rootOf(mpd('<!-- <a> -->&amp;&#x41;<![CDATA[<b>&]]><?do it?><Périod a = "1>2"\n></Périod>')), "MPD");
  assert.equal(rootOf('<!DOCTYPE x SYSTEM "y"><d:MPD xmlns:d="u"><d:a xmlns:e="v" e:b="1"/></d:MPD>'), "MPD");
  assert.equal(rootOf("<SmoothStreamingMedia/>"), "SmoothStreamingMedia");
});

// Each of these has Chromium's DOMParser give an element with an inline style, of which the page's policy complains.
test("nothing else", () => {
  const bad = [
    "",
    "#EXTM3U",
    '{"a":1}',
    "<!doctype html><html><head><meta charset=utf-8></head></html>",
    "<html><head><link rel='x'></head></html>",
    mpd("<Period>"),
    mpd("</Period>"),
    mpd("<Period></period>"),
    mpd("<Period a=1/>"),
    mpd('<Period a="1" a="2"/>'),
    mpd('<Period a="1"b="2"/>'),
    mpd('<Period a="<"/>'),
    mpd("<BaseURL>?a=1&b=2</BaseURL>"),
    mpd('<Period id="&nbsp;"/>'),
    mpd("<cenc:pssh/>"),
    mpd("<Period cenc:a='1'/>"),
    mpd("a \u0001 b"),
    mpd("<!-- a -- b -->"),
    mpd("a < b"),
    `${mpd("")}<MPD/>`,
    `${mpd("")} more`,
    `more ${mpd("")}`,
    mpd("<Period/>").slice(0, 50),
  ];
  for (const text of bad) {
    assert.equal(rootOf(text), "", text);
  }
});

test("why it is not", () => {
  for (const [bad, why] of [
    ["", /empty/],
    ["  ", /empty/],
    ["no such thing", /begins with “no such thing”/],
    ["{}", /no manifest/],
    ["<!doctype html><html><br></html>", /no manifest/],
    ["<html><body>", /no manifest/],
    ['<MPD><Period id="1"', /ends in the middle, in line 1/],
    ["<MPD>\n<Period>", /<Period> is not closed/],
    ["<MPD>\n</Period></MPD>", /line 2 has <\/Period>/],
    ["<MPD a=1></MPD>", /line 1 has “<MPD a=1>/],
    ["<MPD/>\n<MPD/>", /line 2 has a second element/],
    ["<MPD>\n<a>x&y</a></MPD>", /line 2 has a “&”/],
    ["<MPD>\n\n<a:b/></MPD>", /line 3 has the prefix of a:b/],
    ["<!-- only -->", /holds all others/],
  ] as const) {
    const found = look(bad);
    assert.match("wrong" in found ? found.wrong : "nothing", why, bad);
  }
});
