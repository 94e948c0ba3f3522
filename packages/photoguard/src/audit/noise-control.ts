// Random noise as large as the change, for comparison. Any change of that size moves a photo's latent a little; a
// protection must do more. If the original is given, the noise is the change itself with its values in other places:
// equal in every norm, but random.
import { ballNoise, makeConstraint } from '../attacks/index.ts';
import type { Mask, Pixels8 } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';

/** The clean photo with the change's values shuffled over the pixels that the mask keeps, clipped to 0..255. */
export function shuffledChange(clean: Pixels8, immunized: Pixels8, seed: number, draw: number, mask?: Mask): Pixels8 {
  const places: number[] = [];
  for (let i = 0; i < clean.data.length; i++) if (!mask?.data[Math.floor(i / 3)]) places.push(i);
  const values = Int16Array.from(places, (i) => immunized.data[i]! - clean.data[i]!);
  const random = new Random(seed, STREAMS.auditNoise(draw));
  for (let k = values.length - 1; k > 0; k--) {
    const other = random.bits(k) % (k + 1);
    const kept = values[k]!;
    values[k] = values[other]!;
    values[other] = kept;
  }
  const data = new Uint8Array(clean.data);
  for (const [k, i] of places.entries()) data[i] = Math.min(Math.max(clean.data[i]! + values[k]!, 0), 255);
  return { ...clean, data };
}

/** The clean photo with noise that fills a ball, like `Attack.control`, with one stream per draw. */
export function controlNoise(
  clean: Pixels8,
  { norm, eps255 }: { norm: 'linf' | 'l2'; eps255: number },
  seed: number,
  draw: number,
  mask?: Mask,
): Pixels8 {
  return ballNoise(clean, makeConstraint(norm, eps255 / 255), new Random(seed, STREAMS.auditNoise(draw)), mask);
}
