/**
 * Keeps the URL in sight while a person goes through the options: on a wide window it stays at the top, and what stands
 * beside the options below it; on a narrow one a line at the bottom says it.
 */
export function keepInSight(form: HTMLFormElement): void {
  const result = form.querySelector<HTMLElement>("#result");
  const quick = form.querySelector<HTMLElement>("#quick");
  if (!result || !quick) {
    return;
  }
  let waiting = false;
  const look = () => {
    waiting = false;
    const { height, bottom } = result.getBoundingClientRect();
    quick.classList.toggle("seen", bottom < 0);
    const { style } = document.documentElement; // of this page alone: what has the focus is to be seen beside both
    style.setProperty("--result", `${Math.round(height)}px`);
    style.setProperty("--quick", `${quick.offsetHeight}px`);
  };
  const later = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(look);
    }
  };
  window.addEventListener("scroll", later, { passive: true });
  window.addEventListener("resize", later);
  new MutationObserver(later).observe(result, { childList: true, subtree: true, attributes: true });
  later();
}

/** "/" goes to the search, as on the list of streams. */
export function searchBySlash(form: HTMLFormElement): void {
  document.addEventListener("keydown", (event) => {
    const search = form.querySelector<HTMLInputElement>("#q");
    const writing = event.target instanceof Element && event.target.closest("input,select,textarea");
    if (event.key === "/" && search && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });
}
