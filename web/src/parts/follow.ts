import { repeat } from "./repeat";

/** What a follower needs of a page. */
type Page = Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;
/** What it needs of an EventSource. */
export type Source = Pick<EventSource, "addEventListener" | "close" | "readyState">;

export interface Following {
  /** Where server-sent events come from: named "streams", with a version, and "beat" from time to time. */
  url: string;
  /** The version that the page shows now. */
  shown(): string | undefined;
  /** Brings the page up to date. */
  refresh(): Promise<void>;
  /** Tells the visitor that the server does not answer, or does again. */
  lost(is: boolean): void;
  page?: Page;
  open?: (url: string) => Source;
}

/** The server beats every 15 s: after this long without a word the line is dead. */
const SILENT = 40_000;
/** The server speaks at once: when nothing comes, somebody in between holds it back. */
const FIRST = 6_000;
const AGAIN = 3_000;
const PATIENCE = 1_500;

/**
 * Keeps a page up to date: refreshes once per change that the server tells of,
 * as long as somebody looks. A browser opens six connections to a server at
 * most, so a page in the background holds none. Where events do not get
 * through, the page is refreshed now and then instead. Returns what ends it.
 */
export function follow(what: Following): () => void {
  const page = what.page ?? document;
  const open = what.open ?? (typeof EventSource === "function" ? (url: string) => new EventSource(url) : undefined);
  if (!open) {
    return repeat(5000, what.refresh, page);
  }
  let source: Source | undefined;
  let wanted: string | undefined;
  let handled: string | undefined;
  let running = false;
  let heard = false;
  let wait = FIRST;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let worry: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;

  const pump = async () => {
    if (running) {
      return;
    }
    running = true;
    while (source && wanted !== handled && wanted !== what.shown()) {
      const now = wanted;
      try {
        await what.refresh();
        handled = now;
      } catch {
        later = setTimeout(() => void pump(), AGAIN); // It has been said on the page.
        break;
      }
    }
    running = false;
  };

  const alive = () => {
    heard = true;
    wait = SILENT;
    clearTimeout(worry);
    worry = undefined;
    what.lost(false);
    watch();
  };

  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      if (!heard) {
        what.refresh().catch(() => undefined);
      }
      wait = Math.min(SILENT, wait * 2);
      connect();
    }, wait);
  };

  const close = () => {
    clearTimeout(watchdog);
    clearTimeout(worry);
    clearTimeout(later);
    worry = undefined;
    source?.close();
    source = undefined;
  };

  const connect = () => {
    close();
    if (page.hidden) {
      return;
    }
    heard = false;
    const mine = open(what.url);
    source = mine;
    mine.addEventListener("streams", (event) => {
      alive();
      wanted = version((event as MessageEvent<string>).data);
      void pump();
    });
    mine.addEventListener("beat", alive);
    mine.addEventListener("error", () => {
      worry = worry ?? setTimeout(() => what.lost(true), PATIENCE);
      if (mine.readyState === 2) {
        clearTimeout(later); // It does not try again by itself.
        later = setTimeout(connect, AGAIN);
      }
    });
    watch();
  };

  page.addEventListener("visibilitychange", connect);
  connect();
  return () => {
    page.removeEventListener("visibilitychange", connect);
    close();
  };
}

function version(data: string): string | undefined {
  try {
    return (JSON.parse(data) as { version?: string }).version;
  } catch {
    return undefined;
  }
}
