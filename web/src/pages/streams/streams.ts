import { getPage } from "../../api/client";
import { follow } from "../../parts/follow";
import { nameLanguages } from "../../parts/format";
import { Posters } from "../../parts/posters";
import { patch, remember } from "./patch";

const TYPING = 180;

/** Lets the list follow what is typed, and the folder. */
export function start(main: HTMLElement): void {
  remember(main);
  nameLanguages(main);
  const posters = new Posters();
  posters.watch(main);
  let latest: AbortController | undefined;

  const refresh = async () => {
    latest?.abort();
    const mine = new AbortController();
    latest = mine;
    try {
      const fresh = await getPage(location.href, mine.signal);
      if (!mine.signal.aborted) {
        patch(main, fresh);
        nameLanguages(main);
        posters.watch(main);
        lost(main, false);
      }
    } catch (reason) {
      if (!mine.signal.aborted) {
        lost(main, true);
        throw reason;
      }
    }
  };

  const find = () => {
    const form = main.querySelector<HTMLFormElement>(".find");
    if (form) {
      history.replaceState(null, "", listURL(new FormData(form)));
      refresh().catch(() => undefined); // Said on the page; the next round tries again.
    }
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  main.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(find, event.target instanceof HTMLSelectElement ? 0 : TYPING);
  });
  main.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    find();
  });
  document.addEventListener("keydown", (event) => {
    const search = main.querySelector<HTMLInputElement>(".find input");
    const writing = event.target instanceof Element && event.target.closest("input,select,textarea");
    if (event.key === "/" && search && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  follow({
    url: "/api/v1/events/streams",
    shown: () => main.querySelector<HTMLElement>("#result")?.dataset.news,
    refresh,
    lost: (is) => lost(main, is),
  });
}

/** The page's address for a filled-in form, without what is the default anyway. */
export function listURL(form: Iterable<[string, FormDataEntryValue]>): string {
  const query = new URLSearchParams();
  for (const [key, value] of form) {
    if (typeof value === "string" && value.trim() !== "" && !(key === "sort" && value === "name")) {
      query.set(key, value.trim());
    }
  }
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

function lost(main: HTMLElement, is: boolean): void {
  const note = main.querySelector<HTMLElement>("#lost");
  if (note && note.hidden === is) {
    note.hidden = !is;
  }
}
