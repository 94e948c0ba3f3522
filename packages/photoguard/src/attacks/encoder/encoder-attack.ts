// The encoder attack (paper, section 3.1): drives the latent of a photo towards that of a target, in one model or several.
import { PhotoGuardError } from '../../errors.ts';
import type { Size } from '../../image/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { requireKept, Tiling } from '../../view/index.ts';
import { Attack, type AttackOptions, type Built } from '../attack.ts';
import type { Weighting } from '../ensemble.ts';
import { ensemble } from '../ensemble.ts';
import type { Target } from '../target.ts';
import { targetLatent } from '../target.ts';
import { AwayObjective, AwayPrograms } from './away-objective.ts';
import { inTiles } from './away-tiles.ts';
import type { Victim } from './encoder-graph.ts';
import { EncoderObjective } from './encoder-objective.ts';
import { bySpace, type EncoderPlan, planAway, planEncoder, tileFactor, toNetwork } from './encoder-plan.ts';

/** Options of an encoder attack. */
export interface EncoderAttackOptions extends AttackOptions {
  readonly runtime: Runtime;
  /** Models to protect against, at least one. */
  readonly victims: readonly Victim[];
  /** Size at which the models see the photo, from `fitSize`. */
  readonly modelSize: Size;
  /** Default `grey`: the latent of a mid-grey picture. `away`: as far from the photo's own latent as it can be. */
  readonly target?: Target | 'away';
  /** Bytes that the programs of all models may take together. Default: no limit. */
  readonly memory?: number;
  /** The result of `planEncoder`, if it is already planned. */
  readonly plan?: EncoderPlan;
  /** How several models are weighed. Default `worst`. */
  readonly weighting?: Weighting;
}

/** An encoder attack. @throws PhotoGuardError `input` without a victim, or a mask that leaves nothing to change */
export function encoderAttack(options: EncoderAttackOptions): Attack {
  if (options.victims.length === 0) throw new PhotoGuardError('input', 'an attack needs a model');
  requireKept(options.mask);
  return new Attack(options, (signal) => build(options, signal));
}

async function build(options: EncoderAttackOptions, signal?: AbortSignal): Promise<Built> {
  const { runtime, modelSize: size, target = 'grey', seed = 0, weighting, memory } = options;
  if (target === 'away') return buildAway(options);
  const victims = bySpace(options.victims);
  const { bytes: plannedBytes, programs } = options.plan ?? planEncoder(options.victims, size, memory);
  const objectives: EncoderObjective[] = [];
  for (const [i, victim] of victims.entries()) {
    const plan = programs[i]!;
    const plain = new EncoderObjective({ victim, size, runtime, plan });
    const latent = await targetLatent(target, plain, size, seed, signal);
    if (latent) await plain.release();
    objectives.push(latent ? new EncoderObjective({ victim, size, runtime, plan, target: latent }) : plain);
  }
  return {
    objective: () => ensemble(objectives, weighting),
    sizes: [size],
    grey: true,
    plannedBytes,
  };
}

function buildAway({ runtime, victims, modelSize: size, plan }: EncoderAttackOptions): Built {
  const { bytes: plannedBytes, programs, tile } = plan ?? planAway(victims, size);
  const networks = victims.map(toNetwork);
  const whole = new AwayPrograms({ networks, plans: programs, size: tile ?? size, runtime });
  const shared = tile ? inTiles(whole, new Tiling(size, tile, tileFactor(networks))) : whole;
  return { objective: () => new AwayObjective(shared), sizes: [size], grey: true, plannedBytes };
}
