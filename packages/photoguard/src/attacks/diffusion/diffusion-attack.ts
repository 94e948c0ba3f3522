// The diffusion attack (paper, section 3.2): changes a photo so that edits of it come out wrong, in one editor or several.
import { PhotoGuardError } from '../../errors.ts';
import type { Mask, Pixels8, Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { Random, STREAMS } from '../../random.ts';
import type { Runtime } from '../../runtime/index.ts';
import { requireKept, resizedMask, seenPixels } from '../../view/index.ts';
import { Attack, type AttackOptions, type Built } from '../attack.ts';
import type { Weighting } from '../ensemble.ts';
import { targetImage } from '../target.ts';
import { together } from '../together.ts';
import { seededDraws } from './diffusion-draws.ts';
import { DiffusionObjective } from './diffusion-objective.ts';
import { type DiffusionPlan, planDiffusions } from './diffusion-plan.ts';
import type { AttackedEdit } from './diffusion-recipes.ts';
import type { DiffusionTarget } from './diffusion-target.ts';

/** An editor to protect against. */
export interface EditorVictim {
  /** The reference as the user gave it: an alias, a hub id, a folder. */
  readonly ref: string;
  readonly pipeline: Pipeline;
}

/** One of the editors of an attack. */
export interface AttackedEditor extends EditorVictim {
  /** Size at which it sees the photo. Default: the attack's. */
  readonly modelSize?: Size;
  /** What its edits are like. */
  readonly edit: AttackedEdit;
}

/** Options of a diffusion attack. */
export interface DiffusionAttackOptions extends AttackOptions {
  readonly runtime: Runtime;
  /** Editors to protect against, at least one. */
  readonly victims: readonly AttackedEditor[];
  /** The photo: `away` drives away from its edits. */
  readonly photo: Pixels8;
  /** Size for editors that have no size of their own. */
  readonly modelSize: Size;
  /** Edits that each gradient is averaged over, each with noise of its own. */
  readonly draws: number;
  /** Prompts of the edits; each draw takes one of them. */
  readonly prompts: readonly string[];
  readonly target: DiffusionTarget;
  /** Steps, from the last, that UNets are differentiated in. Default: all. */
  readonly last?: number;
  /** Bytes that the programs of all editors may take together. Default: no limit. */
  readonly memory?: number;
  /** The result of `planDiffusions`, if it is already planned. */
  readonly plans?: readonly DiffusionPlan[];
  /** How several editors are weighed. Default `worst`. */
  readonly weighting?: Weighting;
}

/** A diffusion attack on one photo. @throws PhotoGuardError `input` without an editor or a prompt, or nothing to protect */
export function diffusionAttack(options: DiffusionAttackOptions): Attack {
  const { victims, prompts, mask } = options;
  if (victims.length === 0) throw new PhotoGuardError('input', 'an attack needs an editor');
  if (prompts.length === 0) throw new PhotoGuardError('input', 'an attack on edits needs a prompt, or an empty one');
  requireKept(mask);
  return new Attack(options, () => build(options));
}

// Derived from the seed, so that measured figures stay valid; it is also the first number of the random start.
const seedOfDraws = (seed: number): number => new Random(seed, STREAMS.start).bits(0);

async function build(options: DiffusionAttackOptions): Promise<Built> {
  const { runtime, victims, photo, modelSize, draws: count, prompts, last, memory, weighting, mask } = options;
  const { target, seed = 0 } = options;
  const all = victims.map(({ modelSize: size = modelSize }) => size);
  const sized = victims.map(({ ref, pipeline, edit }, k) => ({ ref, pipeline, edit, size: all[k]! }));
  const guidance = Math.max(...victims.map(({ edit }) => edit.guidance));
  const plans = options.plans ?? planDiffusions({ victims: sized, edit: { guidance }, memory });
  const objectives = sized.map(({ ref, pipeline, edit, size }, k) => {
    const repainted: Mask | undefined = mask && resizedMask(mask, size);
    return new DiffusionObjective({
      ...{ ref, pipeline, size, runtime, clean: seenPixels(photo, size), plan: plans[k]! },
      edit: { ...edit, ...(repainted && { mask: repainted }) },
      draws: seededDraws({ prompts, count, seed: seedOfDraws(seed) }),
      target: target === 'away' ? target : targetImage(target, size, seed).data.map((x) => 2 * x - 1),
      last,
    });
  });
  const sizes = victims.map(({ modelSize: size = modelSize }) => size);
  return {
    ...together(objectives, sizes, weighting),
    grey: false,
    plannedBytes: plans.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
