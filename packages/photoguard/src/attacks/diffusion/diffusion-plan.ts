// The programs of a diffusion attack and the memory that they take. Beside the edit's own three there are their gradients:
// of the decoder with the loss, of one step of the UNet, of the encoder. Within a budget they are loaded together; if they
// do not fit, one at a time; then guidance runs its branches one after the other; and if the UNet's product still does
// not fit, it computes some of its values twice.
import type { Graph, MemoryPlan } from 'onnx-grad';
import { GraphBuilder, GraphError, grad, planMemory, vjp } from 'onnx-grad';
import {
  decodeLatent,
  type EditOptions,
  type EditPlan,
  type EditProgram,
  encodeGraph,
  latentShape,
  PREDICTIONS,
  type Prediction,
  planEdit,
  writtenOnce,
} from '../../editing/index.ts';
import { PhotoGuardError } from '../../errors.ts';
import type { Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { tooLittle } from '../too-little.ts';

/** Programs of the gradient: back through the encoder, the loss after the decoder, back through a prediction. */
export type DiffusionProgram = 'encode' | 'loss' | Prediction;

/** How a diffusion attack is run. */
export interface DiffusionPlan {
  /** Bytes that the programs are expected to take, in addition to the processes themselves. */
  readonly bytes: number;
  /** Whether only one program is loaded at any time. */
  readonly oneAtATime: boolean;
  /** Whether guidance runs its branches one after the other. */
  readonly splitGuidance: boolean;
  /** Plan of the edit itself. */
  readonly edit: EditPlan;
  /** The graph of a gradient's program, the same object each time. */
  graph(program: DiffusionProgram): Graph;
}

/** What a plan depends on. */
export interface DiffusionPlanOptions {
  /** The editor's reference, for messages. */
  readonly ref: string;
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly edit: Pick<EditOptions, 'guidance'>;
  /** Bytes that all programs may take together. Default: no limit. */
  readonly memory?: number;
}

/** A plan within the budget. @throws PhotoGuardError `memory` if nothing fits */
export function planDiffusion(options: DiffusionPlanOptions): DiffusionPlan {
  const { ref, pipeline, size, memory = Number.POSITIVE_INFINITY, edit: settings } = options;
  const guided = (settings.guidance ?? 7.5) > 1;
  const edit = planEdit(pipeline, size);
  const all = PREDICTIONS[guided ? edit.conditioning.photo.most - 1 : 0]!;
  const product = (program: EditProgram): Graph => predictionPull(edit.graph(program));
  const graphsWith = (pull: (program: Prediction) => Graph) =>
    writtenOnce((program: DiffusionProgram) => {
      if (program === 'encode') return encodePull(pipeline, size);
      return program === 'loss' ? lossGradient(pipeline, size) : pull(program);
    });
  const graph = graphsWith(product);
  const planBytes = (program: DiffusionProgram): number => planMemory(graph(program)).bytes;
  const fixed = [planBytes('encode'), planBytes('loss')];
  const together = fixed.reduce((a, b) => a + b, edit.bytes(guided) + planBytes(all));
  if (together <= memory) return { bytes: together, oneAtATime: false, splitGuidance: false, edit, graph };
  let least = Number.POSITIVE_INFINITY;
  for (const splitGuidance of guided ? [false, true] : [false]) {
    const modes = { oneAtATime: true, splitGuidance };
    const largest = Math.max(...fixed, edit.bytes(guided, modes));
    const isLast = splitGuidance || !guided;
    const budgeted = (program: EditProgram): MemoryPlan =>
      planMemory(product(program), isLast ? { budget: memory } : {});
    try {
      const bytes = Math.max(largest, budgeted(splitGuidance ? 'plain' : all).bytes);
      if (bytes <= memory) return { bytes, ...modes, edit, graph: graphsWith((program) => budgeted(program).graph) };
      least = Math.min(least, bytes);
    } catch (error) {
      if (!(error instanceof GraphError) || error.code !== 'budget') throw error;
      least = Math.min(least, Math.max(largest, error.bytes ?? 0));
    }
  }
  throw tooLittle([{ ref }], size, least, memory);
}

/** What plans of several editors depend on. */
export type PlanDiffusionsOptions = Omit<DiffusionPlanOptions, 'ref' | 'pipeline' | 'size'> & {
  readonly victims: readonly Pick<DiffusionPlanOptions, 'ref' | 'pipeline' | 'size'>[];
};

/**
 * Plans of several editors, whose programs stay loaded together: each gets an equal share of the budget.
 * @throws PhotoGuardError `memory` if nothing fits, with the bytes that are needed
 */
export function planDiffusions({ victims, memory, ...common }: PlanDiffusionsOptions): DiffusionPlan[] {
  const share = memory === undefined ? {} : { memory: memory / victims.length };
  let least = 0;
  const plans = victims.flatMap(({ ref, pipeline, size }) => {
    try {
      return planDiffusion({ ref, pipeline, size, ...common, ...share });
    } catch (error) {
      if (!(error instanceof PhotoGuardError) || error.bytes === undefined) throw error;
      least = Math.max(least, error.bytes);
      return [];
    }
  });
  if (least > 0) throw tooLittle(victims, victims[0]!.size, least * victims.length, memory!);
  return plans;
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
    wrt: graph.inputs.map(({ name }) => name).filter((name) => name === 'latent' || name === 'shown'),
  });
