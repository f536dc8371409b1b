import { libraries } from "../../players/libraries";

export const ALL = "all";

/** The keys of the players that a URL's player= names: one, several with commas, or all of them. */
export function keysOf(player: string | null | undefined): string[] {
  const known = libraries().map((library) => library.key);
  if (player === ALL) {
    return known;
  }
  const wanted = (player ?? "").split(",").filter((key, n, all) => known.includes(key) && all.indexOf(key) === n);
  return wanted.length > 0 ? wanted : known.slice(0, 1);
}

/** The page's address with another player; everything else in it stays. */
export function playerURL(href: string, player: string): string {
  const url = new URL(href);
  url.searchParams.set("player", player);
  return url.href;
}

/** The links to each player, and to all of them at once. */
export class Choosers {
  readonly box = document.createElement("nav");
  private readonly links: HTMLAnchorElement[];
  private readonly now = document.createElement("p");

  constructor(choose: (player: string) => void) {
    const places = libraries().map(({ key, title }) => ({ key, title }));
    places.push({ key: ALL, title: "Side by side" });
    this.links = places.map(({ key, title }) => {
      const link = document.createElement("a");
      link.className = "button";
      link.href = playerURL(location.href, key);
      link.textContent = title;
      link.dataset.key = key;
      link.addEventListener("click", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          choose(key);
        }
      });
      return link;
    });
    this.box.className = "chooser";
    const heading = document.createElement("h2");
    heading.id = "players";
    heading.textContent = "Player";
    this.box.setAttribute("aria-labelledby", heading.id);
    const links = document.createElement("div");
    links.className = "links";
    links.append(...this.links);
    this.now.className = "unseen";
    this.now.setAttribute("role", "status");
    this.box.append(heading, links, this.now);
  }

  draw(keys: string[]): void {
    const all = libraries();
    const current = keys.length === all.length ? ALL : keys.join(",");
    for (const link of this.links) {
      if (link.dataset.key === current) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    const titles = all.filter((library) => keys.includes(library.key)).map((library) => library.title);
    const now = titles.length > 0 ? `Playing with ${titles.join(", ")}` : "";
    if (this.now.textContent !== now) {
      this.now.textContent = now;
    }
  }
}
