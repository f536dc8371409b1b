import { look } from "../../parts/xml";

/** An XML document as plain objects: what the preview shows, compares and measures. */
export interface Element {
  name: string;
  attributes: [string, string][];
  text: string;
  children: Element[];
}

/** Reads a document. Throws with a sentence when it is not well-formed. */
export function parse(text: string): Element {
  const found = look(text);
  if ("wrong" in found) {
    throw new Error(found.wrong);
  }
  const page = new DOMParser().parseFromString(text, "application/xml");
  const fault = page.getElementsByTagName("parsererror")[0];
  if (fault || !page.documentElement) {
    throw new Error(`It is not well-formed XML: ${fault?.textContent?.trim() ?? "it is empty"}`);
  }
  return plain(page.documentElement);
}

function plain(node: globalThis.Element): Element {
  const element: Element = {
    name: node.nodeName,
    attributes: Array.from(node.attributes, (a): [string, string] => [a.name, a.value]),
    text: "",
    children: [],
  };
  for (const child of Array.from(node.childNodes)) {
    if (child.nodeType === 1) {
      element.children.push(plain(child as globalThis.Element));
    } else if (child.nodeType === 3 || child.nodeType === 4) {
      element.text += child.nodeValue ?? "";
    } else if (child.nodeType === 8) {
      element.children.push({ name: "#comment", attributes: [], text: child.nodeValue ?? "", children: [] });
    }
  }
  element.text = element.text.trim();
  return element;
}

/** The value of an attribute, or undefined. */
export function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attributes.find(([key]) => key === name)?.[1];
}

/** An attribute as a number, or the given one. */
export function numeric(element: Element | undefined, name: string, otherwise: number): number {
  const text = attribute(element, name);
  const value = text === "INF" ? Number.POSITIVE_INFINITY : Number(text);
  return text === undefined || Number.isNaN(value) ? otherwise : value;
}

export function children(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return children(element, name)[0];
}

/** Seconds of an xs:duration without years and months: "PT1M30.5S", "P1DT2H". Anything else: undefined. */
export function duration(text: string | undefined): number | undefined {
  const match = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text ?? "");
  if (!match) {
    return undefined;
  }
  const [, minus, days, hours, minutes, seconds] = match;
  const sum = Number(days ?? 0) * 86400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return minus ? -sum : sum;
}
