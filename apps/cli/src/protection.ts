// What a protection does, in figures for people: how far it moves the latents of each space, now and after an upload, beside
// noise and a change of tone of the same root-mean-square size.
import {
  addNoise,
  DisplacementMeter,
  type Displacements,
  lowerContrast,
  meterBytes,
  rootMeanSquare,
} from 'photoguard/displacement';
import { type Pixels8, type Size, sharpCodecs } from 'photoguard/image/node';
import type { Encoder } from 'photoguard/models';
import { parsePurifier } from 'photoguard/purifiers';
import { Random, STREAMS } from 'photoguard/random';
import type { Runtime } from 'photoguard/runtime';

/** A network to measure with. */
export interface Judge {
  readonly ref: string;
  readonly spaces: readonly { readonly space: string; readonly encoder: Encoder }[];
}

/** A model as a judge: all its spaces. */
export const toJudge = ({
  ref,
  autoencoder,
  spaces,
}: {
  readonly ref: string;
  readonly autoencoder: Encoder;
  readonly spaces?: Judge['spaces'];
}): Judge => ({ ref, spaces: spaces ?? [{ space: ref, encoder: autoencoder }] });

/** Bytes that a judge's program takes. */
export const judgeBytes = ({ spaces }: Judge, size: Size): number =>
  meterBytes(
    spaces.map(({ encoder }) => encoder),
    size,
  );

/** What sites do to uploads. */
const UPLOAD = 'jpeg:75 > resize:0.5';

/** What is measured: as it is, and after an upload. */
const PURIFIERS = ['none', UPLOAD] as const;

/** A picture after an upload. */
export const uploaded = (pixels: Pixels8, signal: AbortSignal): Promise<Pixels8> =>
  parsePurifier(UPLOAD).apply(pixels, { seed: 0, codecs: sharpCodecs, signal });

/** Displacement of one space after one purifier. */
export interface Figures {
  readonly protected: number;
  readonly noise: number;
  readonly tone: number;
}

/** What a protection does. */
export interface Protection {
  /** Networks that measured. */
  readonly judges: readonly string[];
  /** Whether the attack saw one of them; null where nobody wrote down what it saw. */
  readonly attacked: boolean | null;
  /** By space, then by purifier: means over the networks. */
  readonly displacement: Readonly<Record<string, Readonly<Record<string, Figures>>>>;
}

/** Measures a protected photo. */
export async function measureProtection(
  photo: Pixels8,
  written: Pixels8,
  options: {
    readonly judges: readonly Judge[];
    readonly attacked: boolean | null;
    readonly size: Size;
    readonly seed: number;
    readonly runtime: Runtime;
    readonly signal: AbortSignal;
  },
): Promise<Protection> {
  const { judges, attacked, size, seed, runtime, signal } = options;
  const rms = rootMeanSquare(photo, written);
  const draw = new Random(seed, STREAMS.control).uniform(photo.data.length, -1, 1);
  const versions = { protected: written, noise: addNoise(photo, rms, draw), tone: lowerContrast(photo, rms) };
  const found: Record<string, Record<string, Figures[]>> = {};
  for (const { spaces } of judges) {
    const encoders = Object.fromEntries(spaces.map(({ space, encoder }) => [space, encoder]));
    const meter = new DisplacementMeter({ runtime, encoders, size, together: true });
    try {
      for (const spec of PURIFIERS) {
        const purifier = parsePurifier(spec);
        const before = (pixels: Pixels8): Promise<Pixels8> =>
          purifier.apply(pixels, { seed: 0, codecs: sharpCodecs, signal });
        const measured = await meter.measureEach(photo, versions, { before, signal });
        for (const space of Object.keys(encoders)) {
          const bySpace = (found[space] ??= {});
          (bySpace[spec] ??= []).push(figuresIn(measured, space));
        }
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
  return { judges: judges.map(({ ref }) => ref), attacked, displacement };
}

const figuresIn = (measured: Readonly<Record<keyof Figures, Displacements>>, space: string): Figures => ({
  protected: measured.protected[space]!,
  noise: measured.noise[space]!,
  tone: measured.tone[space]!,
});

function meanFigures(each: readonly Figures[]): Figures {
  const mean = (of: (one: Figures) => number): number =>
    Number((each.reduce((sum, one) => sum + of(one), 0) / each.length).toFixed(4));
  return {
    protected: mean((one) => one.protected),
    noise: mean((one) => one.noise),
    tone: mean((one) => one.tone),
  };
}

/** A note about a photo with next to nothing in it: mere noise moves its latents further than their content goes. */
export function flatNotes(protection: Protection | undefined): string[] {
  const spaces = Object.values(protection?.displacement ?? {});
  return spaces.length > 0 && spaces.every(({ none }) => none!.noise > 1)
    ? [
        'the photo is nearly flat: there is little to hide a change in and little to protect, and figures above 1 mean little',
      ]
    : [];
}

/** What no protection of latents reaches, one line each. */
const NOT_PROTECTED = [
  'editors that work on pixels: they have no latent space',
  'an editor that is asked to restore the photo first, or noisy upscaling',
  'spaces that are not in the table: Qwen-Image, Wan, SANA',
];

const BAR = 10;

/** A figure with its bar: 1 fills it. */
function barText({ protected: value, noise }: Figures): string {
  const filled = Math.min(BAR, Math.round(BAR * value));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  return `${bar} ${value.toFixed(2)} (noise ${noise.toFixed(2)})`;
}

/** What is said of judges. */
const SEEN = {
  true: 'which the attack saw: others move less',
  false: 'which the attack never saw',
  null: 'which the attack may have seen: there is no record of it',
} as const;

/** Lines for people. */
export function describeProtection({ judges, attacked, displacement }: Protection): string[] {
  const who = `${judges.join(', ')}, ${SEEN[String(attacked) as keyof typeof SEEN]}`;
  const cells = Object.entries(displacement).map(([space, figures]) => [
    space,
    ...PURIFIERS.map((spec) => barText(figures[spec]!)),
  ]);
  const width = Math.max(...cells.map(([, now]) => now!.length));
  return [
    `  moves    latents by (1: as far as the photo's own content), says ${who}`,
    `           ${''.padEnd(6)} ${'now'.padEnd(width)}  after an upload (JPEG 75, half the size)`,
    ...cells.map(([space, now, after]) => `           ${space!.padEnd(6)} ${now!.padEnd(width)}  ${after}`),
    ...NOT_PROTECTED.map((line, i) => `  ${i === 0 ? 'not' : '   '}      ${line}`),
  ];
}
