// node --conditions=source training/reproduce/check-lab-cache.ts CACHE CHECK
// Compares our validation batches with those that the lab's train.py makes (export_lab_cache.py --check): tokens, masks
// and timesteps are equal; floats differ in their last bits, since cumulative products are rounded in another order.
import { openEditorCache } from '../data/editor-cache.ts';
import { readTensorFile } from '../data/tensor-file.ts';

const LAB_BATCH = 64;
const TOLERANCE = 5e-6;
const [folder, check] = process.argv.slice(2);
if (!folder || !check) throw new Error('name the folder of the cache, and the file of export_lab_cache.py --check');
const cache = await openEditorCache(folder);
const lab = await readTensorFile(check);
const worst: Record<string, number> = {};
let batches = 0;
for (const batch of cache.validation(LAB_BATCH)) {
  for (const name of ['sample', 'target', 'mask', 'timestep', 'ids'] as const) {
    const theirs = lab[`${batches}.${name}`]?.data;
    if (theirs?.length !== batch[name].length) throw new Error(`batch ${batches}: ${name} is of another size`);
    for (let i = 0; i < theirs.length; i++)
      worst[name] = Math.max(worst[name] ?? 0, Math.abs(Number(theirs[i]) - batch[name][i]!));
  }
  batches++;
}
const all = Object.keys(lab).length / 5;
const isSame = batches === all && Object.values(worst).every((difference) => difference < TOLERANCE);
console.log(JSON.stringify({ batches, of: all, largestDifference: worst, isSame }));
process.exitCode = isSame ? 0 : 1;
