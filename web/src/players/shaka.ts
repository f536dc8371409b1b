import shaka from "shaka-player/dist/shaka-player.dash";
import { empty } from "./manifest";
import {
  AUTOMATIC,
  type Cause,
  type Choice,
  type Kind,
  type Listener,
  type Metrics,
  OFF,
  type Player,
  type Source,
  type StreamEvent,
  type Trouble,
} from "./player";
import { qualityTitle, trackTitle } from "./titles";
import { mediaErrorCause } from "./words";

/** shaka-player, Google's. */
class Shaka implements Player {
  readonly version = shaka.Player.version.replace(/^v/, "");
  private readonly player = new shaka.Player();
  private source: Source | undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly listener: Listener,
  ) {}

  async open(source: Source): Promise<void> {
    const { url, from, play, facts, licence } = source;
    this.source = source;
    this.player.addEventListener("error", (event) => {
      this.listener.trouble(troubleOf((event as unknown as { detail: ShakaError }).detail));
    });
    for (const event of ["trackschanged", "adaptation", "variantchanged", "textchanged", "audiotrackchanged"]) {
      this.player.addEventListener(event, () => this.listener.changed());
    }
    this.player.addEventListener("emsg", (event) => {
      this.listener.event(ofEmsg((event as unknown as { detail: shaka.extern.EmsgInfo }).detail));
    });
    this.player.addEventListener("timelineregionadded", (event) => {
      this.listener.event(ofRegion((event as unknown as { detail: shaka.extern.TimelineRegionInfo }).detail));
    });
    if (licence) {
      this.player.configure({ drm: { servers: { "org.w3.clearkey": licence } } });
    }
    if (this.lowLatency()) {
      // Shaka counts Latency@target from the end of its seek range, of which it would take off the suggested delay.
      // It keeps to the manifest's ServiceDescription only where liveSync is not enabled, which has a target of its own.
      this.player.configure({
        streaming: { lowLatencyMode: true },
        manifest: { dash: { ignoreSuggestedPresentationDelay: true } },
      });
    }
    try {
      await this.player.attach(this.video);
      const edge = this.lowLatency() ? new Date(source.now() - facts.target * 1000) : null;
      await this.player.load(url, from > 0 ? from : edge);
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

  metrics(): Metrics {
    const { estimatedBandwidth: throughput, liveLatency: latency } = this.player.getStats();
    return {
      ...(throughput > 0 && { throughput }),
      ...(this.player.isLive() && latency > 0 && { latency }),
      ...(this.player.isLive() && this.source?.facts.target && { target: this.source.facts.target }),
    };
  }

  goLive(): void {
    if (this.source && this.lowLatency()) {
      const { facts, now } = this.source;
      this.video.currentTime = (now() - facts.start) / 1000 - facts.target;
    } else {
      this.player.goToLive();
    }
  }

  private lowLatency(): boolean {
    const { live, lowLatency, target } = this.source?.facts ?? empty();
    return live && lowLatency && target > 0;
  }

  async close(): Promise<void> {
    await this.player.destroy();
  }
}

export function create(video: HTMLVideoElement, _: HTMLElement, listener: Listener): Player {
  shaka.polyfill.installAll();
  return new Shaka(video, listener);
}

function ofEmsg(emsg: shaka.extern.EmsgInfo): StreamEvent {
  return {
    from: "emsg",
    scheme: emsg.schemeIdUri,
    value: emsg.value,
    id: String(emsg.id),
    start: emsg.startTime,
    duration: Number.isFinite(emsg.endTime) ? emsg.endTime - emsg.startTime : 0,
    data: emsg.messageData ?? "",
  };
}

function ofRegion(region: shaka.extern.TimelineRegionInfo): StreamEvent {
  return {
    from: "mpd",
    scheme: region.schemeIdUri,
    value: region.value,
    id: region.id,
    start: region.startTime,
    duration: Number.isFinite(region.endTime) ? region.endTime - region.startTime : 0,
    data: region.eventNode ? textOf(region.eventNode) : "",
  };
}

/** The text within an element of shaka's own XML tree: an Event's text, or the Binary of its Signal. */
function textOf(node: shaka.extern.xml.Node): string {
  return (node.children ?? [])
    .map((child) => (typeof child === "string" ? child : textOf(child)))
    .join("")
    .trim();
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

export function causeOf(error: Pick<ShakaError, "code" | "category" | "data">): Cause {
  switch (error.code) {
    case BAD_HTTP_STATUS:
      return "refused";
    case 1002: // HTTP_ERROR
    case 1003: // TIMEOUT
      return "unreachable";
    case 3016: // VIDEO_ERROR: MediaError.code comes first
      return mediaErrorCause(Number(error.data?.[0]), String(error.data?.[2] ?? ""));
    case 6000: // NO_RECOGNIZED_KEY_SYSTEMS
    case 6001: // REQUESTED_KEY_SYSTEM_CONFIG_UNAVAILABLE
    case 6002: // FAILED_TO_CREATE_CDM
      return "keysystem";
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
