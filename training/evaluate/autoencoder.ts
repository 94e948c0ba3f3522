// node --conditions=source training/evaluate/autoencoder.ts --photos FOLDER Compares the autoencoder of models/mini
// with its teacher: reconstruction, latents, and the effect of an attack on it on the teacher.
import { jsonOption, print, printJson, progressLine, runCommand, whole } from '@photoguard/terminal';
import { Command } from 'commander';
import type { Autoencoder } from 'photoguard/models';
import { loadAutoencoder, resolveModel } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import type { AutoencoderFigures } from './autoencoder-figures.ts';
import { type AutoencoderQuality, autoencoderQuality } from './autoencoder-quality.ts';
import { readSquares } from './squares.ts';
import type { Estimate } from './statistics.ts';
import { type TransferFigures, transfer } from './transfer.ts';

interface Options {
  readonly photos: string;
  readonly model: string;
  readonly teacher: string;
  readonly sides: readonly number[];
  readonly transfer: readonly number[];
  readonly limit?: number;
  readonly json: boolean;
}

const command = new Command('autoencoder')
  .description(
    `Judges a distilled autoencoder beside its teacher: PSNR of reconstructions, correlation of latents, and how much of a
protection that was made on it holds for the teacher. Photos are squares cut from the middle.`,
  )
  .requiredOption('--photos <folder>', 'photos')
  .option('--model <model>', 'the autoencoder', 'models/mini')
  .option('--teacher <model>', 'its teacher', 'taesd')
  .option('--sides <n,n>', 'sizes of the squares', parseSides, [256, 512])
  .option('--transfer <n,n>', 'sizes at which photos are immunized; none: 0', parseSides, [256])
  .option('--limit <n>', 'take the first so many photos', whole(2))
  .addOption(jsonOption('print JSON'))
  .addHelpText(
    'after',
    '\nExample:\n  node --conditions=source training/evaluate/autoencoder.ts --photos photos --transfer 256,512',
  );

const load = async (ref: string, signal: AbortSignal): Promise<Autoencoder> =>
  (await loadAutoencoder((await resolveModel(ref, { signal })).folder)).autoencoder;

const shown = ({ mean, ci }: Estimate, digits: number): string => `${mean.toFixed(digits)} ± ${ci.toFixed(digits)}`;

await runCommand<Options>(command, async (options, signal) => {
  const { photos: folder, limit } = options;
  const both = { model: await load(options.model, signal), teacher: await load(options.teacher, signal) };
  const line = progressLine(!options.json);
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const quality: AutoencoderQuality[] = [];
    for (const side of options.sides) {
      line.show(`reconstructions at ${side}x${side}`);
      quality.push(await autoencoderQuality(runtime, both, await readSquares(folder, side, limit)));
    }
    const transfers: TransferFigures[] = [];
    for (const side of options.transfer) {
      const photos = await readSquares(folder, side, limit);
      const began = performance.now();
      const onPhoto = (done: number): void =>
        line.bar(`immunizing at ${side}x${side}`, {
          ...{ done, all: 2 * photos.length, seconds: (performance.now() - began) / 1000 },
        });
      transfers.push(await transfer(runtime, both, photos, { onPhoto, signal }));
    }
    line.done();
    const figures: AutoencoderFigures = { teacher: options.teacher, quality, transfer: transfers };
    if (options.json) return printJson(figures);
    for (const { side, photos, psnr, teacherPsnr, correlation } of quality) {
      print(`${side}x${side}, ${photos} photos`);
      print(`  PSNR          ${shown(psnr, 2)} dB; teacher ${shown(teacherPsnr, 2)}`);
      print(`  correlation   ${correlation.map((r) => r.toFixed(4)).join(' ')}`);
    }
    for (const { side, photos, eps255, recipe, madeOnModel, madeOnTeacher, randomNoise, share } of transfers) {
      print(`the teacher's loss after ${recipe}, ${eps255}/255, ${side}x${side}, ${photos} photos (1: no effect)`);
      print(`  made on it    ${shown(madeOnModel, 3)} (${(100 * share).toFixed(0)}% of the teacher's own effect)`);
      print(`  on teacher    ${shown(madeOnTeacher, 3)}`);
      print(`  random noise  ${shown(randomNoise, 3)}`);
    }
  } finally {
    line.done();
    await runtime.close();
  }
});

function parseSides(list: string): number[] {
  return list
    .split(',')
    .map(whole(0, 4096))
    .filter((side) => side > 0);
}
