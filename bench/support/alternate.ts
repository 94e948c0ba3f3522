// Contestants take turns within one run, so that a machine that slows down (heat, neighbours) slows all of them.

/** Times of one contestant, in the unit of its function. */
export interface Times {
  readonly best: number;
  readonly median: number;
  readonly all: readonly number[];
}

/**
 * Runs each contestant once to warm up and then `rounds` times, taking turns: a b, b a, a b ... Each function returns
 * what it measured (seconds on its own clock, so that communication does not count).
 */
export async function alternate<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, Times>> {
  if (!(rounds >= 1)) throw new Error(`alternate needs at least 1 round, got ${rounds}`);
  const names = Object.keys(contestants) as Name[];
  const all = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await contestants[name]();
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) all[name].push(await contestants[name]());
  return Object.fromEntries(names.map((name) => [name, summary(all[name])])) as Record<Name, Times>;
}

/** Best and median of a list of times. */
export function summary(all: readonly number[]): Times {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { best: sorted[0]!, median, all };
}
