import { fill } from "../../parts/fill";
import type { Trouble } from "../../players/player";
import type { Words } from "../../players/words";
import { cell, folded, table } from "./log";

const KEPT = 300;

export interface Message {
  /** performance.now(). */
  at: number;
  player: string;
  trouble: Trouble;
  words: Words;
}

/** What players complained about, also where they got over it. */
export class Messages {
  readonly box: HTMLDetailsElement;
  readonly all: Message[] = [];
  private readonly body: HTMLTableSectionElement;
  private readonly count: (text: string) => void;

  constructor() {
    const { scroll, body } = table("Errors and warnings", [
      "At",
      "By",
      "What happened",
      "What to look at",
      "In its own words",
    ]);
    this.body = body;
    const fold = folded("messages", "Errors and warnings", scroll, "No player has complained.");
    this.box = fold.box;
    this.count = fold.count;
    this.count("none");
  }

  add(message: Message): void {
    this.all.push(message);
    if (this.all.length > KEPT) {
      this.all.shift();
    }
    this.count(String(this.all.length));
    fill(this.body, this.all.slice().reverse().map(row));
  }
}

function row({ at, player, trouble, words }: Message): HTMLTableRowElement {
  const line = document.createElement("tr");
  line.className = trouble.fatal ? "failed" : "";
  line.append(
    cell(`${(at / 1000).toFixed(2)} s`, "end"),
    cell(player),
    cell(words.said, "words"),
    cell(words.look, "words"),
    cell([trouble.code, trouble.detail, trouble.url].filter(Boolean).join(" · "), "code words"),
  );
  return line;
}
