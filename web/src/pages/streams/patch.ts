import { fill } from "../../parts/fill";

/** Each list item as the server sent it, to see whether a newer one differs. */
const sent = new WeakMap<Element, string>();

/**
 * Brings the list up to date with a page fetched just now. What has not changed
 * is left alone: a person may be reading it, tabbing through it or have it unfolded.
 */
export function patch(main: HTMLElement, page: Document): void {
  const fresh = page.getElementById("main");
  const before = main.querySelector("#result");
  const after = fresh?.querySelector("#result");
  if (!fresh || !before || !after) {
    return;
  }
  if (Boolean(main.querySelector(".find")) !== Boolean(fresh.querySelector(".find"))) {
    fill(main, fresh.childNodes); // The first stream came, or the last went.
    remember(main);
    return;
  }
  copyNews(before, after);
  const oldList = before.querySelector("ul.streams");
  const newList = after.querySelector("ul.streams");
  if (!oldList || !newList) {
    if (before.innerHTML !== after.innerHTML) {
      fill(before, after.childNodes);
    }
    remember(main);
    return;
  }
  patchItems(oldList, newList);
  patchText(before.querySelector(".summary"), after.querySelector(".summary"));
  patchPages(before, after);
}

/** The version of what is shown now, as the server names it. */
export function copyNews(before: Element, after: Element): void {
  before.setAttribute("data-news", after.getAttribute("data-news") ?? "");
}

/** Notes the items of a page as the server sent them, before anything changes them. */
export function remember(main: HTMLElement): void {
  main.querySelectorAll("ul.streams > li").forEach(source);
}

function source(item: Element): string {
  let html = sent.get(item);
  if (html === undefined) {
    html = item.outerHTML;
    sent.set(item, html);
  }
  return html;
}

function patchItems(list: Element, fresh: Element): void {
  const old = new Map(Array.from(list.children, (item) => [item.id, item]));
  let place = list.firstElementChild;
  for (const item of Array.from(fresh.children)) {
    let node = old.get(item.id);
    old.delete(item.id);
    if (!node) {
      source(item);
      node = item;
    } else if (source(node) !== source(item)) {
      place = place === node ? item : place;
      replace(node, item);
      node = item;
    }
    if (node === place) {
      place = node.nextElementSibling;
    } else {
      list.insertBefore(node, place);
    }
  }
  for (const gone of Array.from(old.values())) {
    gone.remove();
  }
}

/** Puts the new item where the old one was, unfolded and focused as that was. */
function replace(old: Element, item: Element): void {
  const stops = "a,button,summary";
  const focused = Array.from(old.querySelectorAll(stops)).indexOf(document.activeElement ?? document.body);
  if (old.querySelector("details[open]")) {
    item.querySelector("details")?.setAttribute("open", "");
  }
  old.replaceWith(item);
  item.querySelectorAll<HTMLElement>(stops).item(focused)?.focus();
}

function patchText(before: Element | null, after: Element | null): void {
  if (before && after && before.textContent !== after.textContent) {
    before.textContent = after.textContent;
  }
}

function patchPages(before: Element, after: Element): void {
  const old = before.querySelector(".pages");
  const fresh = after.querySelector(".pages");
  if (old && fresh && old.outerHTML === fresh.outerHTML) {
    return;
  }
  old?.remove();
  if (fresh) {
    before.append(fresh);
  }
}
