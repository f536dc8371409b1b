/** Empties a node and puts others in it. Televisions have browsers without replaceChildren. */
export function fill(node: Element, children: Iterable<Node | string>): void {
  const all = Array.from(children);
  node.textContent = "";
  node.append(...all);
}
