// Prompts of SDXL: the last but one hidden states of its text encoders side by side, without the final norm; the
// embedding of the whole text by the last encoder; and sizes in pixels, height first, as features of numbers. Its refiner
// has one encoder, and a score of how beautiful the picture is instead of the target size.
import { GraphBuilder } from 'onnx-grad';
import type { Size } from '../../image/index.ts';
import type { Pipeline, XLSettings } from '../../models/index.ts';
import type { Tensors } from '../../runtime/index.ts';
import type { XLWording } from '../edit-options.ts';
import { checkClipSkip, type Prompts, runEncoders } from './prompts.ts';

/** Scores of pictures that are wanted and not wanted, as in diffusers. */
const SCORES = [6, 2.5] as const;

/** See the head of this file. */
export function makeSDXLPrompts({ texts, unet, xl: settings }: Pipeline & { readonly xl: XLSettings }): Prompts {
  const tokens = texts[0]!.tokenizer.maxTokens;
  const width = texts.at(-1)!.textEncoder.embeddingWidth!;
  const inputs = { text: [tokens, unet.textWidth], embedding: [width], numbers: [unet.added!.inputDim - width] };
  const writeGraphs: Prompts['writeGraphs'] = (clipSkip) =>
    texts.map(({ textEncoder }, k) => {
      const g = new GraphBuilder('text');
      const { last, hidden } = textEncoder.encode(g, g.input('ids', 'int64', [1, tokens]));
      g.output('states', g.op('Identity', [hidden.at(-2 - clipSkip)!]));
      if (k === texts.length - 1)
        g.output('embedding', textEncoder.embedWhole(g, last, g.input('whole', 'float32', [1, tokens])));
      return g.build();
    });
  return {
    inputs,
    write: (given) => ({
      textStates: given('text'),
      added: { textEmbeds: given('embedding'), timeIds: given('numbers') },
    }),
    writeGraphs,
    makeTellings({ prompt, negativePrompt, clipSkip = 0, xl = {} }, size) {
      checkClipSkip(clipSkip, texts);
      const [wanted, unwanted] = listNumbers(settings, xl, size);
      const encode = (first: string, second: string) => {
        // The refiner's one encoder is the second.
        const words = texts.length === 1 ? [second] : [first, second];
        const all = words.map((text, k) => ({ text, ...texts[k]!.tokenizer.encode(text) }));
        const cut = all.filter(({ truncated }) => truncated).map(({ text }) => text);
        return { ids: all.map(({ ids }) => [...ids]), truncated: [...new Set(cut)] };
      };
      const asked = encode(prompt, xl.prompt2 ?? prompt);
      const isZero = negativePrompt === undefined && settings.zerosWithoutNegative;
      const none = encode(negativePrompt ?? '', xl.negativePrompt2 ?? negativePrompt ?? '');
      return {
        prompt: { ids: asked.ids, clipSkip, numbers: wanted },
        none: { ids: isZero ? null : none.ids, clipSkip: 0, numbers: unwanted },
        truncated: { prompt: asked.truncated, none: isZero ? [] : none.truncated },
      };
    },
    async tell(tellings, programs, signal) {
      const results = await runEncoders(tellings, texts, writeGraphs, { programs, signal });
      return results.map((found, k): Tensors => {
        const numbers = unet.numberFeatures(tellings[k]!.numbers);
        if (found.length === 0)
          return { text: new Float32Array(tokens * unet.textWidth), embedding: new Float32Array(width), numbers };
        return {
          text: joinStates(
            found.map(({ states }) => states as Float32Array),
            tokens,
          ),
          embedding: found.at(-1)!.embedding!,
          numbers,
        };
      });
    },
  };
}

// Numbers of the prompt's telling and of the other one.
function listNumbers({ aestheticScores }: XLSettings, xl: XLWording, { width, height }: Size): [number[], number[]] {
  const own = [height, width] as const;
  const { originalSize = own, targetSize = own, crop = [0, 0] } = xl;
  const { negativeOriginalSize = originalSize, negativeTargetSize = targetSize, negativeCrop = [0, 0] } = xl;
  if (aestheticScores) {
    const { aestheticScore = SCORES[0], negativeAestheticScore = SCORES[1] } = xl;
    return [
      [...originalSize, ...crop, aestheticScore],
      [...negativeOriginalSize, ...negativeCrop, negativeAestheticScore],
    ];
  }
  // diffusers tells both the same crop.
  return [
    [...originalSize, ...crop, ...targetSize],
    [...negativeOriginalSize, ...crop, ...negativeTargetSize],
  ];
}

// States [tokens, width] of several encoders, joined on their width.
function joinStates(states: readonly Float32Array[], tokens: number): Float32Array {
  const widths = states.map(({ length }) => length / tokens);
  const sum = widths.reduce((a, b) => a + b, 0);
  const joined = new Float32Array(tokens * sum);
  let at = 0;
  for (const [k, part] of states.entries()) {
    const width = widths[k]!;
    for (let token = 0; token < tokens; token++)
      joined.set(part.subarray(token * width, (token + 1) * width), token * sum + at);
    at += width;
  }
  return joined;
}
