// The effect and the cost of the encoder attack's recipes: the loss of the 8-bit result, relative to the clean photo's,
// mean over photos at 256x256. The peer of every row is the paper's recipe (200 gradients).
import { encoderAttack, makeConstraint, RECIPES, type Recipe } from 'photoguard/attacks';
import { loadAutoencoder, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { photosAt } from './recipes/photos.ts';
import { stretched } from './recipes/variants.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'losses that recipes reach on photos (PHOTOGUARD_PHOTOS, default ../shared/images; PHOTOGUARD_LIMIT photos)';

const SIDE = { width: 256, height: 256 };

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const photos = await photosAt(SIDE);
  const recipes: Recipe[] = [RECIPES.paper, RECIPES.fast, stretched(RECIPES.fast, 20), stretched(RECIPES.fast, 40)];
  const runtime = await openRuntime({ device: 'cpu' });
  const rows: BenchRow[] = [];
  for (const ref of ['taesd', 'taesdxl']) {
    const { autoencoder } = await loadAutoencoder((await resolveModel(ref)).folder);
    const reached = new Map<string, number>();
    for (const recipe of recipes) {
      const constraint = makeConstraint('linf', 16 / 255);
      const options = {
        runtime,
        victims: [{ ref, autoencoder }],
        modelSize: SIDE,
        constraint,
        recipe,
        target: 'zero' as const,
      };
      const attack = encoderAttack(options);
      let sum = 0;
      for (const photo of photos) {
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
