import shaka from "shaka-player/dist/shaka-player.dash";
import {
  AUTOMATIC,
  type Cause,
  type Choice,
  type Kind,
  type Listener,
  OFF,
  type Player,
  type Source,
  type Trouble,
} from "./player";
import { qualityTitle, trackTitle } from "./titles";

/** shaka-player, Google's. */
class Shaka implements Player {
  readonly version = shaka.Player.version.replace(/^v/, "");
  private readonly player = new shaka.Player();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly listener: Listener,
  ) {}

  async open({ url, from, play }: Source): Promise<void> {
    this.player.addEventListener("error", (event) => {
      this.listener.trouble(troubleOf((event as unknown as { detail: ShakaError }).detail));
    });
    for (const event of ["trackschanged", "adaptation", "variantchanged", "textchanged", "audiotrackchanged"]) {
      this.player.addEventListener(event, () => this.listener.changed());
    }
    try {
      await this.player.attach(this.video);
      await this.player.load(url, from > 0 ? from : null);
    } catch (error) {
      if ((error as ShakaError).code !== LOAD_INTERRUPTED) {
        this.listener.trouble(troubleOf(error as ShakaError));
      }
      return;
    }
    if (play) {
      this.video.play().catch(() => undefined); // The browser wants a press first; the controls are there.
    }
  }

  choices(kind: Kind): Choice[] {
    switch (kind) {
      case "video":
        return this.player.getVideoTracks().map((track) => ({
          id: videoID(track),
          title: qualityTitle(track.height, track.bandwidth),
        }));
      case "audio":
        return this.player.getAudioTracks().map((track, n) => ({
          id: String(n),
          title: trackTitle(track.label, track.language, track.roles),
        }));
      case "text":
        return this.player.getTextTracks().map((track) => ({
          id: String(track.id),
          title: trackTitle(track.label, track.language, track.roles),
        }));
    }
  }

  chosen(kind: Kind): string {
    switch (kind) {
      case "video": {
        const active = this.player.getVideoTracks().find((track) => track.active);
        return this.player.getConfiguration().abr.enabled || !active ? AUTOMATIC : videoID(active);
      }
      case "audio":
        return String(this.player.getAudioTracks().findIndex((track) => track.active));
      case "text": {
        const active = this.player.getTextTracks().find((track) => track.active);
        return active ? String(active.id) : OFF;
      }
    }
  }

  choose(kind: Kind, id: string): void {
    if (kind === "video") {
      this.player.configure("abr.enabled", id === AUTOMATIC);
      const track = this.player.getVideoTracks().find((each) => videoID(each) === id);
      if (track) {
        this.player.selectVideoTrack(track, true, 1);
      }
    } else if (kind === "audio") {
      const track = this.player.getAudioTracks()[Number(id)];
      if (track) {
        this.player.selectAudioTrack(track);
      }
    } else {
      this.player.selectTextTrack(this.player.getTextTracks().find((track) => String(track.id) === id) ?? null);
    }
  }

  bandwidth(kind: "video" | "audio"): number {
    const active = this.player.getVariantTracks().find((track) => track.active);
    return (kind === "video" ? active?.videoBandwidth : active?.audioBandwidth) ?? 0;
  }

  async close(): Promise<void> {
    await this.player.destroy();
  }
}

export function create(video: HTMLVideoElement, listener: Listener): Player {
  shaka.polyfill.installAll();
  return new Shaka(video, listener);
}

/** Video tracks carry no id of their own. */
function videoID(track: shaka.extern.VideoTrack): string {
  return `${track.width}x${track.height}@${track.bandwidth}`;
}

/** shaka.util.Error: its numbers are in its documentation. */
interface ShakaError {
  severity: number;
  category: number;
  code: number;
  data?: unknown[];
  message?: string;
}

const CRITICAL = 2;
const BAD_HTTP_STATUS = 1001;
const LOAD_INTERRUPTED = 7000;

function causeOf(error: ShakaError): Cause {
  switch (error.code) {
    case BAD_HTTP_STATUS:
      return "refused";
    case 1002: // HTTP_ERROR
    case 1003: // TIMEOUT
      return "unreachable";
    case 4032: // CONTENT_UNSUPPORTED_BY_BROWSER
      return "codec";
  }
  switch (error.category) {
    case 4:
      return "manifest";
    case 2:
    case 3:
    case 5:
      return "media";
    case 6:
      return "protection";
  }
  return "other";
}

function troubleOf(error: ShakaError): Trouble {
  const data = error.data ?? [];
  const url = error.category === 1 ? String(data[0] ?? "") : "";
  const status = error.code === BAD_HTTP_STATUS ? Number(data[1]) : 0;
  const detail = data.filter((part) => typeof part === "string" && part !== url).join(" ");
  return {
    cause: causeOf(error),
    fatal: error.severity === CRITICAL,
    code: `shaka-player ${error.code}`,
    ...(detail && { detail: detail.slice(0, 300) }),
    ...(url && { url }),
    ...(status && { status }),
  };
}
