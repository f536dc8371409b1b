import { fill } from "./fill";

/**
 * Makes buttons copy: data-copy holds a URL, which is made absolute;
 * data-copy-text holds text as it is. One listener serves buttons that come later.
 */
export function copyOnClick(root: Document): void {
  root.addEventListener("click", (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy],[data-copy-text]") : null;
    if (!button) {
      return;
    }
    const { copy: url, copyText } = button.dataset;
    const text = copyText ?? new URL(url ?? "", location.href).href;
    write(text).then(
      () => say(button, "Copied"),
      () => say(button, "Not copied"),
    );
  });
}

/** The clipboard API is there on https and localhost only; on a home network it is not. */
async function write(text: string): Promise<void> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text);
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) {
    throw new Error("the browser refused");
  }
}

/** Shows a word on the button for a moment, and tells screen readers. */
function say(button: HTMLElement, word: string): void {
  if (button.dataset.said) {
    return;
  }
  const before = Array.from(button.childNodes);
  button.dataset.said = word;
  button.setAttribute("aria-live", "polite");
  fill(button, [word]);
  setTimeout(() => {
    fill(button, before);
    button.removeAttribute("aria-live");
    delete button.dataset.said;
  }, 1600);
}
