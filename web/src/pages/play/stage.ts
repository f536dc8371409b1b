import { libraryFor } from "../../players/libraries";
import type { Source } from "../../players/player";
import { Lane } from "./lane";
import type { Hooks, Session } from "./session";

/** So long the others wait for a player that does not get ready, in ms. */
const PATIENCE = 10_000;
/** HTMLMediaElement.HAVE_FUTURE_DATA. */
const HAVE_FUTURE_DATA = 3;
/** A jump of the position by more than this is a seek of the visitor, in seconds. */
const JUMP = 1;

/** The players on the page. Several start together, one of them is heard, and seeks of one may be seeks of all. */
export class Stage {
  lanes: Lane[] = [];
  /** Seeks of one are seeks of all. */
  together = false;
  private readonly spare: HTMLElement;
  private turn = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly source: Promise<Source>,
    private readonly hooks: Hooks,
  ) {
    const first = root.querySelector<HTMLElement>(".lane") as HTMLElement;
    this.spare = first.cloneNode(true) as HTMLElement;
    this.add(first);
  }

  /** Has the libraries of these keys play, from where the first one was, and no others. */
  async show(keys: string[]): Promise<void> {
    const turn = ++this.turn;
    const first = this.lanes[0] as Lane;
    const source = await this.source;
    if (turn !== this.turn) {
      return;
    }
    const begun = first.session.library !== undefined;
    // A live stream is entered at its edge; only a single player that is exchanged goes on where the last one was.
    const stay = !source.facts.live || (keys.length === 1 && this.lanes.length === 1);
    const from = begun && stay ? first.video.currentTime : source.from;
    const play = !begun || !first.video.paused;
    while (this.lanes.length > keys.length) {
      const lane = this.lanes.pop() as Lane;
      lane.box.remove();
      void lane.session.close();
    }
    while (this.lanes.length < keys.length) {
      const box = this.spare.cloneNode(true) as HTMLElement;
      this.root.append(box);
      this.add(box);
    }
    const many = keys.length > 1;
    this.root.classList.toggle("many", many);
    this.root.closest(".player")?.classList.toggle("several", many);
    this.lanes.forEach((lane, n) => {
      lane.sound.hidden = !many;
      if (many) {
        lane.video.muted = n > 0;
      }
    });
    // Live streams keep players together by the clock; of a recording they wait for each other.
    const atOnce = play && (!many || source.facts.live);
    const opening = this.lanes.map((lane, n) => {
      const library = libraryFor(keys[n]);
      const same = lane.session.library?.key === library.key && lane.session.player && !many;
      return same ? undefined : lane.session.use(library, Promise.resolve({ ...source, from, play: atOnce }));
    });
    if (!many) {
      await opening[0];
      return;
    }
    await this.ready(opening, atOnce);
    if (turn === this.turn && play) {
      await this.play();
    }
  }

  /** Waits for all lanes to be able to play; one that has failed holds nobody back. */
  private async ready(opening: (Promise<void> | undefined)[], atOnce: boolean): Promise<void> {
    const lanes = this.lanes.slice();
    const awaited = new Set(lanes);
    const tell = () => {
      const names = Array.from(awaited, (lane) => lane.title);
      for (const lane of lanes) {
        lane.waits = atOnce || awaited.has(lane) ? "" : names.join(", ");
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    const all = lanes.map(async (lane, n) => {
      await settled(lane, opening[n]);
      awaited.delete(lane);
      tell();
    });
    await Promise.race([Promise.all(all), late]);
    clearTimeout(timer);
    for (const lane of lanes) {
      lane.waits = "";
    }
  }

  /** All at once. Where the browser wants a press before it makes noise, they start without. */
  async play(): Promise<void> {
    const starts = this.lanes.map(({ video }) => video.play());
    await Promise.all(
      starts.map((start, n) =>
        start.catch((error: DOMException) => {
          const video = this.lanes[n]?.video;
          if (error.name === "NotAllowedError" && video && this.lanes.length > 1) {
            video.muted = true;
            return video.play().catch(() => undefined); // Then a press it is; the controls are there.
          }
          return undefined; // Nothing is loaded, and the page says why.
        }),
      ),
    );
  }

  pause(): void {
    for (const { video } of this.lanes) {
      video.pause();
    }
  }

  goLive(): void {
    for (const { session } of this.lanes) {
      session.player?.goLive();
    }
  }

  private add(box: HTMLElement): void {
    const lane = new Lane(box, this.hooks);
    this.lanes.push(lane);
    const { video } = lane;
    video.className = `picture-${this.lanes.length}`; // By which dash.js finds it again, for the style of cues.
    lane.sound.addEventListener("click", () => {
      const muted = !video.muted;
      for (const other of this.lanes) {
        other.video.muted = other === lane ? muted : true;
      }
    });
    video.addEventListener("volumechange", () => {
      if (!video.muted && this.lanes.length > 1) {
        for (const other of this.lanes) {
          other.video.muted = other !== lane;
        }
      }
      for (const other of this.lanes) {
        other.draw();
      }
    });
    let last = 0;
    video.addEventListener("timeupdate", () => {
      if (!video.seeking) {
        last = video.currentTime;
      }
    });
    video.addEventListener("seeking", () => {
      const to = video.currentTime;
      if (!this.together || !lane.session.shown || Math.abs(to - last) < JUMP) {
        return;
      }
      last = to;
      for (const { video: other } of this.lanes) {
        if (Math.abs(other.currentTime - to) >= JUMP) {
          other.currentTime = to;
        }
      }
    });
  }
}

/** Resolves when a lane has enough to begin with, or has given up. */
export async function settled(
  lane: { video: HTMLVideoElement; session: Pick<Session, "stopped" | "onStopped"> },
  opening: Promise<void> | undefined,
): Promise<void> {
  const { video, session } = lane;
  const stopped = new Promise<void>((resolve) => {
    session.onStopped = resolve;
  });
  const can = async () => {
    await opening;
    if (!session.stopped && video.readyState < HAVE_FUTURE_DATA) {
      await new Promise<void>((resolve) => video.addEventListener("canplay", () => resolve(), { once: true }));
    }
  };
  await Promise.race([can(), stopped]);
}
