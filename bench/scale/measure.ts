// Measures what photos take as the service's workers do them: by the service's own processes, one photo after the other. What is
// measured is the processor's time, of that process and of its runtime's, so that what else runs on the machine hardly counts.
// Linux only.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import sharp from 'sharp';
import { Immunizers } from '../../apps/service/src/immunizations/immunizers.ts';
import { commandFlags } from '../../apps/service/src/immunizations/options.ts';
import { processTree } from '../../tests/support/process-memory.ts';
import { RECIPES, type Recipe, type Sample, SIZES, type SizeName } from './samples.ts';

/** Photos of each recipe and size. Those that take minutes are few. */
const PHOTOS: Readonly<Record<Recipe, Readonly<Record<SizeName, number>>>> = {
  instant: { small: 15, medium: 15, large: 7 },
  quick: { small: 8, medium: 8, large: 4 },
  default: { small: 4, medium: 3, large: 2 },
};
/** The system counts time in hundredths of a second, wherever Node runs. */
const TICKS = 100;

/** Measures, and tells of each photo as soon as it is done. @param folder of photos */
export async function measureSamples(folder: string, recipe: Recipe, tell: (sample: Sample) => void): Promise<void> {
  if (process.platform !== 'linux') throw new PhotoGuardError('usage', 'measuring needs Linux: it reads /proc');
  const photos = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => /\.(png|jpe?g|webp)$/i.test(name))
    .map((name) => join(folder, name))
    .sort();
  if (photos.length === 0) throw new PhotoGuardError('usage', `there are no photos in ${folder}`);
  const work = mkdtempSync(join(tmpdir(), 'photoguard-scale-'));
  const immunizers = new Immunizers(1000);
  const { signal } = new AbortController();
  try {
    const flags = commandFlags(RECIPES[recipe], { models: ['mini', 'surrogates'] });
    const sizes = Object.keys(SIZES) as SizeName[];
    // Sizes take turns, so that a busy quarter of an hour is not one size's.
    const turns = sizes.flatMap((size) => Array.from({ length: PHOTOS[recipe][size] }, (_, k) => ({ size, k })));
    turns.sort((a, b) => a.k / PHOTOS[recipe][a.size] - b.k / PHOTOS[recipe][b.size]);
    for (const [turn, { size }] of [{ size: 'small' as const }, ...turns].entries()) {
      const photo = photos[Math.floor((turn * photos.length) / (turns.length + 1))]!;
      const input = join(work, `${turn}.jpg`);
      const { width, height } = await writeAt(photo, SIZES[size].side, input);
      const [cpu, began] = [cpuSeconds(), performance.now()];
      const files = [input, join(work, `${turn}-made`)] as const;
      const outcome = await immunizers.run(files, flags, { signal, onProgress: () => {} });
      if ('failure' in outcome) throw new Error(`${photo}: ${outcome.failure.message}`);
      const seconds = (performance.now() - began) / 1000;
      // The first has the start of the process in it.
      if (turn > 0) tell({ recipe, size, width, height, cpu: cpuSeconds() - cpu, seconds });
      rmSync(input);
    }
  } finally {
    immunizers.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes a photo as JPEG with a longer side of so many pixels, with the grain that a camera would have there. */
async function writeAt(photo: string, side: number, file: string): Promise<{ width: number; height: number }> {
  const turned = sharp(await sharp(photo).autoOrient().removeAlpha().toColourspace('srgb').toBuffer());
  const { data, info } = await turned.resize(side, side, { fit: 'inside' }).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const noise = { type: 'gaussian', mean: 128, sigma: 6 } as const;
  const grain = await sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .png()
    .toBuffer();
  const whole = sharp(data, { raw: { width, height, channels: 3 } }).composite([{ input: grain, blend: 'soft-light' }]);
  writeFileSync(file, await whole.jpeg({ quality: 90 }).toBuffer());
  return { width, height };
}

/** Seconds of the processor that the processes started by this one have taken so far. */
function cpuSeconds(): number {
  const ticks = processTree(process.pid)
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => {
      // After the name, which may contain anything: the third field of proc_pid_stat(5) and those after it.
      const fields = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!.split(' ');
      return fields.slice(11, 15).map(Number); // its own time and that of children that have ended
    });
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS;
}
