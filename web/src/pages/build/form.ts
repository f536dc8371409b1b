/** The query that a form makes: fields that are filled in, and the button that was pressed. */
export function formQuery(form: HTMLFormElement, button?: HTMLButtonElement | null): string {
  const pairs: [string, string][] = [];
  new FormData(form).forEach((value, key) => {
    if (typeof value === "string") {
      pairs.push([key, value]);
    }
  });
  if (button?.name) {
    pairs.push([button.name, button.value]);
  }
  return queryOf(pairs, button?.name === "rule");
}

/** Empty fields say nothing; those of the rule count when it is added. */
export function queryOf(pairs: [string, string][], withRule: boolean): string {
  const query = new URLSearchParams();
  for (const [key, value] of pairs) {
    if (value.trim() !== "" && (withRule || !key.startsWith("rule."))) {
      query.append(key, value.trim());
    }
  }
  return query.toString();
}
