// node --conditions=source training/evaluate/autoencoder.ts --photos FOLDER
// The autoencoder of models/mini beside its teacher: reconstruction, latents, and what an attack on it does to the teacher.
import { parseArgs } from 'node:util';
import { progressLine } from '@photoguard/terminal';
import { PhotoGuardError } from 'photoguard/errors';
import type { Autoencoder } from 'photoguard/models';
import { loadAutoencoder, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { runCommand, wholeNumber } from '../common/command.ts';
import { type AutoencoderQuality, autoencoderQuality } from './autoencoder-quality.ts';
import { readSquares } from './squares.ts';
import type { Estimate } from './statistics.ts';
import { type TransferFigures, transfer } from './transfer.ts';

const HELP = `Usage: node --conditions=source training/evaluate/autoencoder.ts --photos FOLDER

Judges a distilled autoencoder beside its teacher: PSNR of reconstructions, correlation of latents, and how much of a
protection that was made on it holds for the teacher. Photos are squares cut from the middle.

  --photos FOLDER     photos
  --model MODEL       the autoencoder (default models/mini)
  --teacher MODEL     its teacher (default taesd)
  --sides N,N         sizes of the squares (default 256,512)
  --transfer N,N      sizes at which photos are immunized (default 256); none: 0
  --limit N           take the first N photos
  --json              print JSON

Example:
  node --conditions=source training/evaluate/autoencoder.ts --photos photos --transfer 256,512`;

/** What the command prints as JSON. */
export interface AutoencoderFigures {
  readonly teacher: string;
  readonly quality: readonly AutoencoderQuality[];
  readonly transfer: readonly TransferFigures[];
}

const load = async (ref: string, signal: AbortSignal): Promise<Autoencoder> =>
  (await loadAutoencoder((await resolveModel(ref, { signal })).folder)).autoencoder;

const sides = (name: string, list: string): number[] =>
  list
    .split(',')
    .map((text) => wholeNumber(name, text, 0, 4096))
    .filter((side) => side > 0);

const shown = ({ mean, ci }: Estimate, digits: number): string => `${mean.toFixed(digits)} ± ${ci.toFixed(digits)}`;

await runCommand('autoencoder', async (signal) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ photos: text, limit: text },
      model: { ...text, default: 'models/mini' },
      teacher: { ...text, default: 'taesd' },
      sides: { ...text, default: '256,512' },
      transfer: { ...text, default: '256' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { photos: folder } = values;
  if (!folder) throw new PhotoGuardError('usage', '--photos is needed', { hint: '--help shows how to use it' });
  const limit = values.limit === undefined ? undefined : wholeNumber('limit', values.limit, 2);
  const both = { model: await load(values.model, signal), teacher: await load(values.teacher, signal) };
  const line = progressLine(!values.json);
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const quality: AutoencoderQuality[] = [];
    for (const side of sides('sides', values.sides)) {
      line.show(`reconstructions at ${side}x${side}`);
      quality.push(await autoencoderQuality(runtime, both, await readSquares(folder, side, limit)));
    }
    const transfers: TransferFigures[] = [];
    for (const side of sides('transfer', values.transfer)) {
      const photos = await readSquares(folder, side, limit);
      const began = performance.now();
      const onPhoto = (done: number): void =>
        line.bar(`immunizing at ${side}x${side}`, {
          ...{ done, all: 2 * photos.length, seconds: (performance.now() - began) / 1000 },
        });
      transfers.push(await transfer(runtime, both, photos, { onPhoto, signal }));
    }
    line.done();
    const figures: AutoencoderFigures = { teacher: values.teacher, quality, transfer: transfers };
    if (values.json) return console.log(JSON.stringify(figures, undefined, 1));
    for (const { side, photos, psnr, teacherPsnr, correlation } of quality) {
      console.log(`${side}x${side}, ${photos} photos`);
      console.log(`  PSNR          ${shown(psnr, 2)} dB; teacher ${shown(teacherPsnr, 2)}`);
      console.log(`  correlation   ${correlation.map((r) => r.toFixed(4)).join(' ')}`);
    }
    for (const { side, photos, eps255, recipe, madeOnModel, madeOnTeacher, randomNoise, share } of transfers) {
      console.log(
        `the teacher's loss after ${recipe}, ${eps255}/255, ${side}x${side}, ${photos} photos (1: no effect)`,
      );
      console.log(
        `  made on it    ${shown(madeOnModel, 3)} (${(100 * share).toFixed(0)}% of the teacher's own effect)`,
      );
      console.log(`  on teacher    ${shown(madeOnTeacher, 3)}`);
      console.log(`  random noise  ${shown(randomNoise, 3)}`);
    }
  } finally {
    line.done();
    await runtime.close();
  }
});
