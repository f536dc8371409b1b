/**
 * rx-player styles cues by style attributes, which a strict content policy refuses. What it wants is written through the
 * CSSOM instead, which may do the same and runs nothing.
 */
export function styleByScript(prototype: Element = Element.prototype): void {
  const { setAttributeNode } = prototype;
  prototype.setAttributeNode = function (this: Element, attribute: Attr): Attr | null {
    if (attribute.name === "style" && this instanceof HTMLElement) {
      this.style.cssText = attribute.value;
      return null;
    }
    return setAttributeNode.call(this, attribute);
  };
}
