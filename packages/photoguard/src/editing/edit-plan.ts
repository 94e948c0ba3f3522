// The programs of an edit and the memory that they take, planned without a device.
import { type Graph, planMemory } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Size } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import { type Conditioning, chooseConditioning } from './conditioning/conditioning.ts';
import { decodeGraph, encodeGraph, latentShape, predictionGraph } from './graphs.ts';
import { countBranches, PREDICTIONS, type Prediction } from './predictions.ts';
import { writtenOnce } from './written-once.ts';

/** Programs of an edit: a photo to its latent, a latent to pixels, predictions by how many branches are guided. */
export type EditProgram = 'encode' | 'decode' | Prediction;

/** How the programs of an edit are kept. */
export interface EditModes {
  /** Whether only one program is loaded at any time: least memory, more time. Default: false. */
  readonly oneAtATime?: boolean;
  /** Whether guidance runs its branches one after the other instead of in a batch. Default: false. */
  readonly splitGuidance?: boolean;
}

/** What is known of edits by a pipeline at a size. */
export interface EditPlan {
  readonly pipeline: Pipeline;
  readonly size: Size;
  readonly conditioning: Conditioning;
  /** Number of values in a latent. */
  readonly latentLength: number;
  /** The graph of a program, the same object each time. */
  graph(program: EditProgram): Graph;
  /**
   * Bytes that the programs of an edit are expected to take: all together, or the largest if they run one at a time.
   */
  bytes(guided: boolean, modes?: EditModes): number;
}

/**
 * Plans edits by a pipeline at a size.
 * @throws PhotoGuardError `input` for a size that is not a multiple of the autoencoder's factor
 */
export function planEdit(pipeline: Pipeline, size: Size): EditPlan {
  const { autoencoder } = pipeline;
  const { factor } = autoencoder;
  if (size.width % factor !== 0 || size.height % factor !== 0)
    throw new PhotoGuardError('input', `both sides of an edit must be multiples of ${factor}`, {
      got: `${size.width}x${size.height}`,
    });
  const conditioning = chooseConditioning(pipeline);
  const { prompts, photo } = conditioning;
  const graph = writtenOnce((program: EditProgram) => writeProgram(pipeline, size, program));
  return {
    ...{ pipeline, size, conditioning, graph },
    latentLength: latentShape(autoencoder, size).reduce((a, b) => a * b, 1),
    bytes(guided, { oneAtATime = false, splitGuidance = false } = {}) {
      const prediction = PREDICTIONS[guided && !splitGuidance ? photo.most - 1 : 0]!;
      const programs = ['encode', prediction, 'decode'] as const;
      const bytes = [...prompts.writeGraphs(0), ...programs.map(graph)].map((one) => planMemory(one).bytes);
      return oneAtATime ? Math.max(...bytes) : bytes.reduce((a, b) => a + b, 0);
    },
  };
}

function writeProgram(pipeline: Pipeline, size: Size, program: EditProgram): Graph {
  if (program === 'encode') return encodeGraph(pipeline.autoencoder, size);
  if (program === 'decode') return decodeGraph(pipeline.autoencoder, size);
  return predictionGraph({ pipeline, size, branches: countBranches(program) });
}
