/** Numbers and tags in the form that people read. The server's words.go has the same rules. */

/** Seconds as a clock shows them: "1:02:03", "0:09". Not finite: "–". */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return "–";
  }
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60);
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(minutes % 60)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** bit/s with two or three digits: "187 kbit/s", "2.4 Mbit/s". Nothing known: "–". */
export function bitrate(bits: number): string {
  if (!(bits > 0)) {
    return "–";
  }
  if (bits < 1e6) {
    return `${Math.max(1, Math.round(bits / 1000))} kbit/s`;
  }
  return `${(bits / 1e6).toFixed(bits < 1e7 ? 1 : 0)} Mbit/s`;
}

/** A BCP 47 tag in the visitor's language: "English (en)"; the tag where it has no name. */
export function languageName(tag: string): string {
  if (!tag || tag === "und" || tag === "mis" || tag === "zxx") {
    return "no language";
  }
  try {
    const name = new Intl.DisplayNames(undefined, { type: "language" }).of(tag);
    return name && name !== tag ? `${name} (${tag})` : tag;
  } catch {
    return tag; // Not a well-formed tag, or a browser without names.
  }
}

/** Writes out the tags that the server left as they are. Doing it twice does no harm. */
export function nameLanguages(root: ParentNode): void {
  for (const span of Array.from(root.querySelectorAll<HTMLElement>("[data-language]"))) {
    if (span.textContent === span.dataset.language) {
      span.textContent = languageName(span.dataset.language ?? "");
    }
  }
}
