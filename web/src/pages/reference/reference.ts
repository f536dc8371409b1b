/** On a wide window the contents stand unfolded beside the entries; on a narrow one they would be in their way. */
export function start(main: HTMLElement): void {
  const wide = window.matchMedia("(min-width: 901px)");
  const unfold = () => {
    for (const group of Array.from(main.querySelectorAll<HTMLDetailsElement>(".contents details"))) {
      group.open = wide.matches;
    }
  };
  unfold();
  wide.addListener(unfold); // Televisions do not have addEventListener here.
}
