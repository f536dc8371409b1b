import { type DashJSError, type MediaInfo, MediaPlayer, type MediaPlayerClass, type Representation } from "dashjs";
import type { Facts } from "./manifest";
import { undecodable } from "./media";
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

/** dash.js, the reference player of DASH-IF. */
class DashJS implements Player {
  readonly version: string;
  private readonly player: MediaPlayerClass = MediaPlayer().create();
  private subtitles = OFF;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly text: HTMLElement,
    private readonly listener: Listener,
  ) {
    this.version = this.player.getVersion();
    this.player.updateSettings({
      debug: { logLevel: 0 }, // Trouble is told on the page.
      streaming: {
        text: { defaultEnabled: false },
        // Its own default is a server elsewhere; this page asks nobody but us.
        utcSynchronization: {
          defaultTimingSource: {
            scheme: "urn:mpeg:dash:utc:http-head:2014",
            value: new URL("/healthz", location.href).href,
          },
        },
      },
    });
  }

  open({ url, from, play, facts, licence }: Source): Promise<void> {
    // dash.js tells of an event only where its scheme is asked for.
    for (const scheme of facts.events) {
      this.player.on(scheme, (told: { event: DashEvent }) => this.listener.event(eventOf(told.event)), this, {
        mode: MediaPlayer.events.EVENT_MODE_ON_RECEIVE,
      });
    }
    // What the manifest says dash.js reads itself. Told besides, it would prefer the element with a pssh, and fail at it.
    if (licence && !facts.licence) {
      this.player.setProtectionData({ "org.w3.clearkey": { serverURL: licence } });
    }
    return new Promise((resolve) => {
      const { events } = MediaPlayer;
      this.player.on(events.ERROR, (event: { error?: DashJSError | string }) => {
        this.listener.trouble(troubleOf(event.error, facts));
        resolve();
      });
      this.player.on(events.CAN_PLAY, () => resolve());
      for (const event of [events.STREAM_INITIALIZED, events.TRACK_CHANGE_RENDERED, events.TEXT_TRACKS_ADDED]) {
        this.player.on(event, () => this.listener.changed());
      }
      this.player.initialize(this.video, url, play, from > 0 ? from : Number.NaN);
      this.player.attachTTMLRenderingDiv(this.text as HTMLDivElement);
    });
  }

  choices(kind: Kind): Choice[] {
    if (kind === "video") {
      return this.representations().map((r) => ({ id: r.id, title: qualityTitle(r.height, r.bandwidth) }));
    }
    return this.tracks(kind).map((track, n) => ({
      id: String(n),
      title: trackTitle(track.labels[0]?.text, track.lang, track.roles?.map((role) => String(role.value)) ?? []),
    }));
  }

  chosen(kind: Kind): string {
    switch (kind) {
      case "video":
        return this.player.getSettings().streaming?.abr?.autoSwitchBitrate?.video === false
          ? (this.current("video")?.id ?? AUTOMATIC)
          : AUTOMATIC;
      case "audio": {
        const current = this.player.getCurrentTrackFor("audio");
        return String(this.tracks("audio").findIndex((track) => track.index === current?.index));
      }
      case "text":
        return this.subtitles;
    }
  }

  choose(kind: Kind, id: string): void {
    if (kind === "video") {
      this.player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: id === AUTOMATIC } } } });
      if (id !== AUTOMATIC) {
        this.player.setRepresentationForTypeById("video", id, true);
      }
    } else if (kind === "audio") {
      const track = this.tracks("audio")[Number(id)];
      if (track) {
        this.player.setCurrentTrack(track);
      }
    } else {
      this.subtitles = id;
      this.player.setTextTrack(id === OFF ? -1 : Number(id));
    }
  }

  bandwidth(kind: "video" | "audio"): number {
    return this.current(kind)?.bandwidth ?? 0;
  }

  metrics(): Metrics {
    if (!this.ready()) {
      return {};
    }
    const throughput = this.player.getAverageThroughput("video") * 1000;
    const live = this.player.isDynamic();
    return {
      ...(throughput > 0 && { throughput }),
      ...(live && { latency: this.player.getCurrentLiveLatency(), target: this.player.getTargetLiveDelay() }),
    };
  }

  goLive(): void {
    if (this.ready()) {
      this.player.seekToOriginalLive();
    }
  }

  close(): Promise<void> {
    this.player.destroy();
    this.text.textContent = "";
    return Promise.resolve();
  }

  private current(kind: "video" | "audio"): Representation | null {
    return this.ready() ? this.player.getCurrentRepresentationForType(kind) : null;
  }

  private representations(): Representation[] {
    return this.ready() ? this.player.getRepresentationsByType("video") : [];
  }

  private tracks(kind: "audio" | "text"): MediaInfo[] {
    return this.ready() ? this.player.getTracksFor(kind) : [];
  }

  /** Before the first Period is set up dash.js throws at every question. */
  private ready(): boolean {
    return this.player.isReady() && this.player.getActiveStream() !== null;
  }
}

export function create(video: HTMLVideoElement, text: HTMLElement, listener: Listener): Player {
  return new DashJS(video, text, listener);
}

/** What dash.js hands over for an event (its vo/Event). */
interface DashEvent {
  id: string | number;
  duration: number;
  calculatedPresentationTime: number;
  messageData: unknown;
  eventStream: { schemeIdUri: string; value: unknown; representation: unknown };
}

function eventOf(event: DashEvent): StreamEvent {
  const { messageData: data, eventStream: stream } = event;
  return {
    from: stream.representation ? "emsg" : "mpd",
    scheme: stream.schemeIdUri,
    value: String(stream.value ?? ""),
    id: String(event.id ?? ""),
    start: event.calculatedPresentationTime,
    duration: event.duration || 0,
    data: data instanceof Uint8Array ? data : typeof data === "string" ? data : data ? JSON.stringify(data) : "",
  };
}

/** dash.js numbers its errors (Errors.js, ProtectionErrors.js); those of the media element it hands on with their own. */
export function causeOf(code: number, message: string, facts: Facts): Cause {
  if (code >= 1 && code <= 4) {
    return mediaErrorCause(code, message);
  }
  if (code === 112) {
    return "keysystem"; // KEY_SYSTEM_ACCESS_DENIED
  }
  if (code >= 100 && code < 120) {
    return "protection";
  }
  switch (code) {
    case 32: // "No streams to play": it found none, or left out what the browser does not decode.
      return undecodable(facts.media) ? "codec" : "manifest";
    case 10:
    case 31:
    case 34:
      return "manifest";
    case 20:
      return "media";
    case 23:
    case 24:
    case 35:
      return "codec";
    case 11:
    case 12:
    case 15:
    case 17:
    case 25:
    case 26:
    case 27:
    case 28:
    case 29:
      return "refused";
  }
  return "other";
}

function troubleOf(error: DashJSError | string | undefined, facts: Facts): Trouble {
  if (error === undefined || typeof error === "string") {
    return { cause: "other", fatal: true, code: `dash.js ${error ?? "error"}` };
  }
  const code = error.code ?? 0;
  const data = (error.data ?? {}) as { request?: { url?: string }; response?: { status?: number; url?: string } };
  const url = data.request?.url ?? data.response?.url;
  const status = data.response?.status;
  const cause = causeOf(code, error.message ?? "", facts);
  return {
    cause: cause === "refused" && !status ? "unreachable" : cause,
    fatal: code !== 16, // No time source: it plays on by this computer's clock.
    code: `dash.js ${code}`,
    ...(error.message && { detail: error.message }),
    ...(url && { url }),
    ...(status && { status }),
  };
}
