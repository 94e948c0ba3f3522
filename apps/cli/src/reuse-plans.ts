// Plans for photos of one size: to make one takes seconds for a large editor, and what is planned once is known again by
// the store of programs, which then has it loaded.
import type { Method, Planned } from './method.ts';

/** Sizes whose plans stay: upright photos and others. A plan holds the graphs of its programs. */
const KEPT = 2;

/**
 * `plan`, which gives the same plan again where it would make an equal one: for the same sizes, within no more memory than
 * it was made for, which it still fits.
 */
export function reusePlans(plan: Method['plan']): Method['plan'] {
  const made = new Map<string, { readonly memory: number; readonly planned: Planned }>();
  return (modelSizes, options) => {
    const { memory, shows, photo } = options;
    const key = JSON.stringify([modelSizes, shows, photo.width, photo.height]);
    const known = made.get(key);
    const fits = known && memory <= known.memory && known.planned.bytes <= memory;
    const planned = fits ? known.planned : plan(modelSizes, options);
    const last = !known || memory > known.memory ? { memory, planned } : known;
    made.delete(key);
    made.set(key, last);
    if (made.size > KEPT) made.delete(made.keys().next().value!);
    return planned;
  };
}
