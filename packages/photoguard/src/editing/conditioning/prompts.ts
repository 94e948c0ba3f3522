// How prompts are told to a denoiser: the shared part of Stable Diffusion 1 and 2 (stable-diffusion.ts) and of SDXL
// (sdxl.ts). All that a denoiser is told at once is a telling: the prompt's, or the one that guidance leads away from.
import type { Graph, Value } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import type { Size } from '../../image/index.ts';
import type { DenoiserInputs, PromptEncoder } from '../../models/index.ts';
import type { Lease, Tensors } from '../../runtime/index.ts';
import type { EditOptions } from '../edit-options.ts';
import type { Shapes } from './shapes.ts';

/** What is said in an edit. */
export type Wording = Pick<EditOptions, 'prompt' | 'negativePrompt' | 'clipSkip' | 'xl'>;

/** What a denoiser is told, before any encoder has run. Equal tellings have equal contents. */
export interface Telling {
  /** Token ids for each of the pipeline's encoders; null: zeros instead of what they would give. */
  readonly ids: readonly (readonly number[])[] | null;
  /** Layers of the encoders to leave out, from the last. */
  readonly clipSkip: number;
  /** What is told in numbers. */
  readonly numbers: readonly number[];
}

/** Both tellings of an edit. */
export interface Tellings {
  readonly prompt: Telling;
  /** What guidance leads away from. */
  readonly none: Telling;
  /** Texts that did not fit and were cut. */
  readonly truncated: Readonly<Record<'prompt' | 'none', readonly string[]>>;
}

/** See the head of this file. */
export interface Prompts {
  /** Inputs of the denoiser's graph that differ from telling to telling: shapes of one. */
  readonly inputs: Shapes;
  /** What the denoiser makes of them; each value is [n, ...shape]. */
  write(given: (name: string) => Value): Pick<DenoiserInputs, 'textStates' | 'added'>;
  /**
   * Words and numbers as tellings.
   * @param size of the edit
   * @throws PhotoGuardError `input` for a clip skip that leaves no layer, and for what this kind of editor is not told
   */
  makeTellings(wording: Wording, size: Size): Tellings;
  /** The text encoders, each as a program for one text. */
  writeGraphs(clipSkip: number): readonly Graph[];
  /** Runs the encoders: `inputs` of each telling. They are not kept: texts are few. */
  tell(tellings: readonly Telling[], programs: Lease, signal?: AbortSignal): Promise<Tensors[]>;
}

/** Checks a clip skip. @throws PhotoGuardError `input` for one that leaves no layer */
export function checkClipSkip(clipSkip: number, texts: readonly PromptEncoder[]): void {
  const most = Math.min(...texts.map(({ textEncoder }) => textEncoder.layers)) - 1;
  if (!(Number.isInteger(clipSkip) && clipSkip >= 0 && clipSkip <= most))
    throw new PhotoGuardError('input', `clip skip is a whole number from 0 to ${most}`, { got: String(clipSkip) });
}

/** Results of each encoder for each telling that has ids: [telling][encoder]. Each encoder is loaded once. */
export async function runEncoders(
  tellings: readonly Telling[],
  texts: readonly PromptEncoder[],
  writeGraphs: (clipSkip: number) => readonly Graph[],
  { programs, signal }: { readonly programs: Lease; readonly signal?: AbortSignal | undefined },
): Promise<Tensors[][]> {
  const results: Tensors[][] = tellings.map(() => []);
  for (const [encoder, { textEncoder }] of texts.entries()) {
    for (const skip of new Set(tellings.map(({ clipSkip }) => clipSkip))) {
      const graph = writeGraphs(skip)[encoder]!;
      try {
        for (const [k, { ids, clipSkip }] of tellings.entries()) {
          if (!ids || clipSkip !== skip) continue;
          const own = ids[encoder]!;
          const whole = new Float32Array(own.length);
          whole[textEncoder.wholePosition(own)] = 1;
          const feeds: Tensors = { ids: BigInt64Array.from(own, BigInt) };
          if (graph.inputs.some(({ name }) => name === 'whole')) feeds.whole = whole;
          results[k]!.push(await programs.run(graph, feeds, { signal }));
        }
      } finally {
        await programs.release(graph);
      }
    }
  }
  return results;
}
