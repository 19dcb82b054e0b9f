/**
 * Holm's (1979) adjustment of several p-values, in their order: compare each with alpha, and the probability of
 * any false alarm among them is at most alpha. A null one was no test: it stays null and does not count.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tests = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }]));
  tests.sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let most = 0;
  for (const [rank, { p, index }] of tests.entries()) {
    most = Math.max(most, Math.min(1, p * (tests.length - rank)));
    adjusted[index] = most;
  }
  return adjusted;
}
