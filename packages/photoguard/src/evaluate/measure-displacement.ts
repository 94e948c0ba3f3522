// How far a photo has moved in the editor's latent space from the original, both purified alike (see the room displacement).
import type { DisplacementMeter } from '../displacement/index.ts';
import type { Pixels8 } from '../image/index.ts';
import type { Purifier } from '../purifiers/index.ts';

/** A photo after a purifier. */
export interface PurifiedPhoto {
  readonly purifier: Purifier;
  readonly original: Pixels8;
  readonly pixels: Pixels8;
  /** `pixels`, purified. */
  readonly purified: Pixels8;
  readonly purify: (picture: Pixels8) => Promise<Pixels8>;
  /** The original after each purifier that was used so far, by the purifier's text. */
  readonly purifiedOriginals: Map<string, Pixels8>;
}

/** Its displacement for the meter's one encoder; 0 for the original itself. */
export async function measureDisplacement(
  meter: DisplacementMeter,
  { purifier, original, pixels, purified, purify, purifiedOriginals }: PurifiedPhoto,
  signal: AbortSignal,
): Promise<number> {
  if (pixels === original) return 0;
  const before = async (picture: Pixels8): Promise<Pixels8> => {
    if (picture === pixels) return purified;
    if (picture !== original) return purify(picture);
    const known = purifiedOriginals.get(purifier.spec) ?? (await purify(picture));
    purifiedOriginals.set(purifier.spec, known);
    return known;
  };
  const [found] = Object.values(await meter.measure(original, pixels, { before, signal }));
  return found!;
}
