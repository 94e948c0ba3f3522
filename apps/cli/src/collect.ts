// The engine collects garbage when it sees fit; until then, arrays of a photo's size stay in memory next to those of
// the next step. To keep within a budget they must be freed before that step begins.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Frees unreferenced memory now. */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
