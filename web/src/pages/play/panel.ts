import { fill } from "../../parts/fill";
import { bitrate, clock } from "../../parts/format";
import { shortcuts } from "./keys";
import type { Session } from "./session";

const EVERY = 500;

/** What the player does, in numbers, twice a second. */
export class Panel {
  private readonly heading = document.createElement("h2");
  private readonly values: HTMLElement[] = [];

  constructor(
    root: HTMLElement,
    private readonly video: HTMLVideoElement,
    private readonly session: Session,
  ) {
    const stats = document.createElement("dl");
    stats.className = "stats";
    for (const [title] of this.rows()) {
      const value = document.createElement("dd");
      this.values.push(value);
      stats.append(row(title, value));
    }
    fill(root, [this.heading, stats, keyHelp()]);
  }

  run(): void {
    this.draw();
    setInterval(() => {
      if (!document.hidden) {
        this.session.look(performance.now());
        this.draw();
      }
    }, EVERY);
  }

  private draw(): void {
    const { library, player } = this.session;
    write(this.heading, [library?.title, player?.version].filter(Boolean).join(" "));
    this.rows().forEach(([, value], n) => {
      const cell = this.values[n];
      if (cell) {
        write(cell, value);
      }
    });
  }

  private rows(): [title: string, value: string][] {
    const { video } = this;
    const { player, opened, shown, stalls, stopped } = this.session;
    const { droppedVideoFrames: dropped, totalVideoFrames: total } = video.getVideoPlaybackQuality();
    return [
      ["State", stopped ? "Stopped" : stateOf(video, shown > 0)],
      ["Time", `${clock(video.currentTime)} of ${clock(video.duration)}`],
      ["Picture", video.videoWidth ? `${video.videoWidth} × ${video.videoHeight}` : "–"],
      ["Video", bitrate(player?.bandwidth("video") ?? 0)],
      ["Audio", bitrate(player?.bandwidth("audio") ?? 0)],
      ["Buffer ahead", `${ahead(video.buffered, video.currentTime).toFixed(1)} s`],
      ["Frames dropped", total ? `${dropped} of ${total}` : "–"],
      ["Started in", shown ? `${((shown - opened) / 1000).toFixed(2)} s` : "–"],
      ["Stalls", String(stalls)],
    ];
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

function row(title: string, value: HTMLElement): HTMLElement {
  const box = document.createElement("div");
  const term = document.createElement("dt");
  term.textContent = title;
  box.append(term, value);
  return box;
}

function keyHelp(): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "Keys";
  const list = document.createElement("dl");
  list.className = "keys";
  for (const { keys, does } of shortcuts()) {
    const value = document.createElement("dd");
    value.textContent = does;
    const box = row("", value);
    const term = box.querySelector("dt");
    keys.forEach((key, n) => {
      const kbd = document.createElement("kbd");
      kbd.textContent = key;
      term?.append(n ? " " : "", kbd);
    });
    list.append(box);
  }
  details.append(summary, list);
  return details;
}

function write(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
