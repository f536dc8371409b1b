/** Pictures that there are already, by what they are of. */
const made = new Map<string, Promise<CanvasImageSource | undefined>>();

/**
 * Gives every tile on the screen that the server has no picture for one that
 * the browser decodes, one after another. Tiles that come later are given to
 * watch.
 */
export class Posters {
  private readonly waiting = new Set<HTMLElement>();
  private readonly seen: IntersectionObserver | undefined;
  private busy = false;

  constructor() {
    const thrifty = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
    if (typeof IntersectionObserver === "function" && !thrifty) {
      this.seen = new IntersectionObserver((entries) => this.change(entries), { rootMargin: "80px" });
    }
  }

  /** Looks after all tiles in root that have no picture yet. */
  watch(root: ParentNode): void {
    for (const tile of Array.from(root.querySelectorAll<HTMLElement>(".tile[data-poster]:not(.pictured)"))) {
      const image = tile.querySelector("img");
      if (!image) {
        this.seen?.observe(tile);
        continue;
      }
      image.addEventListener("error", () => {
        image.remove();
        this.seen?.observe(tile);
      });
    }
  }

  private change(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        this.waiting.add(target as HTMLElement);
      } else {
        this.waiting.delete(target as HTMLElement);
      }
    }
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.busy) {
      return;
    }
    this.busy = true;
    for (let tile = this.next(); tile; tile = this.next()) {
      this.seen?.unobserve(tile);
      await draw(tile).catch(() => undefined); // It keeps its mark: not every browser plays every codec.
    }
    this.busy = false;
  }

  private next(): HTMLElement | undefined {
    for (const tile of Array.from(this.waiting)) {
      this.waiting.delete(tile);
      if (tile.isConnected) {
        return tile;
      }
    }
    return undefined;
  }
}

async function draw(tile: HTMLElement): Promise<void> {
  const of = tile.dataset.poster ?? "";
  let picture = made.get(of);
  if (!picture) {
    picture = import("./frame").then(({ frame }) => frame(of)).catch(() => undefined);
    made.set(of, picture);
  }
  const source = await picture;
  if (source && tile.isConnected) {
    const canvas = document.createElement("canvas");
    canvas.width = (source as HTMLCanvasElement).width;
    canvas.height = (source as HTMLCanvasElement).height;
    canvas.getContext("2d")?.drawImage(source, 0, 0);
    canvas.className = "poster";
    tile.prepend(canvas);
    tile.classList.add("pictured");
  }
}
