import assert from "node:assert/strict";
import { test } from "node:test";
import { listURL } from "./streams";

test("the list's address holds what is not the default", () => {
  const cases: [Record<string, string>, string][] = [
    [{ q: "", sort: "name" }, "/"],
    [{ q: "  ", sort: "name" }, "/"],
    [{ q: " bunny ", sort: "name" }, "/?q=bunny"],
    [{ q: "", sort: "longest" }, "/?sort=longest"],
    [{ q: "a&b c", sort: "longest" }, "/?q=a%26b+c&sort=longest"],
  ];
  for (const [form, want] of cases) {
    assert.equal(listURL(Object.entries(form)), want);
  }
});
