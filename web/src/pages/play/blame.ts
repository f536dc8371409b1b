import type { Cause } from "../../players/player";
import type { Request } from "./tap";

/** The options that ask for faults: rules, and what dashlive and livesim2 call them. */
const ASKING = ["fault", "failures", "verr", "aerr", "terr", "merr", "vcorrupt", "statuscode", "licence"];

/** Of which requests a fault may be why. */
const BEHIND: Partial<Record<Cause, Request["kind"][]>> = {
  manifest: ["manifest"],
  media: ["segment"],
  protection: ["licence"],
  stuck: ["manifest", "segment", "licence", "other"],
  other: ["manifest", "segment", "licence", "other"],
};

/**
 * Which rules of faults may be why a player complains: those that the failing answer, or answers of the kind in question,
 * say they were changed by; else those that the manifest's URL asks for, when no head of an answer was there to say so.
 */
export function blame(
  cause: Cause,
  url: string,
  answer: Request | undefined,
  requests: Request[],
): { fault?: string; asked?: string } {
  if (answer?.fault) {
    return { fault: answer.fault };
  }
  const kinds = BEHIND[cause] ?? [];
  const seen = requests.filter((each) => each.fault && kinds.includes(each.kind)).map((each) => each.fault);
  if (seen.length > 0) {
    return { fault: Array.from(new Set(seen)).join("; ") };
  }
  const silent = cause === "unreachable" ? !answer?.head : cause === "stuck" || cause === "media";
  const asked = silent ? rulesIn(url) : "";
  return asked ? { asked } : {};
}

/** What a URL asks for in faults: "fault=video:404". */
export function rulesIn(url: string): string {
  return Array.from(new URL(url).searchParams)
    .filter(([key]) => ASKING.includes(key))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
}
