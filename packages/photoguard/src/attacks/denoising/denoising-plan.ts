// The programs of a denoising objective and the memory that they take: all loaded together, or, within a smaller
// budget, one at a time, with some of the UNet's values computed twice.
import type { Graph } from 'onnx-grad';
import { GraphError, planMemory } from 'onnx-grad';
import { encodeGraph, findPhotoWay } from '../../editing/index.ts';
import type { Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { encodePull } from '../diffusion/diffusion-plan.ts';
import { tooLittle } from '../too-little.ts';
import { type Score, scoreGradient } from './score-graph.ts';

/** How a denoising objective is run. */
export interface DenoisingPlan {
  /** Bytes that the programs are expected to take, in addition to the processes themselves. */
  readonly bytes: number;
  /** Whether only one program is loaded at any time. */
  readonly oneAtATime: boolean;
  /** Outputs of the score's program with its gradients. */
  readonly gradients: { readonly latent: string; readonly shown?: string };
  graph(name: 'encode' | 'score' | 'pull'): Graph;
}

/** What a plan depends on. */
export interface DenoisingPlanOptions {
  /** The editor's reference, for messages. */
  readonly ref: string;
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly score: Score;
  /** Bytes that all programs may take together. Default: no limit. */
  readonly memory?: number;
}

/** A plan within the budget. @throws PhotoGuardError `memory` if nothing fits */
export function planDenoising({
  ref,
  pipeline,
  size,
  score: what,
  memory = Number.POSITIVE_INFINITY,
}: DenoisingPlanOptions): DenoisingPlan {
  const encode = encodeGraph(pipeline.autoencoder, size);
  const pull = encodePull(pipeline, size);
  const score = scoreGradient(pipeline, size, what);
  const gradients = {
    latent: score.gradients.get('latent')!,
    ...(findPhotoWay(pipeline).shown && { shown: score.gradients.get('shown')! }),
  };
  const ways = [encode, pull].map((graph) => planMemory(graph).bytes);
  const graphs = { encode, pull, score };
  const together = ways.reduce((a, b) => a + b, planMemory(score).bytes);
  if (together <= memory) return { bytes: together, oneAtATime: false, gradients, graph: (name) => graphs[name] };
  try {
    const planned = planMemory(score, { budget: memory });
    const bytes = Math.max(...ways, planned.bytes);
    if (bytes > memory) throw tooLittle([{ ref }], size, bytes, memory);
    const recomputing = { ...graphs, score: planned.graph };
    return { bytes, oneAtATime: true, gradients, graph: (name) => recomputing[name] };
  } catch (error) {
    if (!(error instanceof GraphError) || error.code !== 'budget') throw error;
    throw tooLittle([{ ref }], size, Math.max(...ways, error.bytes ?? 0), memory);
  }
}
