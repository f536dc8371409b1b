import { fill } from "../../parts/fill";

/** Which groups the server had open, to notice when that changes: a person may have closed one. */
const opened = new WeakMap<Element, boolean>();

/**
 * Takes over what differs in a page fetched just now. What is being typed, what is unfolded and what has the focus
 * stays. Returns false when the page is not the builder's.
 */
export function apply(main: HTMLElement, page: Document): boolean {
  const form = main.querySelector<HTMLFormElement>("#build");
  const fresh = page.querySelector<HTMLFormElement>("#build");
  if (!form || !fresh) {
    return false;
  }
  form.dataset.self = fresh.dataset.self ?? "";
  each<HTMLElement>(fresh, "[data-live]", form, takeText);
  each<HTMLElement>(fresh, ".option", form, (after, before) => {
    before.className = after.className;
    before.hidden = after.hidden;
  });
  each<HTMLInputElement>(fresh, "input[id]", form, takeInput);
  each<HTMLSelectElement>(fresh, "select[id]", form, takeSelect);
  each<HTMLDetailsElement>(fresh, "details.group", form, (after, before) => {
    before.hidden = after.hidden;
    if ((opened.get(before) ?? before.open) !== after.open) {
      before.open = after.open;
    }
    opened.set(before, after.open);
  });
  const [before, after] = [form.querySelector<HTMLElement>("#preview"), fresh.querySelector<HTMLElement>("#preview")];
  if (before && after) {
    before.dataset.manifest = after.dataset.manifest ?? "";
  }
  return true;
}

function each<E extends Element>(fresh: Element, selector: string, form: Element, take: (after: E, before: E) => void) {
  for (const after of Array.from(fresh.querySelectorAll<E>(selector))) {
    const before = form.querySelector<E>(`[id="${after.id}"]`);
    if (before && after.id) {
      take(after, before);
    }
  }
}

function takeText(after: HTMLElement, before: HTMLElement): void {
  if (before.innerHTML === after.innerHTML) {
    return;
  }
  const stops = "a,button";
  const focused = Array.from(before.querySelectorAll(stops)).indexOf(document.activeElement ?? document.body);
  fill(before, Array.from(after.childNodes));
  before.querySelectorAll<HTMLElement>(stops).item(focused)?.focus();
}

function takeState(after: HTMLInputElement | HTMLSelectElement, before: HTMLInputElement | HTMLSelectElement): void {
  before.disabled = after.disabled;
  for (const name of ["aria-invalid", "aria-describedby", "placeholder"]) {
    const value = after.getAttribute(name);
    if (value === null) {
      before.removeAttribute(name);
    } else {
      before.setAttribute(name, value);
    }
  }
}

function takeInput(after: HTMLInputElement, before: HTMLInputElement): void {
  takeState(after, before);
  if (before !== document.activeElement && before.value !== after.value) {
    before.value = after.value;
  }
}

function takeSelect(after: HTMLSelectElement, before: HTMLSelectElement): void {
  takeState(after, before);
  const texts = (select: HTMLSelectElement) => Array.from(select.options, (o) => `${o.value}\n${o.text}`).join("\n");
  const value = after.value;
  if (texts(after) !== texts(before)) {
    fill(before, Array.from(after.childNodes));
  }
  before.value = value;
}

/** Unfolds what a fragment leads to and goes there. Returns whether there is such a field. */
export function openAt(form: HTMLFormElement, hash: string): boolean {
  const field = hash.length > 1 ? form.querySelector<HTMLElement>(`[id="${hash.slice(1).replace(/"/g, "")}"]`) : null;
  const box = field?.closest<HTMLElement>(".option");
  const group = field?.closest<HTMLDetailsElement>("details.group");
  if (!field || !box || !group || box.hidden) {
    return false;
  }
  group.open = true;
  field.focus();
  box.scrollIntoView({ block: "center" });
  return true;
}
