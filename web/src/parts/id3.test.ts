import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeID3, isID3 } from "./id3";

const hex = (text: string) =>
  Uint8Array.from(text.replace(/\s/g, "").match(/../g) ?? [], (each) => Number.parseInt(each, 16));
const ascii = (text: string) => Array.from(text, (each) => each.charCodeAt(0).toString(16).padStart(2, "0")).join("");

/** A tag with frames, by the structure of id3.org; the sizes here are below 128, and so the same in 2.3 and 2.4. */
function tag(version: number, ...frames: [id: string, body: string][]): Uint8Array {
  const size = (n: number) => n.toString(16).padStart(8, "0");
  const all = frames.map(([id, body]) => `${ascii(id)}${size(hex(body).length)}0000${body}`).join("");
  return hex(`${ascii("ID3")}0${version}0000${size(hex(all).length)}${all}`);
}

test("texts, in every way that they are written", () => {
  assert.deepEqual(decodeID3(tag(4, ["TXXX", `03${ascii("title")}00${ascii("event 7")}`])), [
    { id: "TXXX", about: "title", text: "event 7" },
  ]);
  assert.deepEqual(
    decodeID3(
      tag(
        3,
        ["TIT2", `00${ascii("Caf")}e900`],
        ["TPE1", "01fffe5a00fc000000"],
        ["TALB", "02005a00fc"],
        ["TXXX", "01fffe61000000fffe62000000"],
        ["TCON", `03${ascii("Rock")}00${ascii("Pop")}`],
      ),
    ).map(({ id, about, text }) => [id, about, text]),
    [
      ["TIT2", "", "Café"],
      ["TPE1", "", "Zü"],
      ["TALB", "", "Zü"],
      ["TXXX", "a", "b"],
      ["TCON", "", "Rock, Pop"],
    ],
  );
});

test("what is no text", () => {
  const frames = decodeID3(
    tag(
      4,
      ["PRIV", `${ascii("com.apple.streaming.transportStreamTimestamp")}000000000000001234`],
      ["WXXX", `03${ascii("shop")}00${ascii("http://h/")}`],
      ["WOAR", ascii("http://i/")],
      ["APIC", "0001020304"],
    ),
  );
  assert.deepEqual(
    frames.map(({ id, about, text }) => `${id} ${about} ${text}`),
    [
      "PRIV com.apple.streaming.transportStreamTimestamp 8 bytes",
      "WXXX shop http://h/",
      "WOAR  http://i/",
      "APIC  5 bytes",
    ],
  );
});

// What FFmpeg 5.1 writes: -metadata title="Zürich 3" -metadata mine="now playing" -id3v2_version 3, and 4; with its padding.
test("tags of another writer", () => {
  const tags = [
    "494433030000000000455449543200000015000001fffe5a00fc0072006900630068002000330000" +
      "0054585858000000120000006d696e65006e6f7720706c6179696e670000000000000000000000",
    "4944330400000000003b544954320000000b0000035ac3bc72696368203300545858580000001200" +
      "00036d696e65006e6f7720706c6179696e670000000000000000000000",
  ];
  for (const each of tags) {
    assert.deepEqual(decodeID3(hex(each)), [
      { id: "TIT2", about: "", text: "Zürich 3" },
      { id: "TXXX", about: "mine", text: "now playing" },
    ]);
  }
});

test("damage is an error, never a wrong text", () => {
  const good = tag(4, ["TIT2", "0341"]);
  for (let length = 0; length < good.length; length++) {
    assert.throws(() => decodeID3(good.subarray(0, length)), Error, `${length} bytes`);
  }
  assert.ok(!isID3(good.subarray(1)));
  assert.throws(() => decodeID3(tag(2, ["TT2x", "0341"])), /ID3v2\.2/);
  assert.throws(() => decodeID3(hex("494433040000000000 0c 54495432 0000007f 0000 0341")), /no frame at byte 10/);
  assert.throws(() => decodeID3(hex("494433040000000000 0c 54495432 000000ff 0000 0341")), /no length at byte 14/);
});
