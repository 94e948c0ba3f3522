// Prompts of Stable Diffusion 1 and 2, and of InstructPix2Pix: the states of one text encoder after its final norm.
import { GraphBuilder } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import type { Pipeline } from '../../models/index.ts';
import { checkClipSkip, type Prompts, runEncoders } from './prompts.ts';

/** See the head of this file. */
export function makeStableDiffusionPrompts({ texts, unet }: Pipeline): Prompts {
  const { textEncoder, tokenizer } = texts[0]!;
  const writeGraphs: Prompts['writeGraphs'] = (clipSkip) => {
    const g = new GraphBuilder('text');
    const { last, hidden } = textEncoder.encode(g, g.input('ids', 'int64', [1, tokenizer.maxTokens]));
    g.output('states', clipSkip > 0 ? textEncoder.norm(g, hidden.at(-1 - clipSkip)!) : last);
    return [g.build()];
  };
  return {
    inputs: { text: [tokenizer.maxTokens, unet.textWidth] },
    write: (given) => ({ textStates: given('text') }),
    writeGraphs,
    makeTellings({ prompt, negativePrompt = '', clipSkip = 0, xl }) {
      checkClipSkip(clipSkip, texts);
      if (xl)
        throw new PhotoGuardError('input', 'only editors of SDXL take sizes, scores and second prompts', {
          got: Object.keys(xl).join(', '),
        });
      const [asked, none] = [tokenizer.encode(prompt), tokenizer.encode(negativePrompt)];
      return {
        prompt: { ids: [[...asked.ids]], clipSkip, numbers: [] },
        // As in diffusers, layers are left out for the prompt only.
        none: { ids: [[...none.ids]], clipSkip: 0, numbers: [] },
        truncated: { prompt: asked.truncated ? [prompt] : [], none: none.truncated ? [negativePrompt] : [] },
      };
    },
    async tell(tellings, programs, signal) {
      const results = await runEncoders(tellings, texts, writeGraphs, { programs, signal });
      return results.map(([found]) => ({ text: found!.states! }));
    },
  };
}
