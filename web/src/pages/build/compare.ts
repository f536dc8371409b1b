import { attribute, type Element } from "./mpd";

/** Two documents laid over each other. */
export interface Compared {
  name: string;
  state: "same" | "new" | "gone";
  attributes: ComparedAttribute[];
  text: string;
  /** The text before; undefined where it is the same. */
  was: string | undefined;
  children: Compared[];
  /** Whether it, or anything in it, differs. */
  differs: boolean;
}

export interface ComparedAttribute {
  name: string;
  value: string;
  state: "same" | "new" | "gone" | "changed";
  was: string;
}

/** At most so many pairs are weighed when children are matched; longer lists are matched by place. */
const PAIRS = 250_000;

/** Compares a document with the one before it; without one everything is the same. */
export function compare(after: Element, before: Element | undefined): Compared {
  if (!before) {
    return whole(after, "same");
  }
  if (before.name !== after.name) {
    return whole(after, "new");
  }
  const attributes = compareAttributes(after, before);
  const children = compareChildren(after.children, before.children);
  const was = after.text === before.text ? undefined : before.text;
  const differs =
    was !== undefined || attributes.some((each) => each.state !== "same") || children.some((each) => each.differs);
  return { name: after.name, state: "same", attributes, text: after.text, was, children, differs };
}

function whole(element: Element, state: Compared["state"]): Compared {
  return {
    name: element.name,
    state,
    attributes: element.attributes.map(([name, value]) => ({ name, value, state: "same", was: "" })),
    text: element.text,
    was: undefined,
    children: element.children.map((child) => whole(child, state)),
    differs: state !== "same",
  };
}

function compareAttributes(after: Element, before: Element): ComparedAttribute[] {
  const list = after.attributes.map(([name, value]): ComparedAttribute => {
    const was = attribute(before, name);
    return { name, value, was: was ?? "", state: was === undefined ? "new" : was === value ? "same" : "changed" };
  });
  for (const [name, value] of before.attributes) {
    if (attribute(after, name) === undefined) {
      list.push({ name, value, was: value, state: "gone" });
    }
  }
  return list;
}

/** What makes an element the same one in another document. */
function identity(element: Element): string {
  return [element.name, attribute(element, "id") ?? attribute(element, "schemeIdUri") ?? ""].join(" ");
}

/** Matches children in their order by the longest common subsequence of identities. */
function compareChildren(after: Element[], before: Element[]): Compared[] {
  const [n, m] = [after.length, before.length];
  const a = after.map(identity);
  const b = before.map(identity);
  if (n * m > PAIRS) {
    return byPlace(after, before, a, b);
  }
  const rows = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] as Uint32Array;
    for (let j = m - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const list: Compared[] = [];
  let [i, j, from, to] = [0, 0, 0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && a[i] === b[j]) {
      list.push(...between(after.slice(from, i), before.slice(to, j)), compare(after[i++] as Element, before[j++]));
      [from, to] = [i, j];
    } else if (j < m && (i >= n || at(i, j + 1) >= at(i + 1, j))) {
      j++;
    } else {
      i++;
    }
  }
  return list.concat(between(after.slice(from), before.slice(to)));
}

/** What stands between two that are the same: an element that got another id is still that element. */
function between(after: Element[], before: Element[]): Compared[] {
  const left = before.slice();
  const list = after.map((each) => {
    const k = attribute(each, "schemeIdUri") === undefined ? left.findIndex((old) => old.name === each.name) : -1;
    return k < 0 ? whole(each, "new") : compare(each, left.splice(k, 1)[0]);
  });
  return left.map((each) => whole(each, "gone")).concat(list);
}

function byPlace(after: Element[], before: Element[], a: string[], b: string[]): Compared[] {
  const list = after.map((each, i) => (a[i] === b[i] ? compare(each, before[i]) : whole(each, "new")));
  before.forEach((each, i) => {
    if (a[i] !== b[i]) {
      list.push(whole(each, "gone"));
    }
  });
  return list;
}

/** How many attributes, texts and elements differ; an element that is new or gone counts as one. */
export function differences(tree: Compared): number {
  if (tree.state !== "same") {
    return 1;
  }
  const own = tree.attributes.filter((each) => each.state !== "same").length + (tree.was === undefined ? 0 : 1);
  return tree.children.reduce((sum, each) => sum + differences(each), own);
}
