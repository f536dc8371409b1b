import type { Trouble } from "./player";

export interface Words {
  /** What happened. */
  said: string;
  /** What to look at. */
  look: string;
}

/** Says in two sentences what a player met, for people who have not read its source. */
export function explain(trouble: Trouble): Words {
  const what = trouble.url ? nameOf(trouble.url) : "something it needs";
  switch (trouble.cause) {
    case "refused":
      return refused(trouble.status ?? 0, what);
    case "unreachable":
      return {
        said: `The player could not fetch ${what}: nobody answered.`,
        look: "Is the server still running, and does this device reach it? On another origin, look at its CORS headers.",
      };
    case "manifest":
      return {
        said: "The player fetched the manifest and did not accept it.",
        look: "Open the manifest below and look at the place that the player names.",
      };
    case "media":
      return {
        said: "The browser could not take the media that the player gave it.",
        look: "Try another quality. If that plays, one Representation is damaged; if not, play the file itself to see whether it is.",
      };
    case "codec":
      return {
        said: "This browser cannot decode any of the video or audio on offer.",
        look: "The codecs are in the table of tracks. Try another browser, or play it with VLC as shown below.",
      };
    case "protection":
      return {
        said: "The stream is encrypted, and the player could not get or use its key.",
        look: "Look at the licence server's answer, and whether this browser knows the DRM system. Keys need https or localhost.",
      };
    case "stuck":
      return {
        said: "Nothing has happened for 15 seconds, and the player does not say why.",
        look: "Try another player, and look at the answers in the network tab of the browser's tools: media may be damaged or withheld.",
      };
    case "other":
      return { said: "The player stopped.", look: "Try another player: if all of them stop, it is the stream." };
  }
}

function refused(status: number, what: string): Words {
  const said = `The server answered ${status} when asked for ${what}.`;
  if (status === 404 || status === 410) {
    return { said, look: "The file may have been moved or removed. Go back to the list of streams." };
  }
  if (status >= 500) {
    return { said, look: "The server says why in its log, and in the answer's body: open the address to read it." };
  }
  return { said, look: "Open the address to read the reason in the answer's body." };
}

function nameOf(url: string): string {
  const path = url.replace(/[?#].*$/, "");
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /\.mpd$/.test(name) ? `the manifest (${name})` : `a segment (${name})`;
}
