// The loss on a few crops of the project's own picture, at fixed noise: small enough for every test run, and available
// everywhere. The committed checkpoint must reach the value in its figures.
import type { Pixels8 } from 'photoguard/image';
import type { Pipeline } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { cut, type Square } from '../data/crops.ts';
import { CAPTIONS } from '../data/editor-cache-file.ts';
import { drawMask } from '../data/masks.ts';
import { modelLoss, type RegionLoss } from './losses.ts';
import { rounded } from './statistics.ts';
import { makeContent, SIDE } from './validation-set.ts';

const CROPS = 8;
const SEED = 1;
const PROMPT = 'a portrait of a person';

/** The loss on crops of a picture. */
export async function portraitLoss(runtime: Runtime, pipeline: Pipeline, picture: Pixels8): Promise<RegionLoss> {
  const draws = new Draws(SEED, STREAMS.judging);
  const photo = { file: 'portrait', ...picture };
  const most = Math.min(photo.width, photo.height);
  const examples = Array.from({ length: CROPS }, () => {
    const side = draws.between(Math.floor(most / 2), most);
    const square: Square = {
      side,
      left: draws.between(0, photo.width - side),
      top: draws.between(0, photo.height - side),
    };
    return { rgb: cut(photo, square, SIDE), mask: drawMask(draws, SIDE).data };
  });
  const captions = new Int32Array(CROPS * CAPTIONS).map((_, i) => (i % CAPTIONS < 2 ? 1 : -1));
  const content = await makeContent(runtime, pipeline, examples, { prompts: ['', PROMPT], captions });
  const { hole, known, whole } = await modelLoss(runtime, pipeline, content);
  return { hole: rounded(hole, 5), known: rounded(known, 5), whole: rounded(whole, 5) };
}
