// The moving average of a training's weights as a model's folder: config.json and weights in half precision. Weights that were not
// trained are as they were.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../image/node/index.ts';
import { writeSafetensors } from '../models/index.ts';
import { requireFinite } from './checkpoint.ts';
import type { Parameters } from './parameters.ts';
import type { Trainer } from './trainer.ts';

/**
 * Writes a model's folder for diffusers and transformers. `weights`: the file's name.
 * @throws PhotoGuardError `model` for weights that are not finite; then an existing file stays
 */
export async function exportModel(
  folder: string,
  weights: string,
  config: object,
  parameters: Parameters,
  trainer: Trainer,
): Promise<void> {
  const average = await trainer.read('average');
  requireFinite(average, join(folder, weights));
  const tensors = [...parameters.tensors()].map(
    ([name, { shape, data }]) => [name, { shape, data: average[`average.${name}`] ?? data }] as const,
  );
  await mkdir(folder, { recursive: true });
  await writeWhole(
    join(folder, weights),
    writeSafetensors(new Map(tensors), { dtype: 'F16', metadata: { format: 'pt' } }),
  );
  await writeWhole(join(folder, 'config.json'), new TextEncoder().encode(`${JSON.stringify(config, undefined, 2)}\n`));
}
