// The memory that the programs of an encoder attack take, before anything is loaded or allocated.
import { GraphError, grad, type MemoryPlan, planMemory } from 'onnx-grad';
import type { Size } from '../../image/index.ts';
import type { Autoencoder } from '../../models/index.ts';
import { tooLittle } from '../too-little.ts';
import { encoderLossGraph, type Victim } from './encoder-graph.ts';

/** A gradient program for each model, and their total bytes. */
export interface EncoderPlan {
  readonly bytes: number;
  readonly programs: readonly MemoryPlan[];
}

/** The gradient program of one model within a budget in bytes, and the memory that it takes. */
export function encoderGradientPlan(autoencoder: Autoencoder, size: Size, budget?: number): MemoryPlan {
  const gradient = grad(encoderLossGraph(autoencoder, size), { loss: 'loss', wrt: ['image'] });
  return planMemory(gradient, budget === undefined ? {} : { budget });
}

/**
 * The gradient programs of several models, which stay loaded together: each gets an equal share of the budget.
 * @throws PhotoGuardError `memory` if no plan fits, with the bytes that are needed
 */
export function planEncoder(victims: readonly Victim[], size: Size, memory?: number): EncoderPlan {
  const share = memory === undefined ? undefined : memory / victims.length;
  const programs: MemoryPlan[] = [];
  let least = 0;
  for (const { autoencoder } of victims)
    try {
      programs.push(encoderGradientPlan(autoencoder, size, share));
    } catch (error) {
      if (!(error instanceof GraphError) || error.code !== 'budget') throw error;
      least = Math.max(least, error.bytes ?? 0);
    }
  if (least > 0) throw tooLittle(victims, size, least * victims.length, memory!);
  return { bytes: programs.reduce((sum, { bytes }) => sum + bytes, 0), programs };
}
