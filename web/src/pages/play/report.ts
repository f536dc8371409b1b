import type { Facts } from "../../players/manifest";
import type { Message } from "./messages";
import { failed, size } from "./requests";
import type { Request } from "./tap";

export interface Reported {
  /** ISO 8601, with the time zone. */
  time: string;
  page: string;
  manifest: string;
  server: string;
  browser: string;
  facts: Facts;
  /** Name and version of each player, and its numbers. */
  players: { name: string; numbers: [title: string, value: string][] }[];
  messages: Message[];
  requests: Request[];
}

const LAST = 20;

/** All that somebody who looks into a fault asks for, as plain text. */
export function report(of: Reported): string {
  const lines = [
    "dashwright: what the player page saw",
    "",
    `Time      ${of.time}`,
    `Manifest  ${of.manifest}`,
    `Page      ${of.page}`,
    `Server    ${of.server}`,
    `Browser   ${of.browser}`,
    `Stream    ${factsOf(of.facts)}`,
  ];
  for (const { name, numbers } of of.players) {
    lines.push("", name, ...numbers.map(([title, value]) => `  ${title}: ${value}`));
  }
  part(
    lines,
    "Errors and warnings",
    of.messages.map(({ at, player, trouble, words }) =>
      [seconds(at), player, trouble.fatal ? "fatal" : "", words.said, trouble.code, trouble.detail, trouble.url]
        .filter(Boolean)
        .join(" | "),
    ),
  );
  part(lines, "Requests that failed", of.requests.filter(failed).map(requestLine));
  part(lines, "Last requests", of.requests.map(requestLine));
  return `${lines.join("\n")}\n`;
}

function part(lines: string[], title: string, all: string[]): void {
  const last = all.slice(-LAST);
  lines.push(
    "",
    `${title}: ${all.length === 0 ? "none" : all.length > LAST ? `the last ${LAST} of ${all.length}` : all.length}`,
  );
  lines.push(...last.map((line) => `  ${line}`));
}

function requestLine(request: Request): string {
  const status = request.failed || String(request.status);
  const all = [
    seconds(request.at),
    request.who,
    request.kind,
    status,
    size(request.bytes),
    `${Math.round(request.ms)} ms`,
  ];
  return [...all, request.url, request.detail].filter(Boolean).join(" | ");
}

function factsOf(facts: Facts): string {
  if (!facts.known) {
    return "the page could not read the manifest";
  }
  return [
    facts.live ? "live" : "on demand",
    facts.lowLatency ? "low latency" : "",
    facts.target ? `target ${facts.target} s` : "",
    facts.systems.length > 0 ? `encrypted: ${facts.systems.join(", ")}` : "",
    facts.events.length > 0 ? `events: ${facts.events.join(", ")}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function seconds(at: number): string {
  return `${(at / 1000).toFixed(2)} s`;
}
