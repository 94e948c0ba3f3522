// How far the latents of a protected photo move, beside those of random noise of the same size: now, and after what an
// upload does. The mean over the networks, for each latent space.
import { addNoise, DisplacementMeter, rootMeanSquare } from 'photoguard/displacement';
import type { Pixels8, Size } from 'photoguard/image';
import { Random } from 'photoguard/random';
import { buildChain, parseChain, TRANSFORMS } from 'photoguard/transforms';
import { wasmCodecs } from './encode.ts';
import type { Engine } from './engine.ts';
import { CONDITIONS, type Moved } from './messages.ts';

/** @param onShare 0 to 1 */
export async function measureMoved(
  photo: Pixels8,
  changed: Pixels8,
  {
    engine,
    size,
    signal,
    onShare,
  }: { engine: Engine; size: Size; signal: AbortSignal; onShare: (share: number) => void },
): Promise<Moved[]> {
  const noisy = addNoise(photo, rootMeanSquare(photo, changed), new Random(0).uniform(photo.data.length, -1, 1));
  const chains = CONDITIONS.map((condition) => buildChain(parseChain(condition, TRANSFORMS, 'transform')));
  const befores = chains.map(({ apply }) => once((pixels) => apply(pixels, { seed: 0, codecs: wasmCodecs, signal })));
  const rows = new Map<string, { readonly displacement: number[]; readonly noise: number[] }>();
  const { all } = engine.networks;
  let done = 0;
  for (const { spaces } of all) {
    const encoders = Object.fromEntries(spaces!.map(({ space, encoder }) => [space, encoder]));
    const meter = new DisplacementMeter({ runtime: engine.runtime, encoders, size, together: true });
    try {
      for (const [c, before] of befores.entries())
        for (const [key, picture] of [
          ['displacement', changed],
          ['noise', noisy],
        ] as const) {
          for (const [space, value] of Object.entries(await meter.measure(photo, picture, { before, signal }))) {
            const row = rows.get(space) ?? { displacement: [0, 0, 0], noise: [0, 0, 0] };
            row[key][c]! += value / all.length;
            rows.set(space, row);
          }
          onShare(++done / (2 * all.length * CONDITIONS.length));
        }
    } finally {
      await meter.release();
    }
  }
  return [...rows].map(([space, row]) => ({ space, ...row }));
}

// What happens to a picture is the same for every network.
function once(apply: (pixels: Pixels8) => Promise<Pixels8>): (pixels: Pixels8) => Promise<Pixels8> {
  const known = new WeakMap<Pixels8, Promise<Pixels8>>();
  return (pixels) => {
    const found = known.get(pixels) ?? apply(pixels);
    known.set(pixels, found);
    return found;
  };
}
