import { getPage, getStreams } from "../../api/client";
import { fill } from "../../parts/fill";
import { nameLanguages } from "../../parts/format";
import { Posters } from "../../parts/posters";
import { repeat } from "../../parts/repeat";
import { libraries } from "../../players/libraries";
import { clockOffset, empty, type Facts, parseManifest } from "../../players/manifest";
import type { Source } from "../../players/player";
import { Choosers, keysOf, playerURL } from "./choosers";
import { asPage } from "./page";
import { type Request, tap } from "./tap";

/** Plays the manifest that the server put on the page, in the players that the URL names. */
export function start(main: HTMLElement): void {
  nameLanguages(main);
  const root = main.querySelector<HTMLElement>("#player");
  if (!root) {
    new Posters().watch(main);
    return; // There is nothing to play, or it cannot be played; the page says why.
  }
  void run(main, root);
  if ("pending" in root.dataset) {
    tellWhenRead(main, root.dataset.stream ?? "");
  }
}

/** Most of the page's script comes when there is something to play. */
async function run(main: HTMLElement, root: HTMLElement): Promise<void> {
  const url = new URL(root.dataset.manifest ?? "", location.href).href;
  const early: Request[] = [];
  let told = (request: Request): void => {
    early.push(request);
  };
  tap(
    libraries().map((library) => library.key),
    (request) => told(request),
  );
  const source = sourceOf(url);
  const { Workbench } = await import("./workbench");
  const bench = new Workbench(main, root, url, source);
  told = (request) => bench.requested(request);
  for (const request of early) {
    told(request);
  }
  const choosers = new Choosers((player) => {
    history.pushState(null, "", playerURL(location.href, player));
    show(player);
  });
  const show = (player: string | null | undefined) => {
    const keys = keysOf(player);
    choosers.draw(keys);
    bench.show(keys);
  };
  bench.place(choosers.box);
  window.addEventListener("popstate", () => show(new URLSearchParams(location.search).get("player")));
  show(root.dataset.player);
}

/**
 * Reads the manifest before players do, to know how to set them up: whether it is live, how far from the edge, which events
 * there may be, and where keys come from. Players find out themselves what is wrong with it.
 */
async function sourceOf(url: string): Promise<Source> {
  const facts = await factsOf(url);
  const offset = facts.live ? await clockOffset(facts, url) : 0;
  return {
    url,
    from: startOf(location.search),
    play: true,
    facts,
    now: () => Date.now() + offset,
    ...(facts.systems.length > 0 && { licence: facts.licence || new URL("/clearkey", location.href).href }),
  };
}

async function factsOf(url: string): Promise<Facts> {
  try {
    const answer = await fetch(asPage(url), { cache: "no-store" });
    return (answer.ok && parseManifest(await answer.text(), answer.url || url)) || empty();
  } catch {
    return empty(); // Nobody answers, or not to pages of this server: players will say so.
  }
}

/** t= of the page's address, in seconds. */
export function startOf(search: string): number {
  const t = Number(new URLSearchParams(search).get("t") ?? 0);
  return Number.isFinite(t) && t > 0 ? t : 0;
}

/** Opening a stream has its file read. Once that is done the page can say what is in it. */
function tellWhenRead(main: HTMLElement, name: string): void {
  const stop = repeat(1000, async () => {
    const stream = (await getStreams()).find((each) => each.name === name);
    if (stream?.state === "pending") {
      return;
    }
    const fresh = await getPage(location.href);
    stop();
    for (const part of ["#about", "#more"]) {
      const before = main.querySelector(part);
      const after = fresh.querySelector(part);
      if (before && after) {
        fill(before, after.childNodes);
      }
    }
    nameLanguages(main);
  });
}
