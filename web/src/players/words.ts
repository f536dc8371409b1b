import type { Trouble } from "./player";

export interface Words {
  /** What happened. */
  said: string;
  /** What to look at. */
  look: string;
}

/** What the page knows besides what the player said. */
export interface Circumstances {
  /** What the body of the answer to the failing URL says. */
  detail?: string;
  /** The names of the DRM systems of the manifest. */
  systems?: string[];
  /** Browsers decrypt on https and localhost only, and some not at all. */
  canDecrypt?: boolean;
}

/** Says in two sentences what a player met, for people who have not read its source. */
export function explain(trouble: Trouble, known: Circumstances = {}): Words {
  const what = trouble.url ? nameOf(trouble.url) : "something it needs";
  switch (trouble.cause) {
    case "refused":
      return refused(trouble.status ?? 0, what, known.detail);
    case "unreachable":
      return {
        said: `The player could not fetch ${what}: nobody answered.`,
        look: "Is the server still running, and does this device reach it? On another origin, look at its CORS headers; from a page that came by https, http does not work.",
      };
    case "manifest":
      return {
        said: "The player fetched the manifest and did not accept it.",
        look: "Open the manifest and look at the place that the player names.",
      };
    case "media":
      return {
        said: "The browser could not take the media that the player gave it.",
        look: "Try another quality. If that plays, one Representation is damaged; if not, play the file itself to see whether it is.",
      };
    case "codec":
      return {
        said: "This browser cannot decode any of the video or audio on offer.",
        look: "The codecs are in the manifest and in the table of tracks. Try another browser, or play it with VLC as shown below.",
      };
    case "protection":
      return encrypted(known);
    case "stuck":
      return {
        said: "Nothing has happened for 15 seconds, and the player does not say why.",
        look: "Try another player, and look at the last requests below: media may be damaged or withheld.",
      };
    case "other":
      return { said: "The player stopped.", look: "Try another player: if all of them stop, it is the stream." };
  }
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

function encrypted({ systems = [], canDecrypt = true }: Circumstances): Words {
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
  return {
    said: `The stream is encrypted${by}, and the player could not get or use its key.`,
    look: "Look at the licence server's answer among the requests below, and whether it has the keys that the manifest names.",
  };
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
