import { fill } from "../../parts/fill";
import { libraries } from "../../players/libraries";
import { AUTOMATIC, type Choice, type Kind, OFF } from "../../players/player";
import type { Session } from "./session";

interface Field {
  kind: Kind;
  title: string;
  /** The choice that is not a track. */
  none?: Choice;
  box: HTMLLabelElement;
  select: HTMLSelectElement;
}

/** The links to each player and, below, what to play of the stream. */
export class Choosers {
  private readonly links: HTMLAnchorElement[];
  private readonly fields: Field[];
  private readonly now = document.createElement("p");

  constructor(
    root: HTMLElement,
    private readonly session: Session,
    choosePlayer: (key: string) => void,
  ) {
    this.links = libraries().map((library) => {
      const link = document.createElement("a");
      link.className = "button";
      link.href = `?player=${library.key}`;
      link.textContent = library.title;
      link.dataset.key = library.key;
      link.addEventListener("click", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          choosePlayer(library.key);
        }
      });
      return link;
    });
    const nav = document.createElement("nav");
    nav.className = "chooser";
    const heading = document.createElement("h2");
    heading.id = "players";
    heading.textContent = "Player";
    nav.setAttribute("aria-labelledby", heading.id);
    const links = document.createElement("div");
    links.className = "links";
    links.append(...this.links);
    nav.append(heading, links);
    this.fields = [
      this.field("video", "Quality", { id: AUTOMATIC, title: "Automatic" }),
      this.field("audio", "Sound"),
      this.field("text", "Subtitles", { id: OFF, title: "Off" }),
    ];
    const choices = document.createElement("div");
    choices.className = "choices";
    choices.append(...this.fields.map((field) => field.box));
    this.now.className = "unseen";
    this.now.setAttribute("role", "status");
    fill(root, [nav, choices, this.now]);
    this.draw();
  }

  draw(): void {
    const { library, player } = this.session;
    for (const link of this.links) {
      if (link.dataset.key === library?.key) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    const now = library ? `Playing with ${library.title}` : "";
    if (this.now.textContent !== now) {
      this.now.textContent = now;
    }
    for (const field of this.fields) {
      const tracks = player?.choices(field.kind) ?? [];
      field.box.hidden = tracks.length < (field.kind === "text" ? 1 : 2);
      if (!field.box.hidden && player) {
        setOptions(field.select, field.none ? [field.none, ...tracks] : tracks, player.chosen(field.kind));
      }
    }
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
    return { kind, title, box, select, ...(none && { none }) };
  }
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
