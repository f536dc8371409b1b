import type { Facts } from "../../players/manifest";
import type { Lane } from "./lane";
import type { Stage } from "./stage";

/** What is there for several players, and for live streams: play together, follow together, go live, and the clock. */
export class LiveBar {
  readonly box = document.createElement("div");
  private readonly live = document.createElement("button");
  private readonly says = document.createElement("p");
  private readonly all = document.createElement("button");
  private readonly together = document.createElement("label");

  constructor(private readonly stage: Stage) {
    this.box.className = "livebar";
    this.live.type = "button";
    this.live.className = "button golive";
    this.live.textContent = "Go live";
    this.live.addEventListener("click", () => {
      stage.goLive();
      void stage.play();
    });
    this.all.type = "button";
    this.all.className = "button";
    this.all.addEventListener("click", () => {
      if (this.paused()) {
        void stage.play();
      } else {
        stage.pause();
      }
    });
    const check = document.createElement("input");
    check.type = "checkbox";
    check.addEventListener("change", () => {
      stage.together = check.checked;
    });
    this.together.className = "check";
    this.together.append(check, " Seek together");
    this.says.className = "clock";
    this.box.append(this.all, this.together, this.live, this.says);
  }

  /** now is the stream's clock in ms; 0 where the stream is not live. */
  draw(facts: Facts, now: number): void {
    const { lanes } = this.stage;
    const many = lanes.length > 1;
    this.all.hidden = !many;
    this.together.hidden = !many;
    this.live.hidden = !facts.live;
    this.says.hidden = !facts.live;
    this.box.hidden = !many && !facts.live;
    const all = this.paused() ? "Play all" : "Pause all";
    if (this.all.textContent !== all) {
      this.all.textContent = all;
    }
    if (!facts.live) {
      return;
    }
    const behind = lanes.map(latencyOf).filter(Number.isFinite);
    const words = [
      `${new Date(now).toISOString().slice(11, 19)} UTC`,
      ...(behind.length > 0 ? [`${span(behind)} behind live`] : []),
      ...(facts.target > 0 ? [`${Number(facts.target.toFixed(2))} s wanted`] : []),
    ].join(" · ");
    if (this.says.textContent !== words) {
      this.says.textContent = words;
    }
    const wanted = facts.target || 10;
    this.live.classList.toggle("at-edge", behind.length > 0 && Math.max(...behind) < wanted + 4);
  }

  private paused(): boolean {
    return this.stage.lanes.every(({ video }) => video.paused);
  }
}

function latencyOf(lane: Lane): number {
  const { samples } = lane.history;
  return samples[samples.length - 1]?.latency ?? Number.NaN;
}

function span(values: number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return values.length === 1 ? `${low.toFixed(1)} s` : `${low.toFixed(1)} to ${high.toFixed(1)} s`;
}
