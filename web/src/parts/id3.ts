/** A frame of an ID3 tag: its four letters, what a description in it says it is about, and its text. */
export interface Frame {
  id: string;
  about: string;
  text: string;
}

const HEADER = 10;

/** Whether bytes begin as an ID3v2 tag does. */
export function isID3(data: Uint8Array): boolean {
  return data.length > HEADER && data[0] === 0x49 && data[1] === 0x44 && data[2] === 0x33;
}

/**
 * The frames of an ID3v2.3 or 2.4 tag (id3.org, structure 3 and 4, native frames 4.2 and 4.3): texts as text, of any other
 * how long it is. Tags may come from anywhere: what is short or unknown throws an Error that says so.
 */
export function decodeID3(data: Uint8Array): Frame[] {
  if (!isID3(data)) {
    throw new Error("it does not begin with ID3");
  }
  const version = data[3] as number;
  const flags = data[5] as number;
  if (version !== 3 && version !== 4) {
    throw new Error(`ID3v2.${version} is not known here`);
  }
  const end = HEADER + number(data, 6, true);
  if (end > data.length) {
    throw new Error(`the tag is ${end} bytes long, and there are ${data.length}`);
  }
  let at = HEADER;
  if (flags & 0x40) {
    // The extended header's length counts its own four bytes in 2.4, and does not in 2.3.
    at += version === 4 ? number(data, at, true) : number(data, at, false) + 4;
  }
  const frames: Frame[] = [];
  while (at + HEADER <= end && data[at] !== 0) {
    const id = latin(data.subarray(at, at + 4));
    const size = number(data, at + 4, version === 4);
    const format = data[at + 9] as number;
    const from = at + HEADER;
    if (!/^[A-Z0-9]{4}$/.test(id) || from + size > end) {
      throw new Error(`there is no frame at byte ${at}`);
    }
    // What is compressed, encrypted, grouped or unsynchronised is not taken apart.
    const whole = format === 0 && !(flags & 0x80);
    frames.push(frameOf(id, data.subarray(from, from + size), whole));
    at = from + size;
  }
  return frames;
}

function frameOf(id: string, body: Uint8Array, whole: boolean): Frame {
  const bytes = `${body.length} bytes`;
  if (!whole || body.length === 0) {
    return { id, about: "", text: bytes };
  }
  if (id === "PRIV" || id === "UFID") {
    const end = body.indexOf(0);
    return { id, about: latin(body.subarray(0, Math.max(0, end))), text: `${body.length - end - 1} bytes` };
  }
  if (id === "TXXX") {
    const [about = "", ...texts] = strings(body);
    return { id, about, text: texts.join(", ") };
  }
  if (id === "WXXX") {
    const [about = ""] = strings(body);
    const start = wide(body) ? 1 + 2 * (about.length + 1) : body.indexOf(0, 1) + 1;
    return { id, about, text: latin(body.subarray(start)) };
  }
  if (id.startsWith("T")) {
    return { id, about: "", text: strings(body).join(", ") };
  }
  return { id, about: "", text: id.startsWith("W") ? latin(body) : bytes };
}

function wide(body: Uint8Array): boolean {
  return body[0] === 1 || body[0] === 2;
}

/** The texts after the byte that says how they are written; what only ends the last one is none. */
function strings(body: Uint8Array): string[] {
  const rest = body.subarray(1);
  let text: string;
  if (wide(body)) {
    const little = rest[0] === 0xff && rest[1] === 0xfe;
    text = new TextDecoder(little ? "utf-16le" : "utf-16be").decode(rest);
  } else {
    text = body[0] === 3 ? new TextDecoder().decode(rest) : latin(rest);
  }
  return text
    .replace(/\0+$/, "")
    .split("\0")
    .map((each) => each.replace(/^\uFEFF/, ""));
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Four bytes as a number, of seven bits each where it is synchsafe. */
function number(data: Uint8Array, at: number, synchsafe: boolean): number {
  let value = 0;
  for (let n = 0; n < 4; n++) {
    const byte = data[at + n];
    if (byte === undefined || (synchsafe && byte > 0x7f)) {
      throw new Error(`there is no length at byte ${at}`);
    }
    value = value * (synchsafe ? 128 : 256) + byte;
  }
  return value;
}
