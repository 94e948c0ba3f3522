// The memory that the programs of an encoder attack take, before anything is loaded or allocated.
import { type Gradient, GraphError, grad, type MemoryPlan, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import type { Size } from '../../image/index.ts';
import type { Encoder } from '../../models/index.ts';
import { tileSizes } from '../../view/index.ts';
import { tooLittle } from '../too-little.ts';
import { awayGradient, type Network, networkLatents } from './away-graph.ts';
import { encoderLossGraph, type Victim } from './encoder-graph.ts';

/** A gradient program for each model, and their total bytes. */
export interface EncoderPlan {
  readonly bytes: number;
  /** Size of the tiles that the models see, if they cannot see the whole photo at once. */
  readonly tile?: Size;
  readonly programs: readonly MemoryPlan[];
}

/** The gradient program of one model within a budget in bytes, and the memory that it takes. */
export const encoderGradientPlan = (autoencoder: Encoder, size: Size, budget?: number): MemoryPlan =>
  planMemory(encoderGradient(autoencoder, size), budget === undefined ? {} : { budget });

const encoderGradient = (autoencoder: Encoder, size: Size): Gradient =>
  grad(encoderLossGraph(autoencoder, size), { loss: 'loss', wrt: ['image'] });

/** The spaces of models as models of their own: an attack towards a target drives each to a latent of its own. */
export const bySpace = (victims: readonly Victim[]): Victim[] =>
  victims.flatMap(({ ref, autoencoder, spaces }) =>
    spaces ? spaces.map(({ space, encoder }) => ({ ref: space, autoencoder: encoder })) : [{ ref, autoencoder }],
  );

/** All spaces of a model, for an attack away from the photo's own latents. */
export const toNetwork = ({ ref, autoencoder, spaces }: Victim): Network => ({
  ref,
  encoders: spaces ?? [{ space: ref, encoder: autoencoder }],
});

/**
 * The gradient programs of several models, which stay loaded together: each gets an equal share of the budget.
 * @throws PhotoGuardError `memory` if no plan fits, with the bytes that are needed
 */
export const planEncoder = (victims: readonly Victim[], size: Size, memory?: number): EncoderPlan =>
  planEach(
    bySpace(victims).map((victim) => ({ victim, gradient: encoderGradient(victim.autoencoder, size) })),
    size,
    memory,
  );

/**
 * The same of an attack away from the photo's own latents: one gradient program for all spaces of a model, and beside it the
 * program of the latents alone, for the clean photo. What does not fit is planned in tiles, if the encoders can do that.
 */
export function planAway(victims: readonly Victim[], size: Size, memory?: number): EncoderPlan {
  try {
    return planAwayAt(victims, size, { memory });
  } catch (error) {
    if (!isTooLittle(error) || !areLocal(victims)) throw error;
    return planTiles(victims, size, memory!);
  }
}

/** Whether all encoders can see a photo in tiles. */
const areLocal = (victims: readonly Victim[]): boolean =>
  victims.every((victim) => toNetwork(victim).encoders.every(({ encoder }) => encoder.isLocal));

/** The factor of which tiles are multiples. */
export const tileFactor = (networks: readonly Network[]): number =>
  Math.max(...networks.flatMap(({ encoders }) => encoders.map(({ encoder }) => encoder.factor)));

// The largest tiles that fit.
function planTiles(victims: readonly Victim[], size: Size, memory: number): EncoderPlan {
  let needed = Number.POSITIVE_INFINITY;
  for (const tile of tileSizes(size, tileFactor(victims.map(toNetwork))))
    try {
      return { ...planAwayAt(victims, tile, { memory, isTile: true }), tile };
    } catch (error) {
      if (!isTooLittle(error)) throw error;
      needed = Math.min(needed, error.bytes);
    }
  throw tooLittle(victims, size, needed, memory);
}

const isTooLittle = (error: unknown): error is PhotoGuardError & { bytes: number } =>
  error instanceof PhotoGuardError && error.code === 'memory' && error.bytes !== undefined;

const planAwayAt = (
  victims: readonly Victim[],
  size: Size,
  { memory, isTile = false }: { readonly memory: number | undefined; readonly isTile?: boolean },
): EncoderPlan =>
  planEach(
    victims.map((victim) => ({
      victim,
      gradient: awayGradient(toNetwork(victim), size, isTile),
      besideBytes: planMemory(networkLatents(toNetwork(victim), size)).bytes,
    })),
    size,
    memory,
  );

/**
 * Share of all work that may go into less memory. What is cheap to compute again costs no time in the end, since less memory is
 * moved: 483 instead of 906 MB, in .8 of the time, for a surrogate at 1024x768 on two cores.
 */
const SPENT = 0.02;

function planEach(
  each: readonly { readonly victim: Victim; readonly gradient: Gradient; readonly besideBytes?: number }[],
  size: Size,
  memory: number | undefined,
): EncoderPlan {
  const beside = each.reduce((sum, { besideBytes = 0 }) => sum + besideBytes, 0);
  const share = memory === undefined ? undefined : Math.max(0, memory - beside) / each.length;
  const programs: MemoryPlan[] = [];
  let least = 0;
  for (const { gradient } of each)
    try {
      programs.push(planMemory(gradient, { spend: SPENT, ...(share !== undefined && { budget: share }) }));
    } catch (error) {
      if (!(error instanceof GraphError) || error.code !== 'budget') throw error;
      least = Math.max(least, error.bytes ?? 0);
    }
  if (least > 0)
    throw tooLittle(
      each.map(({ victim }) => victim),
      ...([size, beside + least * each.length, memory!] as const),
    );
  return { bytes: programs.reduce((sum, { bytes }) => sum + bytes, beside), programs };
}
