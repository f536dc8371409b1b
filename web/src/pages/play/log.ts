/** What the folded tables at the end of the page have in common. */

/** A table that scrolls on its own where it is wider than the page. */
export function table(caption: string, heads: string[]): { scroll: HTMLElement; body: HTMLTableSectionElement } {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  scroll.tabIndex = 0;
  const all = document.createElement("table");
  all.className = "journal";
  const head = all.createTHead().insertRow();
  for (const text of heads) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = text;
    head.append(th);
  }
  const body = all.createTBody();
  scroll.append(all);
  return { scroll, body };
}

/** A part that is unfolded when somebody wants it; the address may name it (#requests). */
export function folded(
  id: string,
  title: string,
  inside: HTMLElement,
  whenEmpty: string,
): { box: HTMLDetailsElement; count(text: string): void } {
  const box = document.createElement("details");
  box.className = "drawer";
  box.id = id;
  box.open = location.hash === `#${id}`;
  const summary = document.createElement("summary");
  const heading = document.createElement("h2");
  heading.textContent = title;
  const number = document.createElement("span");
  number.className = "count";
  summary.append(heading, number);
  const empty = document.createElement("p");
  empty.className = "facts";
  empty.textContent = whenEmpty;
  inside.hidden = true;
  box.append(summary, empty, inside);
  return {
    box,
    count(text) {
      if (number.textContent !== text) {
        number.textContent = text;
      }
      empty.hidden = !/^none/.test(text);
      inside.hidden = !empty.hidden;
    },
  };
}

/** Somebody is within the table, by keyboard or marking text: it stands still meanwhile. */
export function inUse(body: HTMLElement): boolean {
  const marked = getSelection();
  return (
    body.contains(document.activeElement) ||
    (marked !== null && !marked.isCollapsed && marked.anchorNode !== null && body.contains(marked.anchorNode))
  );
}

export function cell(text: string, className = ""): HTMLTableCellElement {
  const td = document.createElement("td");
  td.textContent = text;
  td.className = className;
  return td;
}
