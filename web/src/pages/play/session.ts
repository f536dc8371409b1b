import { fill } from "../../parts/fill";
import type { Library, Player, Source, StreamEvent, Trouble } from "../../players/player";
import { type Circumstances, explain, mediaErrorCause, mediaErrorWords, type Words } from "../../players/words";
import { Watchdog } from "./watchdog";

/** So much sound has to have played before its video is missed, in seconds. */
const LOOKED = 2;

/** What a session tells, and asks, the page. */
export interface Hooks {
  /** What the choosers show may have changed. */
  changed(): void;
  event(event: StreamEvent, library: Library): void;
  trouble(trouble: Trouble, words: Words, library: Library): void;
  /** What is known about an answer that a player did not like. */
  circumstances(trouble: Trouble, library: Library | undefined): Circumstances;
}

/** One video element, and the player library that has it just now. */
export class Session {
  library: Library | undefined;
  player: Player | undefined;
  /** When the present player was told to open the stream, and when it showed a picture (ms). */
  opened = 0;
  shown = 0;
  stalls = 0;
  /** The present player has given up; the page says why. */
  stopped = false;
  /** Called when it gives up. */
  onStopped: () => void = () => undefined;

  private turn = 0;
  private readonly watchdog = new Watchdog();
  private stuck = false;
  /** The present player plays without the video, and the page has said so. */
  private unseen = false;
  private pictures = false;
  /** Seconds: where it began. */
  private from = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly text: HTMLElement,
    private readonly problem: HTMLElement,
    private readonly hooks: Hooks,
  ) {
    const show = () => {
      if (!this.shown) {
        this.shown = performance.now();
        this.from = video.currentTime;
      }
    };
    video.addEventListener("playing", show);
    video.addEventListener("loadeddata", show);
    video.addEventListener("waiting", () => {
      if (this.shown && !video.seeking) {
        this.stalls++;
      }
    });
    video.addEventListener("error", () => {
      const error = video.error;
      if (error && this.library) {
        const detail = [mediaErrorWords(error.code), error.message].filter(Boolean).join(": ");
        const cause = mediaErrorCause(error.code, error.message);
        this.tell({ cause, fatal: false, code: this.library.title, detail });
      }
    });
  }

  /** Opens the source in a library, which need not be the last one. Resolves when it can play, or has said why not. */
  async use(library: Library, source: Promise<Source>): Promise<void> {
    const turn = ++this.turn;
    this.library = library;
    this.problem.hidden = true;
    this.stopped = false;
    this.stuck = false;
    this.unseen = false;
    this.hooks.changed();
    try {
      const before = this.player;
      this.player = undefined;
      const [module, told] = await Promise.all([library.load(), source, before?.close()]);
      if (turn !== this.turn) {
        return; // Somebody has chosen again meanwhile.
      }
      this.opened = performance.now();
      this.pictures = told.facts.pictures;
      this.shown = 0;
      this.stalls = 0;
      this.player = module.create(this.video, this.text, {
        trouble: (trouble) => turn === this.turn && this.tell(trouble),
        changed: () => this.hooks.changed(),
        event: (event) => turn === this.turn && this.hooks.event(event, library),
      });
      await this.player.open(told);
    } catch (reason) {
      if (turn === this.turn) {
        this.tell({ cause: "other", fatal: true, code: library.title, detail: String(reason) });
      }
    }
    this.hooks.changed();
  }

  /** Gives the video element back for good. */
  async close(): Promise<void> {
    this.turn++;
    const { player } = this;
    this.player = undefined;
    this.library = undefined;
    await player?.close();
  }

  /** Looks whether anything happens; now is in ms. Called every now and then. */
  look(now: number): void {
    const { video } = this;
    const buffered = video.buffered;
    if (video.ended && buffered.length === 0 && !this.stopped && this.library) {
      // Damaged media may be appended without a word, and skipped as a gap.
      this.tell({ cause: "media", fatal: true, code: `${this.library.title} ended with nothing in its buffer` });
      return;
    }
    if (this.pictures && !this.unseen && this.shown && !video.videoWidth && video.currentTime - this.from > LOOKED) {
      this.unseen = true;
      const trouble: Trouble = { cause: "unseen", fatal: false, code: `${this.library?.title} plays sound only` };
      this.show(trouble, this.report(trouble));
    }
    const stuck = this.watchdog.stuck(now, {
      wanted: this.player !== undefined && !this.stopped && !video.ended && (!video.paused || !this.shown),
      time: video.currentTime,
      end: buffered.length ? buffered.end(buffered.length - 1) : 0,
    });
    if (stuck === this.stuck) {
      return;
    }
    this.stuck = stuck;
    if (stuck) {
      const trouble: Trouble = { cause: "stuck", fatal: false, code: `${this.library?.title} has reported nothing` };
      this.show(trouble, this.report(trouble));
    } else if (!this.stopped && !this.unseen) {
      this.problem.hidden = true;
    }
  }

  /** Keeps what a player says, and shows what ends playing: what it gets over by itself is in the messages. */
  private tell(trouble: Trouble): void {
    const words = this.report(trouble);
    if (trouble.fatal) {
      this.stopped = true;
      this.show(trouble, words);
      this.onStopped();
    }
  }

  private report(trouble: Trouble): Words {
    const words = explain(trouble, this.hooks.circumstances(trouble, this.library));
    if (this.library) {
      this.hooks.trouble(trouble, words, this.library);
    }
    return words;
  }

  private show(trouble: Trouble, words: Words): void {
    const said = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = words.said;
    said.append(strong);
    const look = document.createElement("p");
    look.textContent = words.look;
    const code = document.createElement("p");
    const exact = document.createElement("code");
    exact.textContent = [trouble.code, trouble.detail, trouble.url].filter(Boolean).join(" · ");
    code.append(exact);
    fill(this.problem, [said, look, code]);
    this.problem.hidden = false;
  }
}
