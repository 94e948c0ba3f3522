// The programs of a diffusion attack and the memory that they take. Beside the edit's own three there are their gradients:
// of the decoder with the loss, of one step of the UNet, of the encoder. Within a budget they are loaded together; if they
// do not fit, one at a time; if the UNet's product still does not fit, it computes some of its values twice.
import type { Graph } from 'onnx-grad';
import { GraphBuilder, GraphError, grad, planMemory, vjp } from 'onnx-grad';
import { decodeLatent, Editor, encodeGraph, latentShape } from '../editing/index.ts';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { DiffusionObjectiveOptions } from './diffusion-objective.ts';

/** How a diffusion attack is run. */
export interface DiffusionPlan {
  /** Bytes that the programs are expected to take, beside the processes themselves. */
  readonly bytes: number;
  /** Whether only one program is loaded at any time. */
  readonly oneAtATime: boolean;
  /** The UNet's vector-Jacobian product, with or without a batch of two texts. */
  pull(guided: boolean): Graph;
}

/** A plan within the budget. @throws PhotoGuardError `memory` where nothing fits */
export function planDiffusion(
  options: Pick<DiffusionObjectiveOptions, 'ref' | 'pipeline' | 'size' | 'runtime' | 'memory' | 'edit'>,
): DiffusionPlan {
  const { ref, pipeline, size, runtime, memory = Number.POSITIVE_INFINITY, edit } = options;
  const editor = new Editor(pipeline, size, runtime);
  const guided = (edit.guidance ?? 7.5) > 1;
  const product = (withGuidance: boolean): Graph => predictionPull(editor.predictionGraph(withGuidance));
  const fixed = [encodePull(pipeline, size), lossGradient(pipeline, size)].map((graph) => planMemory(graph).bytes);
  const together = fixed.reduce((a, b) => a + b, editor.plannedBytes(guided));
  const whole = planMemory(product(guided)).bytes;
  if (together + whole <= memory) return { bytes: together + whole, oneAtATime: false, pull: product };
  const largest = Math.max(...fixed, new Editor(pipeline, size, runtime, { oneAtATime: true }).plannedBytes(guided));
  try {
    const plan = planMemory(product(guided), { budget: memory });
    if (largest > memory) throw new GraphError('budget', `an edit needs ${Math.ceil(largest / 1e6)} MB at least`);
    const pull = (one: boolean): Graph =>
      one === guided ? plan.graph : planMemory(product(one), { budget: memory }).graph;
    return { bytes: Math.max(largest, plan.bytes), oneAtATime: true, pull };
  } catch (error) {
    if (!(error instanceof GraphError) || error.code !== 'budget') throw error;
    throw new PhotoGuardError('memory', `${ref} at ${size.width}x${size.height}: ${error.message}`, {
      hint: 'give more --memory, or a smaller --size',
    });
  }
}

/** Pulls a cotangent of the latent back to the image: see {@link encodeGraph}. */
export const encodePull = ({ autoencoder }: Pipeline, size: Size): Graph =>
  vjp(encodeGraph(autoencoder, size), { outputs: ['latent'], wrt: ['image'] });

/** `latent`, `target` to `loss`, the Euclidean norm of the picture minus the target, and `grad.latent`. */
export function lossGradient({ autoencoder }: Pipeline, size: Size): Graph {
  const g = new GraphBuilder('loss');
  const decoded = decodeLatent(g, autoencoder, g.input('latent', 'float32', latentShape(autoencoder, size)));
  const target = g.input('target', 'float32', decoded.shape);
  g.output('loss', g.reduce('ReduceL2', g.sub(decoded, target), [0, 1, 2, 3], false));
  return grad(g.build(), { loss: 'loss', wrt: ['latent'] });
}

const predictionPull = (graph: Graph): Graph =>
  vjp(graph, {
    outputs: ['prediction'],
    wrt: graph.inputs.map(({ name }) => name).filter((name) => name === 'latent' || name === 'masked'),
  });
