import { fill } from "../../parts/fill";
import type { Library, Player, Trouble } from "../../players/player";
import { explain } from "../../players/words";
import { Watchdog } from "./watchdog";

/** One video element, and the player library that has it just now. */
export class Session {
  /** What the choosers show may have changed. */
  onChange: () => void = () => undefined;
  library: Library | undefined;
  player: Player | undefined;
  /** When the present player was told to open the stream, and when it showed a picture (ms). */
  opened = 0;
  shown = 0;
  stalls = 0;
  /** The present player has given up; the page says why. */
  stopped = false;

  private turn = 0;
  private readonly watchdog = new Watchdog();
  private stuck = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly url: string,
    private readonly problem: HTMLElement,
  ) {
    const show = () => {
      this.shown ||= performance.now();
    };
    video.addEventListener("playing", show);
    video.addEventListener("loadeddata", show);
    video.addEventListener("waiting", () => {
      if (this.shown && !video.seeking) {
        this.stalls++;
      }
    });
  }

  /** Plays on in another library, from where the last one was. */
  async use(library: Library): Promise<void> {
    if (library.key === this.library?.key) {
      return;
    }
    const turn = ++this.turn;
    const from = this.video.currentTime;
    const play = this.library === undefined || !this.video.paused;
    this.library = library;
    this.problem.hidden = true;
    this.stopped = false;
    this.stuck = false;
    this.onChange();
    try {
      const [module] = await Promise.all([library.load(), this.player?.close()]);
      this.player = undefined;
      if (turn !== this.turn) {
        return; // Somebody has chosen again meanwhile.
      }
      this.opened = performance.now();
      this.shown = 0;
      this.stalls = 0;
      const tell = (trouble: Trouble) => turn === this.turn && this.tell(trouble);
      this.player = module.create(this.video, { trouble: tell, changed: () => this.onChange() });
      await this.player.open({ url: this.url, from, play });
    } catch (reason) {
      if (turn === this.turn) {
        this.tell({ cause: "other", fatal: true, code: library.title, detail: String(reason) });
      }
    }
    this.onChange();
  }

  /** Looks whether anything happens; now is in ms. Called every now and then. */
  look(now: number): void {
    const { video } = this;
    const buffered = video.buffered;
    if (video.ended && buffered.length === 0 && !this.stopped) {
      // Damaged media may be appended without a word, and skipped as a gap.
      this.tell({ cause: "media", fatal: true, code: `${this.library?.title} ended with nothing in its buffer` });
      return;
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
      this.show({ cause: "stuck", fatal: false, code: `${this.library?.title} has reported nothing` });
    } else if (!this.stopped) {
      this.problem.hidden = true;
    }
  }

  /** Shows trouble that ends playing; what a player gets over by itself it need not tell. */
  private tell(trouble: Trouble): void {
    if (!trouble.fatal) {
      return;
    }
    this.stopped = true;
    this.show(trouble);
  }

  private show(trouble: Trouble): void {
    const words = explain(trouble);
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
