import { bitrate, languageName } from "../parts/format";

/** "720p, 1.4 Mbit/s"; "1.4 Mbit/s" where the size is not known. */
export function qualityTitle(height: number | null | undefined, bandwidth: number | null | undefined): string {
  const parts: string[] = [];
  if (height) {
    parts.push(`${height}p`);
  }
  if (bandwidth) {
    parts.push(bitrate(bandwidth));
  }
  return parts.join(", ") || "unnamed quality";
}

/** "Commentary, English (en)"; roles that say nothing are left out. */
export function trackTitle(
  label: string | null | undefined,
  language: string | null | undefined,
  roles: string[] = [],
): string {
  const parts: string[] = [];
  if (label) {
    parts.push(label);
  }
  if (language && language !== "und") {
    parts.push(languageName(language));
  }
  parts.push(...roles.filter((role) => role && role !== "main" && role !== "subtitle"));
  return parts.join(", ") || "unnamed track";
}
