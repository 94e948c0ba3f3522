// The same edit of a photo and of its protected version by the embedded editor: same prompt, same noise.
import { Editor, seededNoise } from 'photoguard/editing';
import { toPixels8 } from 'photoguard/image';
import { fitSize, seenPixels } from 'photoguard/view';
import { decodeFile } from './decode.ts';
import { openEngine } from './engine.ts';
import type { EditAsk, Pair, Step } from './messages.ts';
import { loadMini } from './mini.ts';
import { loading } from './page-file.ts';
import { png } from './sees.ts';

/** As `photoguard edit` has it for the embedded editor. */
const SETTINGS = { guidance: 3, steps: 25 } as const;

/** See the head of this file. @throws PhotoGuardError `network`, `input` for a prompt or strength that cannot be, `aborted` */
export async function edit(
  { original, result, prompt, strength, seed }: EditAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Pair> {
  const photos = await Promise.all([original, result].map(async (file) => (await decodeFile(file)).pixels));
  const engine = await openEngine(loading(tell));
  const pipeline = await loadMini(engine.networks.files, loading(tell));
  signal.throwIfAborted();
  const { width, height } = photos[0]!;
  const size = fitSize(width, height, `fit:${pipeline.trainedSide}`, 2 * pipeline.autoencoder.factor);
  const editor = new Editor(pipeline, size, engine.runtime);
  try {
    tell({ phase: 'editing', share: 0 });
    const prepared = await editor.prepare({ prompt, strength, ...SETTINGS, noise: seededNoise(seed) }, signal);
    const pictures: Blob[] = [];
    for (const [k, pixels] of photos.entries()) {
      const { image } = await editor.edit(prepared, seenPixels(pixels, size), {
        signal,
        onStep: ({ step, steps }) => tell({ phase: 'editing', share: (k + step / steps) / photos.length }),
      });
      pictures.push(await png(toPixels8(image)));
    }
    return { original: pictures[0]!, result: pictures[1]! };
  } finally {
    await editor.release();
  }
}
