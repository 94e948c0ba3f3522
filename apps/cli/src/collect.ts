// The engine collects garbage when it sees fit; until then, arrays of a photo's size stay in memory next to those of
// the next step. To keep within a budget they must be freed before that step begins.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Frees what nobody holds any more, now; where the runtime has no way to ask for that (Bun), when it finds the time. */
export function collectGarbage(): void {
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
