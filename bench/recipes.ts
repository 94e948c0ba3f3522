// The encoder attack's recipes by what they reach and what they cost: the loss of the 8-bit result, relative to the
// clean photo's, mean over photos at 256x256. The peer of every row is the paper's recipe (200 gradients).
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constraintOf, EncoderAttack, RECIPES, type Recipe } from 'photoguard/attacks';
import { decodePhoto, resizeImage, toImage01, toPixels8 } from 'photoguard/image/node';
import { loadAutoencoder, resolveModel } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime';
import { stretched } from './recipes/variants.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'losses that recipes reach on photos (PHOTOGUARD_PHOTOS, default ../shared/images; PHOTOGUARD_LIMIT photos)';

const SIDE = { width: 256, height: 256 };

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const folder = process.env.PHOTOGUARD_PHOTOS ?? fileURLToPath(new URL('../../shared/images', import.meta.url));
  if (!existsSync(folder)) throw new Error('set PHOTOGUARD_PHOTOS to a folder of photos');
  const names = readdirSync(folder)
    .filter((name) => /\.(png|jpe?g|webp)$/i.test(name))
    .sort();
  const photos = names.slice(0, Number(process.env.PHOTOGUARD_LIMIT ?? names.length));
  const recipes: Recipe[] = [RECIPES.paper, RECIPES.fast, stretched(RECIPES.fast, 20), stretched(RECIPES.fast, 40)];
  const runtime = await openRuntime({ device: 'cpu' });
  const rows: BenchRow[] = [];
  for (const ref of ['taesd', 'taesdxl']) {
    const { autoencoder } = await loadAutoencoder((await resolveModel(ref)).folder);
    const reached = new Map<string, number>();
    for (const recipe of recipes) {
      const constraint = constraintOf('linf', 16 / 255);
      const options = {
        runtime,
        victims: [{ ref, autoencoder }],
        modelSize: SIDE,
        constraint,
        recipe,
        target: 'zero' as const,
      };
      const attack = new EncoderAttack(options);
      let sum = 0;
      for (const name of photos) {
        const photo = toPixels8(
          resizeImage(squareOf(toImage01((await decodePhoto(join(folder, name))).pixels)), SIDE, {
            filter: 'lanczos3',
          }),
        );
        const { pixels } = await attack.immunize(photo);
        sum += (await attack.measure(pixels))[0]!.loss / (await attack.measure(photo))[0]!.loss;
      }
      await attack.release();
      const label = `${ref}, ${recipe.name}, ${recipe.steps} gradients: relative loss`;
      reached.set(label, sum / photos.length);
      log(`${label} ${(sum / photos.length).toFixed(4)} (${photos.length} photos)`);
    }
    const paper = [...reached.values()][0]!;
    for (const [label, loss] of reached) rows.push(row(label, loss, { peer: paper, goal: { atMost: 1 } }));
  }
  await runtime.close();
  return rows;
}

type Picture = ReturnType<typeof toImage01>;

// The square in the middle.
function squareOf({ width, height, data }: Picture): Picture {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const out = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < side; y++) {
      const from = (c * height + top + y) * width + left;
      out.set(data.subarray(from, from + side), (c * side + y) * side);
    }
  return { width: side, height: side, channels: 3, data: out };
}
