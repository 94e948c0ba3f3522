// Checks --memory: `photoguard immunize` on photos of eight sizes, each with a budget that is too small and with the
// smallest one that the error then names. It compares the peak resident memory of all processes with the budget; a
// refusal must be cheap too. Also two that fit no budget here: 12 megapixels at their own size, and a file made to
// exhaust memory.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { type CommandRun, runImmunize } from './support/command.ts';

/** For the list of benches. */
export const about = 'peak memory of immunize against --memory, photos of 0.3 to 100 megapixels (half an hour)';

const PORTRAIT = fileURLToPath(new URL('../examples/portrait.png', import.meta.url));
const SIZES = [
  [640, 512],
  [1024, 1024],
  [2000, 1500],
  [3000, 2000],
  [4000, 3000],
  [6000, 4000],
  [8000, 6000],
  [10000, 10000],
] as const;
/** Too little for all of them: the model alone takes more. */
const TOO_LITTLE = '512MB';
/** A run may exceed the budget by at most a tenth. */
const GOAL = { atMost: 1.1 };

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [width, height] of SIZES) {
    const photo = await writePhoto(context, width, height);
    const name = `${((width * height) / 1e6).toFixed(1)} megapixels`;
    const refused = await immunize(context, photo, TOO_LITTLE);
    const named = /give --memory ([\d.]+[MG]B)/.exec(refused.said)?.[1];
    if (named === undefined) throw new Error(`${name} in ${TOO_LITTLE} was not refused with a budget: ${refused.said}`);
    rows.push(makeRow(`${name}, refused in ${TOO_LITTLE}`, refused, TOO_LITTLE));
    const held = await immunize(context, photo, named);
    if (held.code !== 0) throw new Error(`${name} in ${named}, which was said to do: ${held.said}`);
    rows.push(makeRow(`${name}, done in ${named}`, held, named));
  }
  const native = await immunize(context, await writePhoto(context, 4000, 3000), '2GB', '--size', 'native');
  rows.push(makeRow('12.0 megapixels at their own size, refused in 2GB', native, '2GB'));
  const bomb = await immunize(context, await writeBomb(context), '1GB');
  rows.push(makeRow('16000x16000 in a few kilobytes, refused in 1GB', bomb, '1GB'));
  return rows;
}

const makeRow = (what: string, { bytes, seconds }: CommandRun, budget: string): BenchRow =>
  row(`${what}, ${(bytes / 1e6).toFixed(0)} MB, ${seconds.toFixed(0)} s: peak / budget`, bytes / parseBytes(budget), {
    goal: GOAL,
  });

const parseBytes = (budget: string): number => Number.parseFloat(budget) * 2 ** (budget.endsWith('GB') ? 30 : 20);

function immunize({ cache, log }: BenchContext, photo: string, budget: string, ...more: string[]): Promise<CommandRun> {
  log(`${photo} in ${budget}`);
  const options = ['-m', 'mini', '--attack', 'encoder', '--steps', '3', '--no-compare', '--memory', budget];
  return runImmunize([photo, ...options, ...more, '-o', join(cache, 'memory.png')]);
}

async function writePhoto({ cache }: BenchContext, width: number, height: number): Promise<string> {
  const file = join(cache, `memory-${width}x${height}.jpg`);
  if (!existsSync(file)) {
    const photo = sharp(PORTRAIT).removeAlpha().resize(width, height, { fit: 'fill' });
    await photo.jpeg({ quality: 90 }).toFile(file);
  }
  return file;
}

// One colour, one bit per pixel.
async function writeBomb({ cache }: BenchContext): Promise<string> {
  const file = join(cache, 'memory-bomb.png');
  if (!existsSync(file)) {
    const raw = { width: 16000, height: 16000, channels: 1 } as const;
    const black = sharp(Buffer.alloc(raw.width * raw.height), { raw, limitInputPixels: false });
    writeFileSync(file, await black.png({ palette: true, colours: 2 }).toBuffer());
  }
  return file;
}
