import { fill } from "../../parts/fill";
import { Clock } from "./clock";
import { compare, differences } from "./compare";
import { changes, type Loaded, load, Refusal, silence } from "./load";
import { Picture, utc } from "./picture";
import { between, type Layout, layout, longest, stateAt } from "./segments";
import { draw } from "./tree";

/** Manifests of more characters a second than this are loaded again more seldom than they ask for. */
const HEAVY = 50_000;

/** Shows the manifest of a URL, what differs from that of the choice before, and its segments against the clock. */
export class Preview {
  private path = "";
  private before = "";
  private latest: AbortController | undefined;
  private readonly clock = new Clock();
  private layout: Layout | undefined;
  private reload: ReturnType<typeof setTimeout> | undefined;
  private readonly folded = new Set<string>();
  private readonly picture: Picture;
  private readonly caption = make("figcaption", "caption");
  private readonly problem = make("div", "problem");
  private readonly summary = make("p", "summary");
  private readonly sheet = make("div", "mpd");
  private readonly times = make("h2", "");
  private readonly legend = make("p", "legend");
  private readonly parts: HTMLElement[];

  constructor(
    root: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {
    const figure = make("figure", "times");
    this.picture = new Picture(figure);
    const { legend, times } = this;
    for (const [state, title] of [
      ["there", "can be fetched"],
      ["coming", "being made, or not announced yet"],
      ["later", "not yet"],
      ["over", "out of the window"],
    ] as const) {
      legend.append(make("span", `key ${state}`, make("i", ""), title), " ");
    }
    figure.append(legend, this.caption);
    this.sheet.tabIndex = 0;
    this.sheet.setAttribute("role", "region");
    this.sheet.setAttribute("aria-label", "The manifest");
    this.summary.setAttribute("role", "status");
    const bar = make("div", "tools", this.summary, this.button("Fold all", false), this.button("Unfold all", true));
    this.problem.setAttribute("role", "alert");
    const manifest = make("h2", "", "Manifest");
    this.parts = [times, figure, manifest, bar, this.sheet];
    fill(root, [this.problem, ...this.parts]);
    this.shown(false);
    this.run();
  }

  /** Loads and shows the manifest at a path. isNew says that another choice than the last one is being made. */
  async show(path: string, isNew: boolean): Promise<void> {
    if (path === this.path) {
      return;
    }
    if (isNew || !this.before) {
      this.before = this.path;
    }
    this.path = path;
    this.clock.reset();
    this.latest?.abort();
    const mine = new AbortController();
    this.latest = mine;
    clearTimeout(this.reload);
    if (!path) {
      this.clear(); // The stream cannot be played, which is said where its URL would be.
      return;
    }
    try {
      // Both at the same time, so that what the clock changes is the same in both.
      const [now, old] = await Promise.all([
        load(path, mine.signal),
        this.before ? earlier(this.before, mine.signal) : undefined,
      ]);
      this.take(now);
      this.print(now, old);
    } catch (reason) {
      if (!mine.signal.aborted) {
        this.refuse(reason as Error);
      }
    }
  }

  private take(now: Loaded): void {
    this.clock.take(now.reading);
    this.layout = layout(now.mpd);
    this.picture.set(this.layout);
    this.times.textContent = this.layout.live ? "Segments against the clock" : "Segments";
    this.legend.hidden = !this.layout.live; // All of them can be fetched at any time.
    clearTimeout(this.reload);
    const asked = this.clock.odd ? 1.5 : this.layout.update;
    if (this.layout.live && Number.isFinite(asked)) {
      const wait = Math.max(1, asked, now.text.length / HEAVY);
      this.reload = setTimeout(() => void this.again(), wait * 1000);
    }
  }

  /** What a live manifest announces grows; only the picture follows, since somebody may be reading the text. */
  private async again(): Promise<void> {
    const path = this.path;
    try {
      const now = document.hidden ? undefined : await load(path, this.latest?.signal);
      if (now && path === this.path) {
        this.take(now);
        return;
      }
    } catch {
      // The next round tries again.
    }
    if (path === this.path) {
      this.reload = setTimeout(() => void this.again(), 3000);
    }
  }

  private print(now: Loaded, old: Loaded | undefined): void {
    const tree = compare(now.mpd, old?.mpd);
    const count = old ? differences(tree) : 0;
    const size = weight(new TextEncoder().encode(now.text).length);
    this.summary.textContent = !old
      ? `${size}.`
      : `${size}. ${count === 0 ? "The same as before." : `${count} ${count === 1 ? "place differs" : "places differ"} from the choice before.`}`;
    this.shown(true);
    fill(
      this.problem,
      now.notes.map((note) => make("p", "note", ...this.said(note))),
    );
    fill(this.sheet, [draw(tree, this.folded)]);
    const first = this.sheet.querySelector<HTMLElement>("ins,del");
    this.sheet.scrollTop = first ? Math.max(0, first.offsetTop - this.sheet.offsetTop - 60) : 0;
  }

  /** A note of the server in words: which options have other values than were asked for, with a link to each, and why. */
  private said(note: string): (Node | string)[] {
    const { values, why } = changes(note);
    const out: (Node | string)[] = [];
    for (const [name, value] of values) {
      const control = this.form.elements.namedItem(name);
      if (!(control instanceof HTMLElement)) {
        return [note];
      }
      const choice = control instanceof HTMLSelectElement && Array.from(control.options).find((o) => o.value === value);
      const is = choice ? choice.text.replace(/^[^:]*: /, "") : value || "left out";
      out.push(out.length > 0 ? "; " : "", this.link(control, name), ` here: ${is}`);
    }
    return out.length > 0 ? [...out, ended(`, because ${why}`)] : [ended(note)];
  }

  private link(control: HTMLElement, name: string): HTMLAnchorElement {
    const link = make("a", "", this.form.querySelector(`label[for="${control.id}"]`)?.textContent ?? name);
    link.href = `#${control.id}`;
    return link;
  }

  /** Says what the server said: at the option that it names, and here. */
  private refuse(reason: Error): void {
    this.clear();
    const text = reason instanceof TypeError ? silence(this.path) : reason.message;
    const [, name, what] = /^option ([\w.-]+): (.*)$/s.exec(text) ?? [];
    const control = name ? this.form.elements.namedItem(name) : null;
    const said: (Node | string)[] = [ended(text)];
    if (name && control instanceof HTMLElement) {
      this.accuse(control, what ?? "");
      said.splice(0, 1, this.link(control, name), `: ${ended(what ?? "")}`);
    }
    const notes = reason instanceof Refusal ? reason.notes : [];
    fill(this.problem, [
      make("p", "note bad", make("strong", "", "The manifest cannot be shown. "), ...said),
      ...notes.map((note) => make("p", "note", note)),
    ]);
  }

  /** Says at an option what is wrong with its value, and marks all that stands for it. */
  private accuse(control: HTMLElement, what: string): void {
    const place = document.getElementById(`${control.id}-state`);
    if (place) {
      fill(place, [make("p", "note bad", ended(what))]);
    }
    control.setAttribute("aria-invalid", "true");
    control.closest(".option")?.classList.add("wrong");
    const group = control.closest("details.group");
    if (group instanceof HTMLDetailsElement) {
      group.open = true;
    }
    this.form.querySelector(`.pick > a[href="#${control.id}"]`)?.closest(".pick")?.classList.add("wrong");
  }

  private clear(): void {
    this.layout = undefined;
    this.shown(false);
    fill(this.problem, []);
  }

  private shown(are: boolean): void {
    for (const part of this.parts) {
      part.hidden = !are;
    }
  }

  private button(title: string, open: boolean): HTMLButtonElement {
    const button = make("button", "button small", title);
    button.type = "button";
    button.addEventListener("click", () => {
      const all = Array.from(this.sheet.querySelectorAll<HTMLDetailsElement>("details.fold"));
      for (const each of open ? all : all.slice(1)) {
        each.open = open;
      }
    });
    return button;
  }

  /** Moves the picture: smoothly, or once a second for whom movement disturbs. */
  private run(): void {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let said = 0;
    setInterval(
      () => {
        const { layout } = this;
        if (document.hidden || !layout) {
          return;
        }
        const now = this.clock.now();
        this.picture.tick(now);
        if (Math.abs(now - said) >= 1) {
          said = now;
          this.caption.textContent = words(layout, now);
          this.picture.describe(this.caption.textContent);
        }
      },
      calm ? 1000 : 80,
    );
  }
}

/** The manifest of the choice before; undefined where that was refused. */
async function earlier(path: string, signal: AbortSignal): Promise<Loaded | undefined> {
  try {
    return await load(path, signal);
  } catch {
    return undefined;
  }
}

/** A sentence with its full stop. */
function ended(text: string): string {
  return /[.!?…”]$/.test(text) ? text : `${text}.`;
}

function weight(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What the picture shows, in a sentence. */
export function words(all: Layout, now: number): string {
  const length = longest(all);
  const each =
    length > 0 ? `Segments of up to ${Number(length.toFixed(3))} s` : "No segments of their own: each track is a file";
  const line = all.lines[0];
  if (!all.live || !line) {
    const total = Number.isFinite(all.end) ? `, ${Number((all.end - all.start).toFixed(3))} s in all` : "";
    return `${each}${total}. ${all.lines.length} ${all.lines.length === 1 ? "AdaptationSet" : "AdaptationSets"}.`;
  }
  const near = between(line, now - 4 * length - all.delay, now + 4 * length);
  const newest = near.filter((segment) => stateAt(all, segment, now) === "there").pop();
  const next = near.find((segment) => segment.from > now);
  const behind = newest
    ? ` The newest ${line.title} can be fetched since ${(now - newest.from).toFixed(0)} s`
    : " None can be fetched";
  const late = near.some((segment) => !segment.announced && segment.from <= now);
  const wait = next && !late ? `, the next in ${Math.ceil(next.from - now)} s` : ", the next is not announced yet";
  return `${utc(now)} UTC. ${each}.${behind}${wait}.`;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...content: (Node | string)[]) {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  node.append(...content);
  return node;
}
