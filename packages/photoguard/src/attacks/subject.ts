// Options that every attack needs, from its settled settings and the photo.
import type { Runtime } from '../runtime/index.ts';
import type { Settled, Subject } from './kind.ts';

/** See the head of this file. */
export const attackOptions = (
  { constraint, recipe, through }: Pick<Settled, 'constraint' | 'recipe' | 'through'>,
  { seed, mask }: Subject,
  runtime: Runtime,
) => ({
  ...{ constraint, recipe, runtime },
  seed,
  mask,
  ...(through && { through: { ...through, runtime } }),
});
