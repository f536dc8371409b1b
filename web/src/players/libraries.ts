import type { Library } from "./player";

/** The players to choose from; the first is the default. Each is fetched when it is chosen. */
export function libraries(): Library[] {
  return [
    { key: "dashjs", title: "dash.js", load: () => import("./dashjs") },
    { key: "shaka", title: "shaka-player", load: () => import("./shaka") },
    { key: "rxplayer", title: "rx-player", load: () => import("./rxplayer") },
  ];
}

/** The library of that key, as URLs have it, or the default. */
export function libraryFor(key: string | null | undefined): Library {
  const all = libraries();
  return all.find((library) => library.key === key) ?? (all[0] as Library);
}
