import { getPage } from "../../api/client";
import { fill } from "../../parts/fill";
import { keptIn } from "./state";

/** Turns the pages of the table in place. The server draws them; links and form work without this too. */
export function turnPages(main: HTMLElement): void {
  let latest: AbortController | undefined;
  const go = async (url: string, focus: () => HTMLElement | null | undefined) => {
    latest?.abort();
    const mine = new AbortController();
    latest = mine;
    try {
      const fresh = (await getPage(url, mine.signal)).querySelector("#rows");
      const section = main.querySelector<HTMLElement>("#rows");
      if (!fresh || !section || mine.signal.aborted) {
        return;
      }
      fill(section, fresh.childNodes);
      history.replaceState(null, "", keptIn(url, location.href));
      (focus() ?? section).focus({ preventScroll: true });
    } catch {
      if (!mine.signal.aborted) {
        location.assign(url); // The browser says what is wrong.
      }
    }
  };

  main.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("#rows .pages a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const rel = link.rel;
    void go(link.href, () => main.querySelector<HTMLElement>(`#rows .pages a[rel="${rel}"]`));
  });
  const send = (form: HTMLFormElement, name: string) =>
    go(rowsURL(location.pathname, new FormData(form)), () => main.querySelector<HTMLElement>(`#rows [name="${name}"]`));
  main.addEventListener("change", (event) => {
    const select = event.target instanceof Element ? event.target.closest<HTMLSelectElement>("#rows select") : null;
    if (select?.form) {
      void send(select.form, select.name);
    }
  });
  main.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.closest("#rows")) {
      event.preventDefault();
      void send(event.target, "from");
    }
  });
}

/** The page's address with the table that a filled-in form asks for. */
export function rowsURL(path: string, form: Iterable<[string, FormDataEntryValue]>): string {
  const query = new URLSearchParams();
  for (const [key, value] of form) {
    if (typeof value === "string" && !(key === "from" && !(seconds(value) > 0))) {
      query.set(key, key === "from" ? String(seconds(value)) : value);
    }
  }
  return `${path}?${query}#rows`;
}

/** "90", "1:30" and "1:02:03.5" as seconds. */
export function seconds(text: string): number {
  return text
    .trim()
    .replace(",", ".")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
