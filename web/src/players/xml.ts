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

/**
 * The local name of a document's root element, where it is well-formed XML as manifests are; empty for anything else. It is
 * stricter than XML 1.0: it takes no entities but those that XML itself has, and no DOCTYPE that declares some.
 */
export function rootOf(text: string): string {
  const document = text.replace(/^\uFEFF/, "").replace(/^<\?xml\s[^?]*\?>/, "");
  if (FORBIDDEN.test(document)) {
    return "";
  }
  const tree = new Tree();
  const markup = new RegExp(MARKUP, "gu");
  let end = 0;
  for (let found = markup.exec(document); found; found = markup.exec(document)) {
    const [all, closing, name, attributes = "", , single] = found;
    const well =
      tree.text(document.slice(end, found.index)) &&
      (name === undefined
        ? all !== "<" && (tree.inside() || !all.startsWith("<![CDATA["))
        : closing
          ? !attributes && !single && tree.close(name)
          : tree.open(name, attributes, single === "/"));
    if (!well) {
      return "";
    }
    end = found.index + all.length;
  }
  return tree.text(document.slice(end)) ? tree.root() : "";
}

/** The elements that are open. What it is told returns whether that may stand there. */
class Tree {
  private readonly names: string[] = [];
  private first = "";
  private readonly prefixes = new Set(["xml", "xmlns"]);
  private readonly used = new Set<string>();

  inside(): boolean {
    return this.names.length > 0;
  }

  text(text: string): boolean {
    return !AMPERSAND.test(text) && (this.inside() || text.trim() === "");
  }

  open(name: string, attributes: string, empty: boolean): boolean {
    if ((!this.inside() && this.first) || AMPERSAND.test(attributes)) {
      return false;
    }
    this.first = this.first || name;
    this.used.add(name);
    const pattern = new RegExp(ATTRIBUTE, "gu");
    const own = new Set<string>();
    for (let found = pattern.exec(attributes); found; found = pattern.exec(attributes)) {
      const attribute = found[1] as string;
      if (own.has(attribute)) {
        return false;
      }
      own.add(attribute);
      this.used.add(attribute);
      if (attribute.startsWith("xmlns:")) {
        this.prefixes.add(attribute.slice(6));
      }
    }
    if (!empty) {
      this.names.push(name);
    }
    return true;
  }

  close(name: string): boolean {
    return this.names.pop() === name;
  }

  /** The root's local name, when everything is closed and every prefix has been declared somewhere. */
  root(): string {
    const known = Array.from(this.used).every(
      (name) => !name.includes(":") || this.prefixes.has(name.split(":")[0] ?? ""),
    );
    return known && !this.inside() ? this.first.slice(this.first.indexOf(":") + 1) : "";
  }
}
