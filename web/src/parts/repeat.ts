type Page = Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;

/**
 * Runs a task every `every` milliseconds while somebody looks at the page, and
 * at once when they look again. A task that still runs is not started a second
 * time; after failures the pauses grow, up to ten times as long. Returns what
 * ends it.
 */
export function repeat(every: number, task: () => Promise<void>, page: Page = document): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let stopped = false;
  let failures = 0;

  const run = async () => {
    if (running || stopped || page.hidden) {
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      await task();
      failures = 0;
    } catch {
      failures++; // The task has told the visitor; here only the pace matters.
    }
    running = false;
    if (!stopped) {
      timer = setTimeout(run, every * Math.min(10, 1 + failures));
    }
  };

  page.addEventListener("visibilitychange", run);
  timer = setTimeout(run, every);
  return () => {
    stopped = true;
    clearTimeout(timer);
    page.removeEventListener("visibilitychange", run);
  };
}
