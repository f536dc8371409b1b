/** Reads big-endian fields of any width, and throws an Error where there is nothing left. */
export class Bits {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** An unsigned number of up to 48 bits. */
  read(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) {
        throw new Error("the section is shorter than its fields");
      }
      value = value * 2 + ((byte >> (7 - (this.at & 7))) & 1);
      this.at++;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    this.read(count);
  }

  take(count: number): Uint8Array {
    const from = this.at >> 3;
    if (from + count > this.bytes.length) {
      throw new Error("the section is shorter than its fields");
    }
    this.at += count * 8;
    return this.bytes.subarray(from, from + count);
  }

  left(): number {
    return this.bytes.length - Math.ceil(this.at / 8);
  }
}

export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text.replace(/\s+/g, ""));
  } catch {
    throw new Error("this is not base64");
  }
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/** CRC-32/MPEG-2; over a section with its own CRC at the end it is 0. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of Array.from(bytes)) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    }
  }
  return crc >>> 0;
}
