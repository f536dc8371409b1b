import { empty } from "../../players/manifest";
import { offers } from "../../players/media";
import type { Library, Source, Trouble } from "../../players/player";
import { type Circumstances, undecoded } from "../../players/words";
import { Bench } from "./bench";
import { blame } from "./blame";
import { EventList } from "./events";
import { listenToKeys } from "./keys";
import type { Lane } from "./lane";
import { LiveBar } from "./live";
import { Messages } from "./messages";
import { asPage } from "./page";
import { report } from "./report";
import { RequestList } from "./requests";
import { Stage } from "./stage";
import type { Request } from "./tap";

/** Players are looked at so often, in ms. */
const EVERY = 500;

/** Everything on the page that a player's doings are shown on, put together. */
export class Workbench {
  private readonly stage: Stage;
  private readonly bench: Bench;
  private readonly bar: LiveBar;
  private readonly events = new EventList();
  private readonly requests = new RequestList();
  private readonly messages = new Messages();
  private readonly begun = performance.now();
  private readonly controls: HTMLElement;
  private readonly notice: HTMLElement;
  private source: Source;

  constructor(
    main: HTMLElement,
    root: HTMLElement,
    private readonly url: string,
    source: Promise<Source>,
  ) {
    const part = (selector: string) => main.querySelector<HTMLElement>(selector) as HTMLElement;
    this.source = { url, from: 0, play: true, facts: empty(), now: () => Date.now() };
    this.controls = part("#controls");
    this.notice = part("#notice");
    this.stage = new Stage(part("#lanes"), source, {
      changed: () => undefined,
      event: (event, library) => this.events.add(event, library.title),
      trouble: (trouble, words, library) =>
        this.messages.add({ at: performance.now(), player: library.title, trouble, words }),
      circumstances: (trouble, library) => this.circumstances(trouble, library),
    });
    this.bench = new Bench(part("#side"), part("#measures"));
    this.bar = new LiveBar(this.stage);
    this.controls.before(this.bar.box);
    part("#journals").append(this.events.box, this.requests.box, this.messages.box, this.reporter());
    listenToKeys(document, () => this.stage.lanes.map((lane) => lane.video));
    for (const node of [this.controls, part("#side"), part("#measures"), part("#journals")]) {
      node.hidden = false;
    }
    root.classList.add("running");
    void source.then((known) => {
      this.source = known;
      this.events.start = known.facts.live ? known.facts.start : 0;
      this.warn();
    });
    setInterval(() => !document.hidden && this.look(), EVERY);
    this.look();
  }

  /** Puts the choice of players where it belongs. */
  place(choosers: HTMLElement): void {
    this.controls.prepend(choosers);
  }

  show(keys: string[]): void {
    void this.stage.show(keys);
    this.look();
  }

  requested(request: Request): void {
    this.requests.add(request);
  }

  private look(): void {
    const at = (performance.now() - this.begun) / 1000;
    const { facts } = this.source;
    for (const lane of this.stage.lanes) {
      const key = lane.session.library?.key ?? "";
      // Segments that grow while they are fetched do not tell how fast the network is.
      const measured = facts.lowLatency ? Number.NaN : this.requests.throughput(key);
      lane.sample(at, this.latency(lane), measured);
      lane.draw();
    }
    this.bench.draw(this.stage.lanes, at, facts);
    this.bar.draw(facts, this.source.now());
    this.requests.draw();
  }

  /** Seconds behind live by the stream's clock: media time counts from MPD@availabilityStartTime in all players. */
  private latency({ video }: Lane): number {
    const { facts, now } = this.source;
    return facts.live && facts.start > 0 ? (now() - facts.start) / 1000 - video.currentTime : Number.NaN;
  }

  private circumstances(trouble: Trouble, library: Library | undefined): Circumstances {
    const { systems } = this.source.facts;
    const address = trouble.url && new URL(trouble.url, this.url).href;
    const answer = address ? this.requests.answer(address) : undefined;
    return {
      answer,
      manifest: this.requests.answer(this.url) ?? this.requests.answer(asPage(this.url)),
      ...blame(
        trouble.cause,
        this.url,
        answer,
        this.requests.all.filter((each) => each.who === library?.key),
      ),
      systems,
      canDecrypt: canDecrypt(),
      ...offers(this.source.facts.media),
    };
  }

  /** Some things are known to fail before a player has tried. */
  private warn(): void {
    const { facts } = this.source;
    const by = facts.systems.join(", ");
    const on = offers(facts.media);
    const without = undecoded(on);
    let text = "";
    if (facts.systems.length > 0 && !canDecrypt()) {
      text = `The stream is encrypted (${by}), and browsers decrypt on https and localhost only: open this page by one of these.`;
    } else if (facts.systems.length > 0 && !facts.systems.includes("ClearKey")) {
      text = `The stream is encrypted (${by}). This page sets up ClearKey only, so it will hardly play here.`;
    } else if (/^http:/.test(this.url) && location.protocol === "https:") {
      text = "This page came by https, the manifest does not: browsers do not fetch that.";
    } else if (without) {
      text = `${without} Some players leave it out, others stop. Try another browser, or play it with VLC as shown below.`;
      if (on.audio?.decodes === false) {
        text += " A dashwright that is started with --aac converts sound that browsers do not decode.";
      }
    }
    this.notice.textContent = text;
    this.notice.hidden = text === "";
  }

  private reporter(): HTMLElement {
    const box = document.createElement("p");
    box.className = "reporter";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Copy a bug report";
    button.dataset.copyText = "";
    // The page's own listener copies what stands there by then.
    button.addEventListener("click", () => {
      button.dataset.copyText = this.report();
    });
    const says = document.createElement("span");
    says.className = "facts";
    says.textContent = "Addresses, versions, numbers, the last errors and requests, as text.";
    box.append(button, " ", says);
    return box;
  }

  private report(): string {
    return report({
      time: new Date().toISOString(),
      page: location.href,
      manifest: this.url,
      server: document.querySelector(".foot p")?.textContent?.split("·")[0]?.trim() ?? "",
      browser: navigator.userAgent,
      facts: this.source.facts,
      players: this.stage.lanes.map((lane) => ({
        name: `${lane.title} ${lane.session.player?.version ?? ""}`.trim(),
        numbers: lane.numbers(this.source.facts.live ? this.source.facts.start : 0),
      })),
      messages: this.messages.all,
      requests: this.requests.all,
    });
  }
}

function canDecrypt(): boolean {
  return typeof navigator.requestMediaKeySystemAccess === "function";
}
