import type { Cause, Trouble } from "./player";

export interface Words {
  /** What happened. */
  said: string;
  /** What to look at. */
  look: string;
}

/** What came back for a request, as far as the page saw it. */
export interface Answer {
  status: number;
  bytes: number;
  /** Content-Length; 0 where it is not known. */
  announced: number;
  failed: string;
  detail: string;
  type: string;
  begins: string;
}

/** What the page knows besides what the player said. */
export interface Circumstances {
  /** The answer to the failing URL, and the last one to the manifest's. */
  answer?: Answer | undefined;
  manifest?: Answer | undefined;
  /** Rules that have changed what the player got; and, where that cannot be seen, rules that its URL has. */
  fault?: string;
  asked?: string;
  /** The names of the DRM systems of the manifest. */
  systems?: string[];
  /** Browsers decrypt on https and localhost only, and some not at all. */
  canDecrypt?: boolean;
  /** What is on offer. */
  video?: Offer;
  audio?: Offer;
}

/** The codecs of one kind of media, and whether this browser decodes any of them in the clear. */
export interface Offer {
  codecs: string[];
  decodes: boolean;
}

/** Says in two sentences what a player met, for people who have not read its source. */
export function explain(trouble: Trouble, known: Circumstances = {}): Words {
  const words = plain(trouble, known);
  if (trouble.cause === "refused" && known.answer?.detail) {
    return words; // The server itself says which rule it was.
  }
  if (known.fault) {
    return {
      said: words.said,
      look: `It was asked for: the fault rule ${known.fault} has changed what the player was given. Leave the rule out to see the stream itself.`,
    };
  }
  if (known.asked) {
    return {
      said: words.said,
      look: `It may have been asked for: the address has the fault rules ${known.asked}. Leave them out to see the stream itself.`,
    };
  }
  return words;
}

function plain(trouble: Trouble, known: Circumstances): Words {
  const what = trouble.url ? nameOf(trouble.url) : "something it needs";
  const { answer } = known;
  switch (trouble.cause) {
    case "refused":
      return refused(trouble.status ?? 0, what, answer?.detail);
    case "unreachable":
      return answer?.failed === "broken off" ? brokenOff(what, answer) : unanswered(what);
    case "manifest":
      return notAccepted(known.manifest);
    case "media":
      return {
        said: "The browser could not take the media that the player gave it.",
        look: "Try another quality. If that plays, one Representation is damaged; if not, play the file itself to see whether it is.",
      };
    case "codec":
      return {
        said: undecoded(known) || "This browser cannot decode any of the video or audio on offer.",
        look: "The codecs are in the manifest and in the table of tracks. Try another browser, or play it with VLC as shown below.",
      };
    case "unseen":
      return unseen(known);
    case "keysystem":
    case "protection":
      return encrypted(trouble.cause, known);
    case "stuck":
      return {
        said: "Nothing has happened for 15 seconds, and the player does not say why.",
        look: "Try another player, and look at the last requests below: media may be damaged or withheld.",
      };
    case "other":
      return { said: "The player stopped.", look: "Try another player: if all of them stop, it is the stream." };
  }
}

/** Says of which kinds this browser decodes nothing; empty where there are none. */
export function undecoded({ video, audio }: Pick<Circumstances, "video" | "audio">): string {
  const names = [
    { name: "video", offer: video },
    { name: "sound", offer: audio },
  ].flatMap(({ name, offer }) => (offer && !offer.decodes ? [`the ${name} (${offer.codecs.join(", ")})`] : []));
  return names.length > 0 ? `This browser cannot decode ${names.join(" and ")}.` : "";
}

function unanswered(what: string): Words {
  return {
    said: `The player could not fetch ${what}: nobody answered.`,
    look: "Is the server still running, and does this device reach it? On another origin, look at its CORS headers; from a page that came by https, http does not work.",
  };
}

function brokenOff(what: string, { bytes, announced }: Answer): Words {
  const count = (n: number) => n.toLocaleString("en");
  let where = " before its end";
  if (bytes > 0) {
    where = announced > bytes ? ` after ${count(bytes)} of ${count(announced)} bytes` : ` after ${count(bytes)} bytes`;
  } else if (announced > 0) {
    where = ` before all of its ${count(announced)} bytes were there`;
  }
  return {
    said: `The server began to send ${what}, and the answer broke off${where}.`,
    look: "Open the address again. If it always ends there, look at the server, or at a proxy before it; if not, at the network.",
  };
}

function notAccepted(manifest: Answer | undefined): Words {
  const content = manifest && manifest.status < 400 ? contentOf(manifest) : "";
  if (content) {
    return {
      said: `What stands at this address is ${content}, not an MPD.`,
      look: "Give the address of the manifest itself, which often ends in .mpd. A server may also answer so to who is not signed in.",
    };
  }
  return {
    said: "The player fetched the manifest and did not accept it.",
    look: "Open the manifest and look at the place that the player names.",
  };
}

/** What an answer is in place of an MPD: "an HTML page". Empty where it may be one. */
export function contentOf({ type, begins }: Pick<Answer, "type" | "begins">): string {
  if (/<(\w+:)?MPD[\s>]/.test(begins)) {
    return "";
  }
  if (/^\s*(<!doctype html|<html)/i.test(begins) || /html/.test(type)) {
    return "an HTML page";
  }
  if (/^#EXTM3U/.test(begins)) {
    return "an HLS playlist";
  }
  if (/<SmoothStreamingMedia/.test(begins)) {
    return "a Smooth Streaming manifest";
  }
  if (/json/.test(type) && /^[[{]/.test(begins)) {
    return "JSON";
  }
  const kind = type.match(/^(video|audio|image)\//)?.[1];
  if (kind) {
    return kind === "image" ? "a picture" : `a file of ${kind}`;
  }
  return begins && !begins.startsWith("<") ? "text" : "";
}

function unseen({ video, systems = [] }: Circumstances): Words {
  const codecs = video && video.codecs.length > 0 ? ` (${video.codecs.join(", ")})` : "";
  const said = "The player leaves out the video, and says nothing of it.";
  if (video && !video.decodes) {
    return {
      said,
      look: `This browser cannot decode it${codecs}. Try another browser, or play it with VLC as shown below.`,
    };
  }
  if (systems.length > 0) {
    return {
      said,
      look: `Asked by the player, this browser says that no key system of its own takes this codec${codecs} encrypted (${systems.join(", ")}). Another player may not ask so closely; or play the stream without encryption.`,
    };
  }
  return { said, look: `The manifest has video${codecs}. Try another player, and look at the requests below.` };
}

function refused(status: number, what: string, detail: string | undefined): Words {
  const said = `The server answered ${status} when asked for ${what}.`;
  if (detail) {
    return { said, look: `It says: ${sentence(detail)}` };
  }
  if (status === 404 || status === 410) {
    return {
      said,
      look: "It may have been moved or removed, or not be there yet. Open the address to read the reason.",
    };
  }
  if (status === 401 || status === 403) {
    return { said, look: "It wants to know who asks. Open the address in this browser, and sign in if it lets you." };
  }
  if (status >= 500) {
    return { said, look: "The server says why in its log, and in the answer's body: open the address to read it." };
  }
  return { said, look: "Open the address to read the reason in the answer's body." };
}

function encrypted(
  cause: "keysystem" | "protection",
  { systems = [], canDecrypt = true, video }: Circumstances,
): Words {
  const by = systems.length > 0 ? ` (${systems.join(", ")})` : "";
  if (!canDecrypt) {
    return {
      said: `The stream is encrypted${by}, and this page has no access to decryption (EME).`,
      look: "Browsers offer it on https and on localhost only: open the page by one of these.",
    };
  }
  if (systems.length > 0 && !systems.includes("ClearKey")) {
    return {
      said: `The stream is encrypted${by}, and this page sets up ClearKey only.`,
      look: "Ask for ClearKey (drm=clearkey for streams of this server), or play it where its licence server is known.",
    };
  }
  if (cause === "keysystem") {
    const codecs = video && video.codecs.length > 0 ? `, video here is ${video.codecs.join(", ")},` : "";
    return {
      said: `The stream is encrypted${by}, and this browser has no key system for it as it is.`,
      look: `Key systems take some codecs${codecs} and some encryption schemes (cenc, cbcs) only, as the browser tells the player. Try another player or scheme, or the stream without encryption.`,
    };
  }
  return {
    said: `The stream is encrypted${by}, and the player could not get or use its key.`,
    look: "Look at the licence server's answer among the requests below, and whether it has the keys that the manifest names.",
  };
}

/** What HTMLMediaElement.error means. What browsers do not take, they say of bytes that are no such media, too. */
export function mediaErrorCause(code: number, message = ""): Cause {
  switch (code) {
    case 2:
      return "unreachable";
    case 3:
      return "media";
    case 4:
      return /demuxer|append/i.test(message) ? "media" : "codec";
  }
  return "other";
}

/** HTMLMediaElement.error in words. */
export function mediaErrorWords(code: number): string {
  switch (code) {
    case 1:
      return "MEDIA_ERR_ABORTED: fetching was given up";
    case 2:
      return "MEDIA_ERR_NETWORK: the connection broke";
    case 3:
      return "MEDIA_ERR_DECODE: the decoder met bytes that it cannot decode";
    case 4:
      return "MEDIA_ERR_SRC_NOT_SUPPORTED: the browser does not take this kind of media";
  }
  return `media error ${code}`;
}

function nameOf(url: string): string {
  const path = url.replace(/[?#].*$/, "");
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /\.mpd$/.test(name) ? `the manifest (${name})` : `a segment (${name})`;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
