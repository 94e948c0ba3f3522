// What a protection does, in figures: how far it moves the latents of each space, now and after what sites do to uploads,
// beside noise and a change of tone of the same root-mean-square size.
import {
  addNoise,
  DisplacementMeter,
  type Displacements,
  lowerContrast,
  rootMeanSquare,
} from '../displacement/index.ts';
import type { Codecs, Pixels8, Size } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { buildChain, parseChain, TRANSFORMS } from '../transforms/index.ts';
import { resizedPixels } from '../view/index.ts';
import type { Judge } from './judges.ts';

/** What sites do to uploads. */
const UPLOAD = 'jpeg:75 > resize:0.5';

/** What happens to the photo first, unless something else is asked for: nothing, and what sites do to uploads. */
export const UPLOADS: readonly string[] = ['none', UPLOAD];

/** A picture after an upload. */
export const uploaded = (pixels: Pixels8, codecs: Codecs, signal?: AbortSignal): Promise<Pixels8> =>
  buildChain(parseChain(UPLOAD, TRANSFORMS, 'transform')).apply(pixels, { seed: 0, codecs, signal });

/** Displacement of one space after one purifier. */
export interface Figures {
  readonly protected: number;
  readonly noise: number;
  /** Absent where it was not asked for. */
  readonly tone?: number;
}

/** What a protection does. */
export interface Protection {
  /** Networks that measured. */
  readonly judges: readonly string[];
  /** Whether the attack saw one of them; null where nobody wrote down what it saw. */
  readonly attacked: boolean | null;
  /** Size at which they saw the photo: width, height. */
  readonly size: readonly [number, number];
  /** By space, then by purifier: means over the networks. */
  readonly displacement: Readonly<Record<string, Readonly<Record<string, Figures>>>>;
}

/** How a protection is measured. */
export interface ProtectionOptions {
  /** At least one. */
  readonly judges: readonly Judge[];
  readonly attacked: boolean | null;
  /** Size at which they see the photo. */
  readonly size: Size;
  /** Of the noise. */
  readonly seed: number;
  readonly runtime: Runtime;
  /** For uploads that go through a file. */
  readonly codecs: Codecs;
  /** Chains of transforms, as text. Default: {@link UPLOADS}. */
  readonly purifiers?: readonly string[];
  /** Whether a change of tone is measured too; it takes as long as the photo itself. Default: true. */
  readonly tone?: boolean;
  /** Reports what is done, 0 to 1. */
  readonly onShare?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Measures a protected photo. A photo larger than what the judges see is made smaller first, as sites do it.
 * @throws PhotoGuardError `aborted`, or what the runtime throws
 */
export async function measureProtection(
  original: Pixels8,
  protectedPhoto: Pixels8,
  options: ProtectionOptions,
): Promise<Protection> {
  const { judges, attacked, size, seed, runtime, codecs, signal, onShare } = options;
  const isLarger = original.width * original.height > size.width * size.height;
  const [photo, written] = [original, protectedPhoto].map((one) => (isLarger ? resizedPixels(one, size) : one)) as [
    Pixels8,
    Pixels8,
  ];
  const purifiers = options.purifiers ?? UPLOADS;
  const rms = rootMeanSquare(photo, written);
  const draw = new Random(seed, STREAMS.control).uniform(photo.data.length, -1, 1);
  const versions: Readonly<Record<string, Pixels8>> = {
    protected: written,
    noise: addNoise(photo, rms, draw),
    ...((options.tone ?? true) && { tone: lowerContrast(photo, rms) }),
  };
  const found: Record<string, Record<string, Figures[]>> = {};
  let done = 0;
  for (const { spaces } of judges) {
    const encoders = Object.fromEntries(spaces.map(({ space, encoder }) => [space, encoder]));
    const meter = new DisplacementMeter({ runtime, encoders, size, together: true });
    try {
      for (const spec of purifiers) {
        const { apply } = buildChain(parseChain(spec, TRANSFORMS, 'transform'));
        const before = (pixels: Pixels8): Promise<Pixels8> => apply(pixels, { seed: 0, codecs, signal });
        const measured = await meter.measureEach(photo, versions, { before, signal });
        for (const space of Object.keys(encoders)) {
          const bySpace = (found[space] ??= {});
          (bySpace[spec] ??= []).push(figuresIn(measured, space));
        }
        onShare?.(++done / (judges.length * purifiers.length));
      }
    } finally {
      await meter.release();
    }
  }
  const displacement = Object.fromEntries(
    Object.entries(found).map(([space, byPurifier]) => [
      space,
      Object.fromEntries(Object.entries(byPurifier).map(([spec, each]) => [spec, meanFigures(each)])),
    ]),
  );
  return { judges: judges.map(({ ref }) => ref), attacked, size: [size.width, size.height], displacement };
}

const figuresIn = (
  { protected: made, noise, tone }: Readonly<Record<string, Displacements>>,
  space: string,
): Figures => ({
  protected: made![space]!,
  noise: noise![space]!,
  ...(tone && { tone: tone[space]! }),
});

function meanFigures(each: readonly Figures[]): Figures {
  const mean = (of: (one: Figures) => number): number =>
    Number((each.reduce((sum, one) => sum + of(one), 0) / each.length).toFixed(4));
  return {
    protected: mean((one) => one.protected),
    noise: mean((one) => one.noise),
    ...(each[0]!.tone !== undefined && { tone: mean((one) => one.tone!) }),
  };
}

/** Whether there is next to nothing in the photo: mere noise moves its latents further than their content goes. */
export function isFlat({ displacement }: Protection): boolean {
  const spaces = Object.values(displacement);
  return spaces.length > 0 && spaces.every(({ none }) => none !== undefined && none.noise > 1);
}

/** A note about a photo with next to nothing in it. */
export const FLAT_NOTE =
  'the photo is nearly flat: there is little to hide a change in and little to protect, and figures above 1 mean little';
