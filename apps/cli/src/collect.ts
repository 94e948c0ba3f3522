// The engine collects garbage when it sees fit; until then, arrays of a photo's size stay in memory next to those of
// the next step. To keep within a budget they must be freed before that step begins.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Size } from 'photoguard/image';

/** Pixels of the largest photo whose arrays may wait: to free those of a small one takes longer than it is worth. */
const SMALL = 2e6;

let collect: (() => void) | undefined;

/**
 * Frees what nobody holds any more, now; where the runtime has no way to ask for that (Bun), when it finds the time.
 * @param after work on a photo of this size: for a small one nothing is done
 */
export function collectGarbage(after?: Size): void {
  if (after && after.width * after.height <= SMALL) return;
  collect ??= findCollector();
  collect();
}

function findCollector(): () => void {
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as () => void;
  } catch {
    return () => {};
  }
}
