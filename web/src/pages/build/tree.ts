import type { Compared, ComparedAttribute } from "./compare";

/** A run of elements of one name that is longer is folded in its middle. */
const RUN = 24;
const SHOWN = 6;

/**
 * Draws a document: elements fold, what is new or gone is marked. folded has the places that a person folded; the
 * picture keeps it up to date.
 */
export function draw(tree: Compared, folded: Set<string>): HTMLElement {
  return element(tree, "", folded);
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...content: (Node | string)[]) {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  node.append(...content);
  return node;
}

function element(tree: Compared, place: string, folded: Set<string>): HTMLElement {
  const mark = tree.state === "new" ? "ins" : tree.state === "gone" ? "del" : "div";
  if (tree.name === "#comment") {
    return make(mark, "row comment", `<!--${tree.text}-->`);
  }
  const start = make("span", "", make("span", "tag", `<${tree.name}`));
  for (const each of tree.attributes) {
    start.append(" ", ...attributeNodes(each));
  }
  if (tree.children.length === 0) {
    if (tree.text === "" && tree.was === undefined) {
      start.append(make("span", "tag", "/>"));
    } else {
      start.append(make("span", "tag", ">"), ...textNodes(tree), make("span", "tag", `</${tree.name}>`));
    }
    return make(mark, "row", start);
  }
  start.append(make("span", "tag", ">"));
  const details = make("details", "fold", make("summary", "row", start));
  details.open = !folded.has(place);
  details.addEventListener("toggle", () => (details.open ? folded.delete(place) : folded.add(place)));
  const inner = make("div", "inner");
  appendChildren(inner, tree, place, folded);
  details.append(inner, make("div", "row end", make("span", "tag", `</${tree.name}>`)));
  return mark === "div" ? details : make(mark, "", details);
}

function appendChildren(inner: HTMLElement, tree: Compared, place: string, folded: Set<string>): void {
  const all = tree.children;
  const at = (i: number) => element(all[i] as Compared, `${place}/${all[i]?.name}${i}`, folded);
  for (let i = 0; i < all.length; ) {
    let end = i + 1;
    while (end < all.length && all[end]?.name === all[i]?.name && all[end]?.differs === all[i]?.differs) {
      end++;
    }
    if (end - i <= RUN) {
      for (; i < end; i++) {
        inner.append(at(i));
      }
      continue;
    }
    for (let k = 0; k < SHOWN; k++) {
      inner.append(at(i++));
    }
    const [from, to] = [i, end - SHOWN];
    const more = make("details", "run", make("summary", "row", `… ${to - from} more <${all[from]?.name}>`));
    more.addEventListener("toggle", () => {
      for (let k = from; more.open && more.childElementCount === 1 + k - from && k < to; k++) {
        more.append(at(k));
      }
    });
    inner.append(more);
    i = to;
    for (; i < end; i++) {
      inner.append(at(i));
    }
  }
}

function attributeNodes(each: ComparedAttribute): Node[] {
  const pair = (value: string) => [make("span", "attribute", `${each.name}=`), make("span", "value", `"${value}"`)];
  switch (each.state) {
    case "new":
      return [make("ins", "", ...pair(each.value))];
    case "gone":
      return [make("del", "", ...pair(each.was))];
    case "changed":
      return [
        make("span", "attribute", `${each.name}=`),
        make("del", "value", `"${each.was}"`),
        make("ins", "value", `"${each.value}"`),
      ];
  }
  return pair(each.value);
}

function textNodes(tree: Compared): Node[] {
  if (tree.was === undefined) {
    return [make("span", "text", tree.text)];
  }
  return [make("del", "text", tree.was), make("ins", "text", tree.text)];
}
