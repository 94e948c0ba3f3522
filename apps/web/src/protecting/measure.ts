// How far the latents of a protected photo move, beside those of random noise of the same size: now, and after what an
// upload does. The mean over the networks that measure, for each latent space.
import { addNoise, DisplacementMeter, rootMeanSquare } from 'photoguard/displacement';
import type { Pixels8, Size } from 'photoguard/image';
import { Random, STREAMS } from 'photoguard/random';
import type { Runtime } from 'photoguard/runtime';
import { buildChain, parseChain, TRANSFORMS } from 'photoguard/transforms';
import { wasmCodecs } from './encode.ts';
import { CONDITIONS, type Moved } from './messages.ts';
import type { Network } from './networks.ts';

/** What measures, and how. */
export interface MeasureOptions {
  readonly judges: readonly Network[];
  readonly runtime: Runtime;
  readonly size: Size;
  /** Of the noise. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onShare: (share: number) => void;
}

/** See the head of this file. */
export async function measureMoved(photo: Pixels8, changed: Pixels8, options: MeasureOptions): Promise<Moved[]> {
  const { judges, runtime, size, seed, signal, onShare } = options;
  const draw = new Random(seed, STREAMS.control).uniform(photo.data.length, -1, 1);
  const versions = { displacement: changed, noise: addNoise(photo, rootMeanSquare(photo, changed), draw) };
  const rows = new Map<string, { readonly displacement: number[]; readonly noise: number[] }>();
  let done = 0;
  for (const { spaces } of judges) {
    const encoders = Object.fromEntries(spaces!.map(({ space, encoder }) => [space, encoder]));
    const meter = new DisplacementMeter({ runtime, encoders, size, together: true });
    try {
      for (const [c, condition] of CONDITIONS.entries()) {
        const { apply } = buildChain(parseChain(condition, TRANSFORMS, 'transform'));
        const before = (pixels: Pixels8): Promise<Pixels8> => apply(pixels, { seed: 0, codecs: wasmCodecs, signal });
        const measured = await meter.measureEach(photo, versions, { before, signal });
        for (const space of Object.keys(encoders)) {
          const row = rows.get(space) ?? { displacement: CONDITIONS.map(() => 0), noise: CONDITIONS.map(() => 0) };
          for (const key of ['displacement', 'noise'] as const) row[key][c]! += measured[key][space]! / judges.length;
          rows.set(space, row);
        }
        onShare(++done / (judges.length * CONDITIONS.length));
      }
    } finally {
      await meter.release();
    }
  }
  return [...rows].map(([space, row]) => ({ space, ...row }));
}
