/** Faults count tries by session: what the page reads is not to count as a try of a player. */
export function asPage(url: string): string {
  const address = new URL(url);
  if (/[?&](fault|failures)=/.test(address.search)) {
    address.searchParams.set("session", "page");
  }
  return address.href;
}
