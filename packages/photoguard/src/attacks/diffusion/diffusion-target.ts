// Where a diffusion attack drives edits.
import type { Target } from '../target.ts';

/** To a picture, or away from the edits of the clean photo. */
export type DiffusionTarget = Exclude<Target, 'zero'> | 'away';
