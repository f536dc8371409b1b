import { getPage } from "../../api/client";
import { fill } from "../../parts/fill";
import { apply, openAt } from "./apply";
import { formQuery } from "./form";
import type { Preview } from "./preview";
import { keepInSight, searchBySlash } from "./sight";

const TYPING = 160;

/** Lets the URL follow the form. The server makes the URL, its words and every error: the page fetches itself again. */
export function start(main: HTMLElement): void {
  const form = main.querySelector<HTMLFormElement>("#build");
  const root = main.querySelector<HTMLElement>("#preview");
  if (form && root) {
    new Builder(main, form, root).run();
  }
}

class Builder {
  private latest: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What was changed last: going on in one field is one choice. */
  private touched = "";
  private pressed: HTMLButtonElement | null = null;
  private preview: Preview | undefined;

  constructor(
    private readonly main: HTMLElement,
    private readonly form: HTMLFormElement,
    private readonly root: HTMLElement,
  ) {}

  run(): void {
    const { form } = this;
    form.addEventListener("input", (event) => {
      const control = event.target as HTMLInputElement | HTMLSelectElement;
      if (control.closest(".rule")) {
        return; // The rule counts once it is added.
      }
      this.latest?.abort();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(control.name), control instanceof HTMLSelectElement ? 0 : TYPING);
    });
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      const button = this.pressed;
      this.pressed = null;
      this.send(button?.name ?? "", button);
    });
    window.addEventListener("popstate", () => void this.show(location.href, false));
    window.addEventListener("hashchange", () => openAt(form, location.hash));
    openAt(form, location.hash);
    keepInSight(form);
    searchBySlash(form);
    requestAnimationFrame(() => setTimeout(() => void this.startPreview())); // The form stands first.
  }

  private click(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLButtonElement>("button");
    if (button) {
      this.pressed = button.type === "submit" ? button : null;
      if (button.dataset.qr !== undefined) {
        void this.toggleQR(button);
      }
      return;
    }
    const link = target?.closest<HTMLAnchorElement>("a[href]");
    const href = link?.getAttribute("href") ?? "";
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    if (href.startsWith("#") && openAt(this.form, href)) {
      event.preventDefault();
    } else if ("go" in link.dataset) {
      event.preventDefault();
      this.touched = "";
      void this.show(link.href, true);
    }
  }

  private send(name: string, button?: HTMLButtonElement | null): void {
    const again = name === this.touched && name !== "set" && name !== "rule";
    this.touched = name;
    void this.show(`/build?${formQuery(this.form, button)}`, !again).then((shown) => {
      if (shown && name === "rule") {
        for (const control of Array.from(this.form.querySelectorAll<HTMLInputElement>(".rule input, .rule select"))) {
          control.checked = false;
          control.value = control.type === "checkbox" ? control.value : "";
        }
      }
    });
  }

  /** Takes over the page at an address. isNew says that the browser's Back should lead to what was before. */
  private async show(url: string, isNew: boolean): Promise<boolean> {
    this.latest?.abort();
    const mine = new AbortController();
    this.latest = mine;
    let fresh: Document;
    try {
      fresh = await getPage(url, mine.signal);
    } catch (reason) {
      if (!mine.signal.aborted) {
        const text = reason instanceof TypeError ? "The server does not answer." : String((reason as Error).message);
        this.say(text, new URL(url, location.href).searchParams.has("url"));
      }
      return false;
    }
    if (mine.signal.aborted || !apply(this.main, fresh)) {
      return false;
    }
    const self = this.form.dataset.self ?? "";
    if (self !== location.pathname + location.search) {
      history[isNew ? "pushState" : "replaceState"](null, "", self);
    }
    const qr = this.form.querySelector<HTMLElement>("#qr");
    if (qr) {
      qr.hidden = true;
    }
    void this.preview?.show(this.root.dataset.manifest ?? "", isNew);
    const given = this.form.querySelector<HTMLInputElement>("#given");
    if (given) {
      given.value = ""; // What it said stands in the form now.
    }
    return true;
  }

  /** Says why there is no page; ofURL that it is about the URL that was given. */
  private say(text: string, ofURL: boolean): void {
    const place = this.form.querySelector("#look-state");
    const given = this.form.querySelector("#given");
    if (!place || !given) {
      return;
    }
    const note = document.createElement("p");
    note.className = "note bad";
    note.setAttribute("role", "alert");
    if (ofURL) {
      const title = document.createElement("strong");
      title.textContent = "The URL. ";
      note.append(title);
      given.setAttribute("aria-invalid", "true");
      given.setAttribute("aria-describedby", place.id);
    }
    note.append(/[.!?]$/.test(text) ? text : `${text}.`);
    fill(place, [note]);
  }

  /** What is below the form is loaded when the form stands. */
  private async startPreview(): Promise<void> {
    const { Preview } = await import("./preview");
    this.preview = new Preview(this.root, this.form);
    await this.preview.show(this.root.dataset.manifest ?? "", true);
  }

  private async toggleQR(button: HTMLButtonElement): Promise<void> {
    const place = this.form.querySelector<HTMLElement>("#qr");
    if (!place) {
      return;
    }
    const { drawQR } = await import("./qr");
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    if (!place.hidden) {
      fill(place, drawQR(button.dataset.qr ?? ""));
      place.scrollIntoView({ block: "nearest" });
    }
  }
}
