// Prompts as the UNet takes them. With guidance there are two texts in a batch: what to lead away from, and the prompt.
import { PhotoGuardError } from '../errors.ts';
import type { Pipeline } from '../models/index.ts';
import type { Lease } from '../runtime/index.ts';
import type { EditOptions } from './edit-options.ts';
import { textGraph } from './graphs.ts';

/** Text states of an edit. */
export interface TextStates {
  /** [1 or 2, tokens, width]; of two, the first is the negative prompt's. */
  readonly states: Float32Array;
  /** Whether there are two. */
  readonly guided: boolean;
  /** Prompts that did not fit and were cut. */
  readonly truncated: readonly string[];
}

/**
 * Encodes the prompts of an edit. With two prompts of the same tokens both halves of the guidance are equal, and one is
 * enough.
 * @throws PhotoGuardError `input` for a clip skip that leaves no layer
 */
export async function textStates(
  { tokenizer, textEncoder }: Pipeline,
  programs: Lease,
  { prompt, negativePrompt = '', clipSkip = 0 }: Pick<EditOptions, 'prompt' | 'negativePrompt' | 'clipSkip'>,
  wantsGuidance: boolean,
  signal?: AbortSignal,
): Promise<TextStates> {
  const { layers } = textEncoder;
  if (!(Number.isInteger(clipSkip) && clipSkip >= 0 && clipSkip < layers))
    throw new PhotoGuardError('input', `clip skip is a whole number from 0 to ${layers - 1}`, {
      got: String(clipSkip),
    });
  const [none, asked] = [tokenizer.encode(negativePrompt), tokenizer.encode(prompt)];
  const guided = wantsGuidance && (clipSkip > 0 || none.ids.some((id, i) => id !== asked.ids[i]));
  const ids = guided ? [...none.ids, ...asked.ids] : [...asked.ids];
  const graph = textGraph(textEncoder, guided ? 2 : 1, tokenizer.maxTokens, clipSkip);
  try {
    const results = await programs.run(graph, { ids: BigInt64Array.from(ids, BigInt) }, { signal });
    const last = results.last as Float32Array;
    // As in diffusers, layers are left out for the prompt only.
    const states = clipSkip > 0 ? (results.skipped as Float32Array) : last;
    if (guided) states.set(last.subarray(0, last.length / 2));
    const truncated = [...(asked.truncated ? [prompt] : []), ...(guided && none.truncated ? [negativePrompt] : [])];
    return { states, guided, truncated };
  } finally {
    await programs.release(graph);
  }
}
