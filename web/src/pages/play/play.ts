import { getPage, getStreams } from "../../api/client";
import { fill } from "../../parts/fill";
import { nameLanguages } from "../../parts/format";
import { repeat } from "../../parts/repeat";
import { libraryFor } from "../../players/libraries";
import { Choosers } from "./choosers";
import { listenToKeys } from "./keys";
import { Panel } from "./panel";
import { Session } from "./session";

/** Plays the stream that the server put on the page, in the player that the URL names. */
export function start(main: HTMLElement): void {
  nameLanguages(main);
  const root = main.querySelector<HTMLElement>("#player");
  const video = main.querySelector<HTMLVideoElement>("#video");
  const controls = main.querySelector<HTMLElement>("#controls");
  const side = main.querySelector<HTMLElement>("#side");
  const problem = main.querySelector<HTMLElement>("#problem");
  if (!root || !video || !controls || !side || !problem) {
    return; // The stream cannot be played; the page says why.
  }
  const url = new URL(root.dataset.manifest ?? "", location.href).href;
  const session = new Session(video, url, problem);
  const choosers = new Choosers(controls, session, (key) => {
    history.pushState(null, "", playerURL(location.href, key));
    void session.use(libraryFor(key));
  });
  session.onChange = () => choosers.draw();
  new Panel(side, video, session).run();
  listenToKeys(document, video);
  window.addEventListener(
    "popstate",
    () => void session.use(libraryFor(new URLSearchParams(location.search).get("player"))),
  );
  controls.hidden = false;
  side.hidden = false;
  void session.use(libraryFor(root.dataset.player));
  if ("pending" in root.dataset) {
    tellWhenRead(main, root.dataset.stream ?? "");
  }
}

/** The page's address with another player; everything else in it stays. */
export function playerURL(href: string, key: string): string {
  const url = new URL(href);
  url.searchParams.set("player", key);
  return url.href;
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
