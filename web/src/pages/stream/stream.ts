import { AnswerError, getPage } from "../../api/client";
import { fill } from "../../parts/fill";
import { follow } from "../../parts/follow";
import { nameLanguages } from "../../parts/format";
import { Posters } from "../../parts/posters";
import { libraries } from "../../players/libraries";
import { turnPages } from "./rows";

/** Lets the page of a stream follow its files, turn the pages of its table and draw its plots. */
export function start(main: HTMLElement): void {
  const posters = new Posters();
  const name = main.querySelector<HTMLElement>("#result")?.dataset.stream;
  if (name === undefined) {
    return;
  }
  const dress = () => {
    nameLanguages(main);
    posters.watch(main);
    offerPlayers(main);
    drawWhenSeen(main, name);
  };
  dress();
  turnPages(main);
  follow({
    url: `/api/v1/events/streams?stream=${encodeURIComponent(name)}`,
    shown: () => main.querySelector<HTMLElement>("#result")?.dataset.news,
    refresh: async () => {
      const fresh = await getPage(location.href).catch((reason) => {
        if (reason instanceof AnswerError && reason.status === 404) {
          return undefined;
        }
        say(main, "#lost", true);
        throw reason;
      });
      say(main, "#lost", false);
      say(main, "#gone", !fresh);
      if (!fresh) {
        main.querySelector("#result")?.setAttribute("data-news", ""); // What comes back is new, even if it is the same.
      } else if (replace(main, fresh)) {
        dress();
      }
    },
    lost: (is) => say(main, "#lost", is),
  });
}

/** Takes over a page fetched just now, with what was unfolded and where the focus was. */
function replace(main: HTMLElement, fresh: Document): boolean {
  const before = main.querySelector<HTMLElement>("#result");
  const after = fresh.querySelector<HTMLElement>("#result");
  if (!before || !after || before.dataset.news === after.dataset.news) {
    return false;
  }
  const stops = "a,button,summary,select,input";
  const focused = Array.from(before.querySelectorAll(stops)).indexOf(document.activeElement ?? document.body);
  for (const open of Array.from(before.querySelectorAll<HTMLElement>("details[open]"))) {
    after.querySelector(`details.${open.className}`)?.setAttribute("open", "");
  }
  before.replaceWith(after);
  after.querySelectorAll<HTMLElement>(stops).item(focused)?.focus();
  return true;
}

/** A link to each player. The server does not know them: they are scripts. */
function offerPlayers(main: HTMLElement): void {
  for (const box of Array.from(main.querySelectorAll<HTMLElement>(".players[hidden]"))) {
    const nodes: (Node | string)[] = ["In "];
    libraries().forEach(({ key, title }, index) => {
      const url = new URL(box.dataset.play ?? "", location.href);
      url.searchParams.set("player", key);
      const link = document.createElement("a");
      link.href = url.pathname + url.search;
      link.textContent = title;
      nodes.push(index > 0 ? ", " : "", link);
    });
    fill(box, nodes);
    box.hidden = false;
  }
}

/** Plots are fetched when a person comes to them: they are more than the rest of the page. */
function drawWhenSeen(main: HTMLElement, name: string): void {
  const section = main.querySelector<HTMLElement>("#plots");
  if (!section?.hidden) {
    return;
  }
  section.hidden = false;
  section.classList.add("to-come"); // What stands below does not move when they are there.
  const draw = () => {
    import("./plots")
      .then(
        ({ plots }) => plots(section, name),
        () => {
          section.hidden = true; // The tables below say the same.
        },
      )
      .finally(() => section.classList.remove("to-come"));
  };
  if (typeof IntersectionObserver !== "function") {
    draw();
    return;
  }
  let watching: IntersectionObserver | undefined;
  const watch = (rootMargin: string) => {
    watching?.disconnect();
    watching = new IntersectionObserver(
      (entries, observer) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          observer.disconnect();
          forget();
          draw();
        }
      },
      { rootMargin },
    );
    watching.observe(section);
  };
  // Whoever has only just come may not want them; whoever moves may be on the way.
  const signs = ["scroll", "pointermove", "keydown", "touchstart"];
  const moved = () => {
    forget();
    watch("300px");
  };
  const forget = () => {
    for (const sign of signs) {
      window.removeEventListener(sign, moved);
    }
  };
  for (const sign of signs) {
    window.addEventListener(sign, moved, { passive: true });
  }
  watch("0px 0px -25% 0px");
}

/** Shows or hides one of the sentences that the server put on the page for this. */
function say(main: HTMLElement, which: string, is: boolean): void {
  const note = main.querySelector<HTMLElement>(which);
  if (note && note.hidden === is) {
    note.hidden = !is;
  }
}
