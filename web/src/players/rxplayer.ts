import { DASH, EME, HTML_TEXT_BUFFER, HTML_TTML_PARSER, HTML_VTT_PARSER } from "rx-player/features";
import RxPlayer from "rx-player/minimal";
import type { IPlayerError, IStreamEvent } from "rx-player/types";
import { rateFor } from "./pace";
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
import { styleByScript } from "./style";
import { qualityTitle, trackTitle } from "./titles";
import { mediaErrorCause } from "./words";

RxPlayer.addFeatures([DASH, EME, HTML_TEXT_BUFFER, HTML_TTML_PARSER, HTML_VTT_PARSER]);
styleByScript();

/** rx-player, Canal+'s. */
class Rx implements Player {
  readonly version = RxPlayer.version;
  private readonly player: RxPlayer;
  private live = false;
  private target = 0;
  /** It has read a manifest. */
  private parsed = false;
  /** performance.now() when it went to the edge by itself. */
  private jumped = 0;

  constructor(
    video: HTMLVideoElement,
    private readonly text: HTMLElement,
    private readonly listener: Listener,
  ) {
    this.player = new RxPlayer({ videoElement: video });
  }

  open({ url, from, play, facts, licence, now }: Source): Promise<void> {
    this.live = facts.live;
    this.target = facts.target;
    if (facts.live && facts.lowLatency && facts.start > 0) {
      // rx-player begins at the target, and leaves it to the page to keep to it.
      this.player.addEventListener("positionUpdate", ({ position }) => {
        const late = (now() - facts.start) / 1000 - position - facts.target;
        if (facts.latest > 0 && late > facts.latest - facts.target && performance.now() > this.jumped + 10_000) {
          this.jumped = performance.now();
          this.goLive();
        }
        this.player.setPlaybackRate(rateFor(late, this.player.getPlaybackRate(), facts));
      });
    }
    this.player.addEventListener("inbandEvents", (events) => {
      for (const { value } of events) {
        this.listener.event(ofEmsg(value));
      }
    });
    this.player.addEventListener("streamEvent", (event) => this.listener.event(ofEvent(event)));
    this.player.addEventListener("newAvailablePeriods", () => {
      this.parsed = true;
    });
    return new Promise((resolve) => {
      this.player.addEventListener("error", (error) => {
        this.listener.trouble(troubleOf(error, true, this.parsed));
        resolve();
      });
      this.player.addEventListener("warning", (error) => {
        if (!("code" in error) || error.code !== "MEDIA_ERR_BLOCKED_AUTOPLAY") {
          this.listener.trouble(troubleOf(error, false, this.parsed));
        }
      });
      this.player.addEventListener("playerStateChange", (state) => {
        if (state === "LOADED" || state === "PLAYING") {
          resolve();
        }
      });
      for (const event of [
        "availableVideoTracksChange",
        "availableAudioTracksChange",
        "availableTextTracksChange",
        "audioTrackChange",
        "textTrackChange",
        "videoTrackChange",
      ] as const) {
        this.player.addEventListener(event, () => this.listener.changed());
      }
      this.player.loadVideo({
        url,
        transport: "dash",
        autoPlay: play,
        textTrackMode: "html",
        textTrackElement: this.text,
        lowLatencyMode: facts.live && facts.lowLatency,
        ...(licence && { keySystems: [{ type: "clearkey", getLicense: (message) => fetchLicence(licence, message) }] }),
        ...(from > 0 && { startAt: { position: from } }),
      });
    });
  }

  choices(kind: Kind): Choice[] {
    switch (kind) {
      case "video":
        return (this.player.getVideoTrack()?.representations ?? []).map((r) => ({
          id: String(r.id),
          title: qualityTitle(r.height, r.bitrate),
        }));
      case "audio":
        return this.player
          .getAvailableAudioTracks()
          .map((track) => ({ id: track.id, title: trackTitle(track.label, track.language) }));
      case "text":
        return this.player
          .getAvailableTextTracks()
          .map((track) => ({ id: track.id, title: trackTitle(track.label, track.language) }));
    }
  }

  chosen(kind: Kind): string {
    switch (kind) {
      case "video":
        return this.player.getLockedVideoRepresentations()?.[0] ?? AUTOMATIC;
      case "audio":
        return this.player.getAudioTrack()?.id ?? "";
      case "text":
        return this.player.getTextTrack()?.id ?? OFF;
    }
  }

  choose(kind: Kind, id: string): void {
    if (kind === "video") {
      if (id === AUTOMATIC) {
        this.player.unlockVideoRepresentations();
      } else {
        this.player.lockVideoRepresentations([id]);
      }
    } else if (kind === "audio") {
      this.player.setAudioTrack(id);
    } else if (id === OFF) {
      this.player.disableTextTrack();
    } else {
      this.player.setTextTrack(id);
    }
  }

  bandwidth(kind: "video" | "audio"): number {
    const now = kind === "video" ? this.player.getVideoRepresentation() : this.player.getAudioRepresentation();
    return now?.bitrate ?? 0;
  }

  metrics(): Metrics {
    const edge = this.live ? this.player.getLivePosition() : undefined;
    return {
      ...(typeof edge === "number" && { latency: Math.max(0, edge - this.player.getPosition()) }),
      ...(this.live && this.target > 0 && { target: this.target }),
    };
  }

  goLive(): void {
    const edge = this.player.getLivePosition() ?? this.player.getMaximumPosition();
    if (typeof edge === "number") {
      this.player.seekTo({ position: edge - (this.target || 10) });
    }
  }

  close(): Promise<void> {
    this.player.dispose();
    return Promise.resolve();
  }
}

export function create(video: HTMLVideoElement, text: HTMLElement, listener: Listener): Player {
  return new Rx(video, text, listener);
}

/** rx-player leaves fetching licences to the page. */
async function fetchLicence(url: string, message: BufferSource): Promise<ArrayBuffer> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", body: message, headers });
  if (!answer.ok) {
    throw new Error(`the licence server answered ${answer.status}`);
  }
  return answer.arrayBuffer();
}

interface Emsg {
  schemeIdUri: string;
  value: string;
  timescale: number;
  presentationTimeDelta: number;
  eventDuration: number;
  id: number;
  messageData: Uint8Array;
}

/** rx-player says when an emsg is due only from the start of its segment, and not where that is. */
function ofEmsg(emsg: Emsg): StreamEvent {
  return {
    from: "emsg",
    scheme: emsg.schemeIdUri,
    value: emsg.value,
    id: String(emsg.id),
    start: Number.NaN,
    duration: emsg.timescale ? emsg.eventDuration / emsg.timescale : 0,
    data: emsg.messageData,
  };
}

function ofEvent({ data, start, ...rest }: IStreamEvent): StreamEvent {
  const { schemeIdUri, element } = data.value;
  const end = "end" in rest ? rest.end : start;
  return {
    from: "mpd",
    scheme: schemeIdUri,
    value: element.parentElement?.getAttribute("value") ?? "",
    id: element.getAttribute("id") ?? "",
    start,
    duration: Math.max(0, end - start),
    data: element.textContent?.trim() || (element.getAttribute("messageData") ?? ""),
  };
}

/** parsed says that there has been a manifest: what cannot be parsed after that is media. */
export function causeOf(
  error: { type: string; code: string; errorType?: string; message?: string },
  parsed: boolean,
): Cause {
  switch (error.code) {
    case "PIPELINE_PARSE_ERROR":
      return parsed ? "media" : "manifest";
    case "INTEGRITY_ERROR":
      return "media";
    case "INCOMPATIBLE_KEYSYSTEMS":
    case "INVALID_KEY_SYSTEM":
    case "MEDIA_KEYS_NOT_SUPPORTED":
    case "CREATE_MEDIA_KEYS_ERROR":
      return "keysystem";
    case "MEDIA_ERR_NETWORK":
      return "unreachable";
    case "MANIFEST_PARSE_ERROR":
    case "MANIFEST_UPDATE_ERROR":
    case "MANIFEST_UNSUPPORTED_ADAPTATION_TYPE":
    case "NO_PLAYABLE_REPRESENTATION":
      return "manifest";
    case "MANIFEST_INCOMPATIBLE_CODECS_ERROR":
    case "NO_AUDIO_VIDEO_TRACKS":
    case "BUFFER_TYPE_UNKNOWN":
      return "codec";
  }
  if (error.code === "MEDIA_ERR_SRC_NOT_SUPPORTED") {
    return mediaErrorCause(4, error.message);
  }
  switch (error.type) {
    case "NETWORK_ERROR":
      return error.errorType === "ERROR_HTTP_CODE" ? "refused" : "unreachable";
    case "MEDIA_ERROR":
      return "media";
    case "ENCRYPTED_MEDIA_ERROR":
      return "protection";
  }
  return "other";
}

function troubleOf(error: Error | IPlayerError, fatal: boolean, parsed: boolean): Trouble {
  const known = error as {
    type?: string;
    code?: string;
    url?: string;
    status?: number;
    errorType?: string;
    message: string;
  };
  return {
    cause: causeOf(
      {
        type: known.type ?? "",
        code: known.code ?? "",
        message: known.message,
        ...(known.errorType && { errorType: known.errorType }),
      },
      parsed,
    ),
    fatal,
    code: `rx-player ${known.code ?? known.type ?? "error"}`,
    detail: known.message,
    ...(known.url && { url: known.url }),
    ...(known.status && { status: known.status }),
  };
}
