// Garbage is collected when the engine finds it worth while, and arrays of a photo's size may lie about until then, beside
// the ones of the next step: within a budget they must be gone before it begins.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Frees what nobody holds any more, now. */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
