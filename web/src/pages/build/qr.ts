import { encode } from "uqr";

const NS = "http://www.w3.org/2000/svg";

/** A QR code of a URL, as a picture with what it is good for. */
export function drawQR(url: string): Node[] {
  const { data, size } = encode(url, { ecc: "M", border: 2 });
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `QR code of ${url}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""));
  svg.append(path);
  const words = document.createElement("p");
  const local = /^(localhost$|127\.|\[::1\])/.test(new URL(url).hostname);
  words.textContent = local
    ? "This address works on this computer only. Open this page under the computer's name or address in your network, and the code leads there."
    : "Point a phone's camera or a television's browser at it: it leads to the manifest.";
  return [svg, words];
}
