import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSCTE35, type Splice } from "./scte35";

// What dashlive 3.6.1 sends for the first two of its events.
const EVENT0 = "/AA9AAAAAAAA///wFAUAAAAAf+/+AAAAAP4AAr8gBlQBAgAYAhZDVUVJAAAAAX//AAAAAAAPADQAAAAAno47kA==";
const EVENT1 = "/AA7AAAAAAAA///wFAUAAAABf+/+AA27oH4AAr8gBlQBAgAWAhRDVUVJAAAAAX//AAAAAAAPADUAAPXb4sA=";
// The examples of ANSI/SCTE 35, 14.1 and 14.2.
const TIME_SIGNAL = "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==";
const INSERT = "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=";

const of = (splice: Splice, name: string) => splice.fields.find(([each]) => each === name)?.[1];

function has(splice: Splice, want: Record<string, string>): void {
  for (const [name, value] of Object.entries(want)) {
    assert.equal(of(splice, name), value, name);
  }
}

test("dashlive's events", () => {
  const first = decodeSCTE35(EVENT0);
  assert.equal(first.command, "splice_insert");
  has(first, {
    CRC_32: "right",
    tier: "0xFFF",
    splice_event_id: "0",
    out_of_network_indicator: "true",
    splice_time: "0 s",
    break_duration: "2 s",
    auto_return: "true",
    unique_program_id: "1620",
    avail_num: "1",
    avails_expected: "2",
    segmentation_event_id: "1",
    segmentation_upid_type: "0x0F",
    segmentation_type_id: "0x34 provider placement opportunity start",
    sub_segments_expected: "0",
  });
  const second = decodeSCTE35(EVENT1);
  has(second, {
    CRC_32: "right",
    splice_event_id: "1",
    splice_time: "10 s",
    auto_return: "false",
    segmentation_type_id: "0x35 provider placement opportunity end",
  });
  assert.equal(of(second, "sub_segment_num"), undefined);
  assert.match(second.summary, /^splice_insert, event 1, out of the network, at 10 s, for 2 s, provider placement/);
});

test("the examples of the standard", () => {
  has(decodeSCTE35(TIME_SIGNAL), {
    CRC_32: "right",
    splice_time: `${Number((0x72bd0050 / 90000).toFixed(3))} s`,
    segmentation_event_id: String(0x4800008e),
    segmentation_duration: "307 s",
    segmentation_upid: "000000002CA0A18A",
    segmentation_type_id: "0x34 provider placement opportunity start",
    segment_num: "2",
  });
  has(decodeSCTE35(INSERT), {
    CRC_32: "right",
    splice_event_id: String(0x4800008f),
    splice_time: `${Number((0x7369c02e / 90000).toFixed(3))} s`,
    break_duration: `${Number((0x52ccf5 / 90000).toFixed(3))} s`,
    descriptor: "avail (CUEI)",
    provider_avail_id: "309",
  });
});

test("what is wrong is said, whatever the bytes are", () => {
  const bytes = Uint8Array.from(atob(EVENT0), (letter) => letter.charCodeAt(0));
  const changed = bytes.slice();
  changed[20] = 0x55;
  assert.equal(of(decodeSCTE35(changed), "CRC_32"), "wrong");
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeSCTE35(bytes.slice(0, length)), Error, `${length} bytes`);
  }
  assert.throws(() => decodeSCTE35("ping"), /table_id/);
  assert.throws(() => decodeSCTE35("§§"), /base64/);
  // Any byte may be any other: it ends, with an error or without.
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const hostile = bytes.slice();
      hostile[at] = value;
      try {
        decodeSCTE35(hostile);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.length > 0);
      }
    }
  }
});
