import { fill } from "../../parts/fill";
import { bitrate, clock } from "../../parts/format";
import { AUTOMATIC, type Choice, type Kind, OFF } from "../../players/player";
import { History, type Sample } from "./history";
import { type Hooks, Session } from "./session";

interface Field {
  kind: Kind;
  /** The choice that is not a track. */
  none?: Choice;
  box: HTMLLabelElement;
  select: HTMLSelectElement;
}

/** One player on the page: its picture, what it may be told, and what it has done. */
export class Lane {
  readonly video: HTMLVideoElement;
  readonly session: Session;
  readonly history = new History();
  /** The others keep quiet, and it is the one whose position the others take over. */
  readonly sound = document.createElement("button");
  /** The titles of the players that it waits for; empty when it waits for none. */
  waits = "";
  private readonly fields: Field[];
  private readonly name: HTMLElement;

  constructor(
    readonly box: HTMLElement,
    hooks: Hooks,
  ) {
    const part = <T extends HTMLElement>(selector: string) => box.querySelector<T>(selector) as T;
    this.video = part<HTMLVideoElement>("video");
    this.name = part(".name");
    this.session = new Session(this.video, part(".subtitles"), part(".problem"), {
      ...hooks,
      changed: () => this.changed(hooks),
    });
    this.sound.type = "button";
    this.sound.className = "button small";
    const head = document.createElement("div");
    head.className = "lane-head";
    this.name.before(head);
    head.append(this.name, this.sound);
    this.fields = [
      this.field("video", "Quality", { id: AUTOMATIC, title: "Automatic" }),
      this.field("audio", "Sound"),
      this.field("text", "Subtitles", { id: OFF, title: "Off" }),
    ];
    fill(
      part(".choices"),
      this.fields.map((field) => field.box),
    );
  }

  get title(): string {
    return this.session.library?.title ?? "";
  }

  /** Looks at the player, and remembers what it sees. latency is by the page's clock, measured what the page saw come in. */
  sample(at: number, latency: number, measured: number): void {
    const { player, shown } = this.session;
    this.session.look(performance.now());
    if (!player || !shown) {
      return;
    }
    const metrics = player.metrics();
    const sample: Sample = {
      at,
      buffer: ahead(this.video.buffered, this.video.currentTime),
      bitrate: player.bandwidth("video") + player.bandwidth("audio") || Number.NaN,
      latency: Number.isFinite(latency) ? latency : (metrics.latency ?? Number.NaN),
      throughput: metrics.throughput ?? measured,
      dropped: this.video.getVideoPlaybackQuality().droppedVideoFrames,
    };
    this.history.add(sample);
  }

  /** What the table says of it. start is when a live stream's media time is 0, in ms since 1970. */
  numbers(start = 0): [title: string, value: string][] {
    const { video } = this;
    const { player, opened, shown, stalls, stopped } = this.session;
    const { droppedVideoFrames: dropped, totalVideoFrames: total } = video.getVideoPlaybackQuality();
    const last = this.history.samples[this.history.samples.length - 1];
    const metrics = (shown && player?.metrics()) || {};
    return [
      ["State", stopped ? "Stopped" : this.waits ? `Waiting for ${this.waits}` : stateOf(video, shown > 0)],
      ["Time", timeOf(video, start)],
      ["Picture", video.videoWidth ? `${video.videoWidth} × ${video.videoHeight}` : "–"],
      ["Video", bitrate(player?.bandwidth("video") ?? 0)],
      ["Audio", bitrate(player?.bandwidth("audio") ?? 0)],
      ["Buffer ahead", `${ahead(video.buffered, video.currentTime).toFixed(1)} s`],
      ["Behind live", last && Number.isFinite(last.latency) ? `${last.latency.toFixed(2)} s` : "–"],
      ["Behind, it says", metrics.latency === undefined ? "–" : `${metrics.latency.toFixed(2)} s`],
      ["Target", metrics.target ? `${metrics.target.toFixed(2)} s` : "–"],
      ["Speed", `${Number(video.playbackRate.toFixed(3))}×`],
      ["Throughput", bitrate(last?.throughput ?? 0)],
      ["Frames dropped", total ? `${dropped} of ${total}` : "–"],
      ["Started in", shown ? `${((shown - opened) / 1000).toFixed(2)} s` : "–"],
      ["Stalls", String(stalls)],
    ];
  }

  draw(): void {
    const { library, player } = this.session;
    const name = [library?.title, player?.version].filter(Boolean).join(" ");
    if (this.name.textContent !== name) {
      this.name.textContent = name;
    }
    const sound = this.video.muted ? "Sound off" : "Sound on";
    if (this.sound.textContent !== sound) {
      this.sound.textContent = sound;
      this.sound.setAttribute("aria-label", `${sound}: ${this.title}`);
    }
  }

  private changed(hooks: Hooks): void {
    const { player } = this.session;
    for (const field of this.fields) {
      const tracks = player?.choices(field.kind) ?? [];
      field.box.hidden = tracks.length < (field.kind === "text" ? 1 : 2);
      if (!field.box.hidden && player) {
        setOptions(field.select, field.none ? [field.none, ...tracks] : tracks, player.chosen(field.kind));
      }
    }
    this.draw();
    hooks.changed();
  }

  private field(kind: Kind, title: string, none?: Choice): Field {
    const box = document.createElement("label");
    box.className = "field";
    box.hidden = true;
    const name = document.createElement("span");
    name.textContent = title;
    const select = document.createElement("select");
    select.addEventListener("change", () => {
      this.session.player?.choose(kind, select.value);
    });
    box.append(name, select);
    return { kind, box, select, ...(none && { none }) };
  }
}

/** Seconds that can be played from `time` on without fetching anything. */
export function ahead(buffered: TimeRanges, time: number): number {
  for (let n = 0; n < buffered.length; n++) {
    // A range may begin a frame after the time that was asked for.
    if (buffered.start(n) <= time + 0.1 && time <= buffered.end(n)) {
      return buffered.end(n) - time;
    }
  }
  return 0;
}

function stateOf(video: HTMLVideoElement, shown: boolean): string {
  if (video.ended) {
    return "Ended";
  }
  if (video.seeking) {
    return "Seeking";
  }
  if (!shown) {
    return "Opening";
  }
  if (video.paused) {
    return "Paused";
  }
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? "Waiting for data" : "Playing";
}

/** A recording's position; of a live stream the time of day that is shown, where it is known. */
function timeOf({ currentTime, duration }: HTMLVideoElement, start: number): string {
  if (start > 0) {
    return `${new Date(start + currentTime * 1000).toISOString().slice(11, 19)} UTC`;
  }
  return Number.isFinite(duration) && duration < 1e9
    ? `${clock(currentTime)} of ${clock(duration)}`
    : clock(currentTime);
}

/** Changes the options only when they differ: an open list would close. */
function setOptions(select: HTMLSelectElement, choices: Choice[], chosen: string): void {
  const same =
    select.options.length === choices.length &&
    choices.every((choice, n) => select.options[n]?.value === choice.id && select.options[n]?.text === choice.title);
  if (!same) {
    fill(
      select,
      choices.map((choice) => new Option(choice.title, choice.id)),
    );
  }
  if (select.value !== chosen) {
    select.value = chosen;
  }
}
