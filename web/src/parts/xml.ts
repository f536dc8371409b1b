// XML, looked at before DOMParser sees it: what that does not like it explains in an element with a style of its own,
// which the page's policy has the browser complain about on the console.

const NAME = "[\\p{L}_][\\p{L}\\p{N}_.-]*(?::[\\p{L}_][\\p{L}\\p{N}_.-]*)?";
const ATTRIBUTE = `(${NAME})\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
/** Comments, CDATA sections, processing instructions, a DOCTYPE without a subset; tags; and a "<" that is none of them. */
const MARKUP = [
  "<!--(?:(?!--)[\\s\\S])*-->",
  "<!\\[CDATA\\[[\\s\\S]*?\\]\\]>",
  "<\\?(?!xml\\s)[\\s\\S]*?\\?>",
  "<!DOCTYPE[^<>\\[]*>",
  `<(\\/?)(${NAME})((?:\\s+${ATTRIBUTE})*)\\s*(\\/?)>`,
  "<",
].join("|");
const AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;
const FORBIDDEN = /[^\P{Cc}\t\n\r]/u;

/** What a document is: the local name of its root element where it is well-formed, or why it is not. */
export type Look = { root: string } | { wrong: string };

/**
 * Looks at a document. It is stricter than XML 1.0: it takes no entities but those that XML itself has, and no DOCTYPE that
 * declares some.
 */
export function look(text: string): Look {
  const begin = text.replace(/^\uFEFF?\s*/, "");
  if (begin === "") {
    return { wrong: "The answer is empty." };
  }
  if (!begin.startsWith("<") || /^<(!doctype\s+)?html\b/i.test(begin)) {
    return { wrong: `What came is no manifest: it begins with “${begin.slice(0, 40)}”.` };
  }
  const tree = new Tree(text);
  const markup = new RegExp(MARKUP, "gu");
  markup.lastIndex = text.match(/^\uFEFF?<\?xml\s[^?]*\?>/)?.[0].length ?? 0;
  let end = markup.lastIndex;
  for (let found = markup.exec(text); found && !tree.wrong; found = markup.exec(text)) {
    const [all, closing, name, attributes = "", , single] = found;
    tree.text(end, found.index);
    if (name === undefined) {
      tree.other(all, found.index);
    } else if (closing) {
      tree.close(name, found.index, attributes + single);
    } else {
      tree.open(name, found.index, attributes, single === "/");
    }
    end = found.index + all.length;
  }
  tree.text(end, text.length);
  return tree.done();
}

/** The local name of a document's root element; empty for what is not well-formed. */
export function rootOf(text: string): string {
  const found = look(text);
  return "root" in found ? found.root : "";
}

/** The elements that are open, and what is wrong first. */
class Tree {
  wrong = "";
  private readonly names: string[] = [];
  private first = "";
  private readonly prefixes = new Set(["xml", "xmlns"]);
  private readonly used = new Map<string, number>();

  constructor(private readonly document: string) {}

  /** What stands between two pieces of markup. */
  text(from: number, to: number): void {
    const text = this.document.slice(from, to);
    const bad = text.search(FORBIDDEN);
    if (bad >= 0) {
      this.say(from + bad, "a character that XML does not know");
    }
    this.ampersand(text, from);
    if (this.names.length === 0 && text.replace(/^\uFEFF/, "").trim() !== "") {
      this.say(from + text.search(/\S/), "text outside of the element that holds all others");
    }
  }

  /** Markup that is no tag. */
  other(all: string, at: number): void {
    if (all === "<" && this.document.indexOf(">", at) < 0) {
      this.wrong = this.wrong || `The manifest ends in the middle, in line ${this.line(at)}.`;
    } else if (all === "<" || (this.names.length === 0 && all.startsWith("<![CDATA["))) {
      this.say(at, `“${this.document.slice(at, at + 40)}”`);
    }
  }

  open(name: string, at: number, attributes: string, empty: boolean): void {
    if (this.names.length === 0 && this.first) {
      this.say(at, "a second element beside the one that holds all others");
    }
    this.first = this.first || name;
    this.used.set(name, at);
    this.ampersand(attributes, at);
    const pattern = new RegExp(ATTRIBUTE, "gu");
    const own = new Set<string>();
    for (let found = pattern.exec(attributes); found; found = pattern.exec(attributes)) {
      const attribute = found[1] as string;
      if (own.has(attribute)) {
        this.say(at, `two attributes ${attribute} in one element`);
      }
      own.add(attribute);
      this.used.set(attribute, at);
      if (attribute.startsWith("xmlns:")) {
        this.prefixes.add(attribute.slice(6));
      }
    }
    if (!empty) {
      this.names.push(name);
    }
  }

  close(name: string, at: number, more: string): void {
    if (more) {
      this.say(at, `“${this.document.slice(at, at + 40)}”`);
    } else if (this.names.pop() !== name) {
      this.say(at, `</${name}>, which ends no element that is open`);
    }
  }

  done(): Look {
    const open = this.names[this.names.length - 1];
    if (!this.wrong && open) {
      this.wrong = `The manifest ends in the middle: <${open}> is not closed.`;
    }
    if (!this.wrong && !this.first) {
      this.wrong = "The manifest is not well-formed XML: it has no element that holds all others.";
    }
    for (const [name, at] of Array.from(this.used)) {
      const prefix = name.includes(":") ? (name.split(":")[0] ?? "") : "xml";
      if (!this.prefixes.has(prefix)) {
        this.say(at, `the prefix of ${name}, which is not declared`);
      }
    }
    return this.wrong ? { wrong: this.wrong } : { root: this.first.slice(this.first.indexOf(":") + 1) };
  }

  private ampersand(text: string, from: number): void {
    const at = text.search(AMPERSAND);
    if (at >= 0) {
      this.say(from + at, "a “&” that begins no entity");
    }
  }

  private say(at: number, what: string): void {
    this.wrong = this.wrong || `The manifest is not well-formed XML: line ${this.line(at)} has ${what}.`;
  }

  private line(at: number): number {
    return this.document.slice(0, at).split("\n").length;
  }
}
