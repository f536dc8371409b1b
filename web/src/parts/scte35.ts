import { Bits, crc32, fromBase64 } from "./bits";

/**
 * Decodes splice_info_section (ANSI/SCTE 35 2022, 9.6) into names and values as the standard has them. Sections may come
 * from anywhere: what is short or wrong gives an error, never a wrong value.
 */
export interface Splice {
  command: string;
  /** The fields of the command, then of each descriptor: "splice_insert.splice_event_id" → 7. */
  fields: [name: string, value: string][];
  /** In a few words. */
  summary: string;
}

export const SCTE35 = /^urn:scte:scte35:/;

/** Decodes base64 or bytes; throws an Error that says what is wrong. */
export function decodeSCTE35(data: Uint8Array | string): Splice {
  const bytes = typeof data === "string" ? fromBase64(data) : data;
  const bits = new Bits(bytes);
  if (bits.read(8) !== 0xfc) {
    throw new Error("table_id is not 0xFC");
  }
  bits.skip(4);
  const length = bits.read(12);
  if (length + 3 > bytes.length || length < 17) {
    throw new Error(`section_length is ${length}, and there are ${bytes.length - 3} bytes`);
  }
  const section = bytes.subarray(0, length + 3);
  const sum = crc32(section);
  const fields: Splice["fields"] = [];
  const put = (name: string, value: number | boolean | string) => fields.push([name, String(value)]);
  put("protocol_version", bits.read(8));
  const encrypted = bits.flag();
  bits.skip(6);
  put("pts_adjustment", ticks(bits.read(33)));
  put("cw_index", bits.read(8));
  put("tier", hex(bits.read(12)));
  if (encrypted) {
    throw new Error("the section is encrypted");
  }
  const size = bits.read(12);
  const type = bits.read(8);
  const command = COMMANDS[type] ?? `command ${type}`;
  const words = [command];
  // 0xFFF is how writers of long ago left the length open.
  const start = 14;
  const body = new Bits(section.subarray(start, size === 0xfff ? section.length - 4 : start + size));
  const used = readCommand(type, body, put, words, size);
  const loop = new Bits(section.subarray(start + used, section.length - 4));
  readDescriptors(loop, put, words);
  put("CRC_32", sum === 0 ? "right" : "wrong");
  return { command, fields, summary: words.join(", ") };
}

type Put = (name: string, value: number | boolean | string) => void;

const COMMANDS: Record<number, string> = {
  0: "splice_null",
  4: "splice_schedule",
  5: "splice_insert",
  6: "time_signal",
  7: "bandwidth_reservation",
  255: "private_command",
};

/** Returns how many bytes the command takes. */
function readCommand(type: number, body: Bits, put: Put, words: string[], size: number): number {
  const before = body.left();
  if (type === 5) {
    readInsert(body, put, words);
  } else if (type === 6) {
    const time = spliceTime(body);
    put("splice_time", time);
    words.push(`at ${time}`);
  } else if (type !== 0 && type !== 7) {
    body.take(body.left()); // splice_schedule and private commands are shown by name.
  }
  return size === 0xfff ? before - body.left() : size;
}

function readInsert(bits: Bits, put: Put, words: string[]): void {
  const id = bits.read(32);
  put("splice_event_id", id);
  words.push(`event ${id}`);
  const cancelled = bits.flag();
  bits.skip(7);
  if (cancelled) {
    put("splice_event_cancel_indicator", true);
    words.push("cancelled");
    return;
  }
  const out = bits.flag();
  const program = bits.flag();
  const timed = bits.flag();
  const immediate = bits.flag();
  bits.skip(4);
  put("out_of_network_indicator", out);
  words.push(out ? "out of the network" : "back to the network");
  put("splice_immediate_flag", immediate);
  if (program) {
    const time = immediate ? "at once" : spliceTime(bits);
    put("splice_time", time);
    words.push(immediate ? time : `at ${time}`);
  } else {
    for (let left = bits.read(8); left > 0; left--) {
      put("component_tag", bits.read(8));
      if (!immediate) {
        put("component splice_time", spliceTime(bits));
      }
    }
  }
  if (timed) {
    const back = bits.flag();
    bits.skip(6);
    const duration = ticks(bits.read(33));
    put("break_duration", duration);
    put("auto_return", back);
    words.push(`for ${duration}`);
  }
  put("unique_program_id", bits.read(16));
  put("avail_num", bits.read(8));
  put("avails_expected", bits.read(8));
}

function spliceTime(bits: Bits): string {
  if (!bits.flag()) {
    bits.skip(7);
    return "no time";
  }
  bits.skip(6);
  return ticks(bits.read(33));
}

function readDescriptors(bits: Bits, put: Put, words: string[]): void {
  const end = bits.left() - 2 - bits.read(16);
  if (end < 0) {
    throw new Error("descriptor_loop_length is more than there is");
  }
  while (bits.left() > end) {
    const tag = bits.read(8);
    const body = new Bits(bits.take(bits.read(8)));
    const name = ["avail", "DTMF", "segmentation", "time", "audio"][tag] ?? `tag ${tag}`;
    const owner = ascii(body.take(4));
    put("descriptor", `${name} (${owner})`);
    if (owner === "CUEI" && tag === 0) {
      put("provider_avail_id", body.read(32));
    } else if (owner === "CUEI" && tag === 2) {
      readSegmentation(body, put, words);
    }
  }
}

function readSegmentation(bits: Bits, put: Put, words: string[]): void {
  put("segmentation_event_id", bits.read(32));
  const cancelled = bits.flag();
  bits.skip(7);
  if (cancelled) {
    put("segmentation_event_cancel_indicator", true);
    return;
  }
  const program = bits.flag();
  const timed = bits.flag();
  bits.skip(6);
  if (!program) {
    for (let left = bits.read(8); left > 0; left--) {
      bits.skip(48);
    }
  }
  if (timed) {
    const duration = ticks(bits.read(40));
    put("segmentation_duration", duration);
  }
  const upidType = bits.read(8);
  const upid = bits.take(bits.read(8));
  put("segmentation_upid_type", hex(upidType));
  if (upid.length > 0) {
    put("segmentation_upid", printable(upid) ? ascii(upid) : Array.from(upid, (byte) => hex(byte).slice(2)).join(""));
  }
  const type = bits.read(8);
  const name = SEGMENTATIONS[type];
  put("segmentation_type_id", name ? `${hex(type)} ${name}` : hex(type));
  words.push(name ?? `segmentation type ${hex(type)}`);
  put("segment_num", bits.read(8));
  put("segments_expected", bits.read(8));
  if (bits.left() >= 2) {
    put("sub_segment_num", bits.read(8));
    put("sub_segments_expected", bits.read(8));
  }
}

/** SCTE 35, table 23. */
const SEGMENTATIONS: Record<number, string> = {
  0: "not indicated",
  1: "content identification",
  ...pairs(0x10, "program"),
  18: "program early termination",
  19: "program breakaway",
  20: "program resumption",
  ...pairs(0x20, "chapter"),
  ...pairs(0x22, "break"),
  ...pairs(0x30, "provider advertisement"),
  ...pairs(0x32, "distributor advertisement"),
  ...pairs(0x34, "provider placement opportunity"),
  ...pairs(0x36, "distributor placement opportunity"),
  ...pairs(0x38, "provider overlay placement opportunity"),
  ...pairs(0x3a, "distributor overlay placement opportunity"),
  ...pairs(0x3c, "provider promo"),
  ...pairs(0x3e, "distributor promo"),
  ...pairs(0x40, "unscheduled event"),
  ...pairs(0x50, "network"),
};

function pairs(first: number, name: string): Record<number, string> {
  return { [first]: `${name} start`, [first + 1]: `${name} end` };
}

/** 90 kHz, as seconds. */
function ticks(value: number): string {
  return `${Number((value / 90000).toFixed(3))} s`;
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
}

function printable(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...Array.from(bytes));
}
