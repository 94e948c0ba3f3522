// Several models at once: the worst-case weighting of their losses compared with a plain mean. What matters to the
// owner of a photo is the model that moved least.
import { encoderAttack, makeConstraint, RECIPES, type Weighting } from 'photoguard/attacks';
import { loadAutoencoder, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { photosAt } from './recipes/photos.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about = 'an ensemble (taesd, taesdxl, taesd3) weighed by the worst case, beside a plain mean';

const SIDE = { width: 256, height: 256 };
const REFS = ['taesd', 'taesdxl', 'taesd3'];

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const photos = await photosAt(SIDE);
  const runtime = await openRuntime({ device: 'cpu' });
  const victims = [];
  for (const ref of REFS)
    victims.push({ ref, autoencoder: (await loadAutoencoder((await resolveModel(ref)).folder)).autoencoder });
  const reached = new Map<Weighting, number[]>();
  for (const weighting of ['worst', 'mean'] as const) {
    const constraint = makeConstraint('linf', 16 / 255);
    const attack = encoderAttack({
      runtime,
      victims,
      modelSize: SIDE,
      constraint,
      recipe: RECIPES.fast,
      target: 'zero',
      weighting,
    });
    const sums = REFS.map(() => 0);
    for (const photo of photos) {
      const { pixels } = await attack.immunize(photo);
      const [after, before] = [await attack.measure(pixels), await attack.measure(photo)];
      for (const i of sums.keys()) sums[i]! += after[i]!.loss / before[i]!.loss / photos.length;
    }
    await attack.release();
    reached.set(weighting, sums);
    log(`${weighting}: ${REFS.map((ref, i) => `${ref} ${sums[i]!.toFixed(4)}`).join(', ')} (${photos.length} photos)`);
  }
  await runtime.close();
  const [worst, mean] = [reached.get('worst')!, reached.get('mean')!];
  const rows = REFS.map((ref, i) => row(`${ref}: relative loss`, worst[i]!, { peer: mean[i]! }));
  return [...rows, row('the model moved least', Math.max(...worst), { peer: Math.max(...mean), goal: { atMost: 1 } })];
}
