// What a level of visibility looks like, on a part of a photo at its own size: the embedded network makes the change, in one
// pass, so that the answer comes while somebody looks. What protects a photo looks much the same: the level is the same.
import { ATTACKS, settle } from 'photoguard/attacks';
import type { Pixels8 } from 'photoguard/image';
import { fitSize } from 'photoguard/view';
import { decodeFile } from './decode.ts';
import { INSTANT } from './defaults.ts';
import { openEngine } from './engine.ts';
import { loadImmunizer } from './immunizer.ts';
import type { Pair, PreviewAsk, Step } from './messages.ts';
import { loading } from './page-file.ts';
import { png } from './sees.ts';

/** Longest side of the part, in pixels. */
const SIDE = 256;

/** What was decoded last: people try one level after the other. */
let last: { readonly file: Blob; readonly pixels: Pixels8 } | undefined;

/** See the head of this file. @throws PhotoGuardError for a file that is no photo, `network`, `aborted` */
export async function preview(
  { file, visibility, at }: PreviewAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Pair> {
  if (last?.file !== file) last = { file, pixels: (await decodeFile(file)).pixels };
  const engine = await openEngine(loading(tell));
  const { all, files } = engine.networks;
  const immunizer = await loadImmunizer(files, loading(tell));
  signal.throwIfAborted();
  tell({ phase: 'protecting', share: 0 });
  const part = partOf(last.pixels, at, immunizer.factor);
  const size = fitSize(part.width, part.height, 'native', immunizer.factor);
  const planned = ATTACKS.encoder!.plan(
    settle(ATTACKS.encoder!, { recipe: INSTANT, visibility }),
    all.map((network) => ({ ...network, size })),
    { immunizer },
  );
  const attack = planned.prepare({ photo: part }, engine.runtime);
  try {
    const { pixels } = await attack.immunize(part, { signal });
    return { original: await png(part), result: await png(pixels) };
  } finally {
    await attack.release();
  }
}

// The part around a place, within the photo. Sides are multiples of the network's factor, where the photo is not smaller.
function partOf(photo: Pixels8, [x, y]: PreviewAsk['at'], factor: number): Pixels8 {
  const sideOf = (all: number): number => (all < factor ? all : Math.min(SIDE, all - (all % factor)));
  const [width, height] = [sideOf(photo.width), sideOf(photo.height)];
  const beginOf = (share: number, all: number, side: number): number =>
    Math.round(Math.min(Math.max(share * all - side / 2, 0), all - side));
  const [left, top] = [beginOf(x, photo.width, width), beginOf(y, photo.height, height)];
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * photo.width + left);
    data.set(photo.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, channels: 3, data };
}
