// Mean and deviation of each channel of each latent space over the clean crops of the first round: what students' last
// layers are scaled by. They are written beside the students, since every part of the training depends on them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from 'photoguard/image/node';
import type { Encoder, SurrogateSpace } from 'photoguard/models';
import { SPACES, type SpaceName } from './designs.ts';
import { decodeHalf, type Examples } from './pool.ts';

const DIGITS = 5;

/** What is known of each space, where it has been measured. */
export async function readSpaces(out: string): Promise<ReadonlyMap<SpaceName, SurrogateSpace> | undefined> {
  const path = join(out, 'spaces.json');
  if (!existsSync(path)) return undefined;
  const spaces = JSON.parse(await readFile(path, 'utf8')) as Record<SpaceName, SurrogateSpace>;
  return new Map(SPACES.map((name) => [name, spaces[name]]));
}

/** Measures the spaces and saves what was found. */
export async function measureSpaces(
  out: string,
  examples: Examples,
  teachers: ReadonlyMap<SpaceName, Encoder>,
): Promise<void> {
  const measured = SPACES.map((name): readonly [SpaceName, SurrogateSpace] => {
    const { channels, data } = examples.latents.get(name)!;
    const area = data.length / examples.count / channels;
    const sums = Array.from({ length: channels }, () => [0, 0] as [number, number]);
    data.forEach((bits, i) => {
      const value = decodeHalf(bits);
      const sum = sums[Math.floor(i / area) % channels]!;
      sum[0] += value;
      sum[1] += value * value;
    });
    const count = examples.count * area;
    const mean = sums.map(([sum]) => Number((sum / count).toPrecision(DIGITS)));
    const deviation = sums.map(([sum, squares]) =>
      Number(Math.sqrt(squares / count - (sum / count) ** 2).toPrecision(DIGITS)),
    );
    const { scalingFactor, shiftFactor } = teachers.get(name)!;
    return [name, { name, mean, deviation, scalingFactor, shiftFactor }];
  });
  await writeSpaces(out, new Map(measured));
}

/** Saves what is known of each space. */
export async function writeSpaces(out: string, spaces: ReadonlyMap<string, SurrogateSpace>): Promise<void> {
  const text = JSON.stringify(Object.fromEntries(spaces), undefined, 1);
  await writeWhole(join(out, 'spaces.json'), new TextEncoder().encode(`${text}\n`));
}
