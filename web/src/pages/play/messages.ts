import { fill } from "../../parts/fill";
import type { Trouble } from "../../players/player";
import type { Words } from "../../players/words";
import { cell, folded, type Table, table } from "./log";

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
  private readonly table: Table;
  private readonly count: (text: string) => void;

  constructor() {
    this.table = table("Errors and warnings", ["At", "By", "What happened", "What to look at", "In its own words"]);
    const fold = folded("messages", "Errors and warnings", this.table.scroll, "No player has complained.");
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
    fill(
      this.table.body,
      this.all
        .slice()
        .reverse()
        .map((each) => this.table.row(cells(each), each.trouble.fatal ? "failed" : "")),
    );
  }
}

function cells({ at, player, trouble, words }: Message): HTMLTableCellElement[] {
  return [
    cell(`${(at / 1000).toFixed(2)} s`, "end"),
    cell(player),
    cell(words.said, "words"),
    cell(words.look, "words"),
    cell([trouble.code, trouble.detail, trouble.url].filter(Boolean).join(" · "), "code words"),
  ];
}
