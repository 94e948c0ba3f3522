// The recipe `instant`: how long one pass of its network takes at 512x512, and how long the command takes for a photo, all
// included but the start of the program, and how much memory.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder } from 'onnx-grad';
import { loadImmunizer } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { toSigned } from 'photoguard/view';
import sharp from 'sharp';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { runImmunize } from './support/command.ts';
import { quantile } from './support/statistics.ts';

/** For the list of benches. */
export const about = 'seconds and memory of the recipe instant: one pass, and the command (three minutes)';

const PORTRAIT = fileURLToPath(new URL('../examples/portrait.png', import.meta.url));
const SIDE = 512;
const PASSES = 9;
/** Photos of one run of the command; another run, of one photo, takes the start of the program as well. */
const PHOTOS = 5;
const SIZES = [
  { width: 1024, height: 768, seconds: 1 },
  { width: 4000, height: 3000, seconds: 1.5 }, // 200 in five minutes
] as const;
const PEAK_MB = 600;

/** Runs the bench. */
export async function bench({ cache, log }: BenchContext): Promise<BenchRow[]> {
  const rows = [row(`one pass at ${SIDE}x${SIDE}, median, s`, await measurePass(), { goal: { atMost: 0.1 } })];
  for (const { width, height, seconds } of SIZES) {
    const size = `${width}x${height}`;
    const folder = join(cache, `instant-${size}`);
    const photos = await writePhotos(folder, width, height);
    log(`${PHOTOS} photos of ${size}`);
    const run = (some: readonly string[]) =>
      runImmunize([...some, '-o', join(folder, 'made'), '--recipe', 'instant', '--no-compare']);
    const [one, all] = [await run(photos.slice(0, 1)), await run(photos)];
    for (const { code, said } of [one, all]) if (code !== 0) throw new Error(`instant failed: ${said}`);
    const each = (all.seconds - one.seconds) / (PHOTOS - 1);
    rows.push(row(`a photo of ${size} more, s`, each, { goal: { atMost: seconds } }));
    rows.push(row(`a photo of ${size}, the start included, s`, one.seconds));
    rows.push(row(`peak memory of all processes, ${size}, MB`, all.bytes / 1e6, { goal: { atMost: PEAK_MB } }));
  }
  return rows;
}

async function measurePass(): Promise<number> {
  const immunizer = await loadImmunizer();
  const runtime = await openRuntime({ device: 'cpu' });
  try {
    const g = new GraphBuilder('pass');
    g.output('change', immunizer.change(g, toSigned(g, g.input('image', 'float32', [1, 3, SIDE, SIDE]))));
    const program = await runtime.load(g.build());
    const image = new Float32Array(3 * SIDE * SIDE).fill(0.5);
    const times: number[] = [];
    for (let i = 0; i <= PASSES; i++) {
      const began = performance.now();
      await program.run({ image });
      if (i > 0) times.push((performance.now() - began) / 1000);
    }
    return quantile(times, 0.5);
  } finally {
    await runtime.close();
  }
}

/** The portrait at a size, each time a little brighter: no two photos are equal. */
async function writePhotos(folder: string, width: number, height: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const file = join(folder, `${i}.jpg`);
    const photo = sharp(PORTRAIT).removeAlpha().resize(width, height, { fit: 'cover' });
    await photo.linear(1, i).jpeg({ quality: 90 }).toFile(file);
    files.push(file);
  }
  return files;
}
