/** What the folded tables at the end of the page have in common. */

export interface Table {
  scroll: HTMLElement;
  body: HTMLTableSectionElement;
  /** A row of cells, each with its column's head: on a narrow screen a row is a card of them. */
  row(cells: HTMLTableCellElement[], className?: string): HTMLTableRowElement;
}

/** A table that scrolls on its own where it is wider than the page. Its roles are said, since as cards it would have none. */
export function table(caption: string, heads: string[]): Table {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  scroll.tabIndex = 0;
  const all = document.createElement("table");
  all.className = "journal";
  all.setAttribute("role", "table");
  const head = all.createTHead();
  head.setAttribute("role", "rowgroup");
  const names = head.insertRow();
  names.setAttribute("role", "row");
  for (const text of heads) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = text;
    th.setAttribute("role", "columnheader");
    names.append(th);
  }
  const body = all.createTBody();
  body.setAttribute("role", "rowgroup");
  scroll.append(all);
  return {
    scroll,
    body,
    row(cells, className = "") {
      const line = document.createElement("tr");
      line.className = className;
      line.setAttribute("role", "row");
      cells.forEach((each, n) => {
        each.dataset.head = heads[n] ?? "";
        each.setAttribute("role", each.tagName === "TH" ? "rowheader" : "cell");
      });
      line.append(...cells);
      return line;
    },
  };
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
