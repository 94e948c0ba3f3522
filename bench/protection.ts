// The default protection against encoders that it never saw: how far it moves their latents, as it is and after what happens
// to uploads, beside noise and a change of tone of the same root-mean-square size; and how visible it is. Other settings
// beside it, each at the same level of visibility. Figures of each photo are kept, so that a stopped run can be resumed.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, type AttackModel, type Settings, settle } from 'photoguard/attacks';
import { addNoise, DisplacementMeter, lowerContrast, rootMeanSquare } from 'photoguard/displacement';
import { decodePhoto, type Pixels8, sharpCodecs } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import type { Autoencoder, Encoder } from 'photoguard/models';
import { loadAutoencoder, loadImmunizer, loadSurrogates } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random, STREAMS } from 'photoguard/random';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { parseShip } from 'photoguard/transforms';
import { number, object, validateJson } from 'photoguard/validate';
import { fitSize, resizedPixels } from 'photoguard/view';
import * as z from 'zod/mini';
import { type BenchContext, type BenchRow, type Goal, row } from './support/bench.ts';
import { measureJod } from './support/cvvdp.ts';
import { loadOtherEncoder } from './support/other-encoder.ts';
import { mean, standardError } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'displacement of encoders that were not attacked, by the default protection and others (PHOTOGUARD_IMAGES, PHOTOGUARD_HUB, PHOTOGUARD_JUDGE a file, PHOTOGUARD_LIMIT photos, PHOTOGUARD_PHOTOS a pattern, PHOTOGUARD_SIDE, PHOTOGUARD_ARMS a pattern, PHOTOGUARD_IMMUNIZER a folder, PHOTOGUARD_PURIFIERS a list, or the word list for the long one, PHOTOGUARD_CVVDP a command; an hour)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SURROGATES = fileURLToPath(new URL('../models/surrogates', import.meta.url));
const IMMUNIZER = process.env.PHOTOGUARD_IMMUNIZER ?? fileURLToPath(new URL('../models/immunizer', import.meta.url));
const SPACES = { sd1: 'taesd', sdxl: 'taesdxl', sd3: 'taesd3', flux1: 'taef1', flux2: 'taef2' } as const;
const OTHER = 'other';
const PURIFIERS = 'none; jpeg:75; resize:0.5; jpeg:75 > resize:0.5';
/** With PHOTOGUARD_PURIFIERS=list: everyday operations, of which the worst counts. */
const LIST = `${PURIFIERS}; jpeg:50; crop:0.1; blur:1; noise:8; median:3; avif:50; vae:1`;

/** Settings beside the default; `networks` are those that are attacked. */
const ARMS: Readonly<Record<string, { readonly settings: Settings; readonly networks: readonly string[] }>> = {
  protect: { settings: { recipe: 'protect' }, networks: ['strided'] },
  quick: { settings: { recipe: 'quick' }, networks: ['strided'] },
  instant: { settings: { recipe: 'instant' }, networks: ['strided'] },
  'instant, unseen': { settings: { recipe: 'instant', visibility: 'unseen' }, networks: ['strided'] },
  'instant and 5': { settings: { recipe: 'instant', steps: 5 }, networks: ['strided'] },
  'instant and 10': { settings: { recipe: 'instant', steps: 10 }, networks: ['strided'] },
  'protect of 30': { settings: { recipe: 'protect', steps: 30 }, networks: ['strided'] },
  'both networks': { settings: { recipe: 'protect' }, networks: ['strided', 'pooled'] },
  'without uploads': { settings: { recipe: 'protect', through: 'none' }, networks: ['strided'] },
  'towards zero': { settings: { recipe: 'protect', target: 'zero' }, networks: ['strided'] },
  'towards grey': { settings: { recipe: 'protect', target: 'grey' }, networks: ['strided'] },
  shipped: { settings: { recipe: 'protect', ship: 'jpeg:85' }, networks: ['strided'] },
  unseen: { settings: { recipe: 'protect', visibility: 'unseen' }, networks: ['strided'] },
  medium: { settings: { recipe: 'protect', visibility: 'medium' }, networks: ['strided'] },
  strong: { settings: { recipe: 'protect', visibility: 'strong' }, networks: ['strided'] },
};

const byName = <T extends z.ZodMiniType>(each: T) => z.record(z.string(), each);

/** One photo with one arm. */
const FIGURE = object({
  photo: z.string('a name'),
  arm: z.string('a name'),
  side: number(1, 1e5),
  seconds: number(0, 1e6),
  flip: number(0, 1),
  jod: z.optional(number(0, 10)),
  /** Root-mean-square change, in levels of 255. */
  rms: number(0, 255),
  /** By version (protected, noise, tone), purifier and space. */
  displacement: byName(byName(byName(number(0, 1e3)))),
});
type Figure = z.output<typeof FIGURE>;

/** Runs the bench. @throws Error without photos or encoders */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const images = process.env.PHOTOGUARD_IMAGES ?? join(SHARED, 'images');
  const hub = process.env.PHOTOGUARD_HUB ?? join(SHARED, 'hub');
  const side = Number(process.env.PHOTOGUARD_SIDE ?? 1024);
  const wanted = process.env.PHOTOGUARD_PURIFIERS ?? PURIFIERS;
  const purifiers = (wanted === 'list' ? LIST : wanted).split(';').map((spec) => spec.trim());
  const names = readdirSync(images)
    .filter((name) => /\.(png|jpe?g|webp)$/i.test(name) && new RegExp(process.env.PHOTOGUARD_PHOTOS ?? '').test(name))
    .sort()
    .slice(0, Number(process.env.PHOTOGUARD_LIMIT ?? 12));
  const arms = Object.keys(ARMS).filter((arm) => new RegExp(process.env.PHOTOGUARD_ARMS ?? '^protect$').test(arm));
  const kept = join(cache, 'protection.jsonl');
  const figures = existsSync(kept) ? readFigures(kept) : [];

  const encoders: Record<string, Encoder> = {};
  for (const [space, name] of Object.entries(SPACES))
    encoders[space] = (await loadAutoencoder(join(hub, 'madebyollin', name))).autoencoder;
  const roundTrip = { ref: SPACES.sd1, autoencoder: encoders.sd1 as Autoencoder };
  const judge = process.env.PHOTOGUARD_JUDGE ?? join(SHARED, 'judges/flux1-yocto/encoder.safetensors');
  if (existsSync(judge)) encoders[OTHER] = await loadOtherEncoder(judge);
  const runtime = await openRuntime({ device: 'cpu' });
  const pictures = join(cache, 'protection');
  mkdirSync(pictures, { recursive: true });
  try {
    for (const name of names)
      for (const arm of arms) {
        if (figures.some((one) => one.photo === name && one.arm === arm && one.side === side)) continue;
        const { pixels } = await decodePhoto(join(images, name));
        const size = fitSize(pixels.width, pixels.height, `upload:${side}`);
        const photo = resizedPixels(pixels, size);
        const { made, seconds } = await protect(photo, arm, runtime);
        const jod = (await measureJod(pictures, photo, [made]))?.[0];
        const rms = rootMeanSquare(photo, made);
        const displacement = await measure(photo, made, { encoders, purifiers, roundTrip, runtime });
        const figure: Figure = { photo: name, arm, side, seconds, flip: flip(photo, made), jod, rms, displacement };
        figures.push(figure);
        appendFileSync(kept, `${JSON.stringify(figure)}\n`);
        log(`${name}, ${arm}: ${seconds.toFixed(0)} s, FLIP ${figure.flip.toFixed(3)}, JOD ${jod?.toFixed(2) ?? '-'}`);
      }
  } finally {
    await runtime.close();
  }
  return arms.flatMap((arm) =>
    makeRows(
      arm,
      figures.filter((one) => one.arm === arm && one.side === side),
    ),
  );
}

function readFigures(path: string): Figure[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, i) => validateJson(FIGURE, line, { label: `${path}: line ${i + 1}`, code: 'input' }));
}

async function protect(photo: Pixels8, arm: string, runtime: Runtime): Promise<{ made: Pixels8; seconds: number }> {
  const { settings, networks } = ARMS[arm]!;
  const kind = ATTACKS.encoder!;
  const began = performance.now();
  const size = fitSize(photo.width, photo.height, 'native');
  const models = (await loadSurrogates(SURROGATES))
    .filter(({ name }) => networks.includes(name))
    .map(({ name, surrogate }): AttackModel => {
      const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
      return { ref: name, autoencoder: spaces[0]!.encoder, spaces, size };
    });
  const settled = settle(kind, settings);
  const immunizer = settled.recipe.start === 'network' ? await loadImmunizer(IMMUNIZER) : undefined;
  const attack = kind.plan(settled, models, { immunizer }).prepare({ photo, seed: 1 }, runtime);
  try {
    const { pixels } = await attack.immunize(photo);
    const { ship } = settings as { ship?: string };
    const made = ship === undefined ? pixels : await sharpCodecs.throughFile(pixels, parseShip(ship));
    return { made, seconds: (performance.now() - began) / 1000 };
  } finally {
    await attack.release();
  }
}

async function measure(
  photo: Pixels8,
  made: Pixels8,
  {
    encoders,
    purifiers,
    roundTrip,
    runtime,
  }: {
    encoders: Record<string, Encoder>;
    purifiers: string[];
    roundTrip: { ref: string; autoencoder: Autoencoder };
    runtime: Runtime;
  },
): Promise<Figure['displacement']> {
  const rms = rootMeanSquare(photo, made);
  const draw = new Random(1, STREAMS.control).uniform(photo.data.length, -1, 1);
  const versions = { protected: made, noise: addNoise(photo, rms, draw), tone: lowerContrast(photo, rms) };
  const found: Record<string, Record<string, Readonly<Record<string, number>>>> = {};
  const meter = new DisplacementMeter({ runtime, encoders, size: fitSize(photo.width, photo.height, 'native') });
  try {
    for (const spec of purifiers) {
      const purifier = parsePurifier(spec);
      const before = (pixels: Pixels8): Promise<Pixels8> =>
        purifier.apply(pixels, { seed: 0, codecs: sharpCodecs, runtime, autoencoder: roundTrip });
      for (const [version, bySpace] of Object.entries(await meter.measureEach(photo, versions, { before })))
        (found[version] ??= {})[spec] = bySpace;
    }
  } finally {
    await meter.release();
  }
  return found;
}

// Goals of the default: displacement beside noise, and what is left of it after a purifier.
const RATIO: Readonly<Record<string, Goal>> = {
  none: { atLeast: 1.8 },
  'jpeg:75': { atLeast: 1.5 },
  'resize:0.5': { atLeast: 1.8 },
  'jpeg:75 > resize:0.5': { atLeast: 1.5 },
};
const KEPT: Readonly<Record<string, Goal>> = {
  'jpeg:75': { atLeast: 0.85 },
  'resize:0.5': { atLeast: 0.75 },
  'jpeg:75 > resize:0.5': { atLeast: 0.7 },
};

/** Purifiers above which the least is a row of its own. */
const KEPT_LEAST = 4;

function makeRows(arm: string, figures: readonly Figure[]): BenchRow[] {
  const rows: BenchRow[] = [];
  const spaces = Object.keys(SPACES);
  const values = (version: string, spec: string, only = spaces): number[] =>
    figures.map(({ displacement }) => mean(only.map((space) => displacement[version]![spec]![space]!)));
  const jods = figures.flatMap(({ jod }) => (jod === undefined ? [] : [jod]));
  if (jods.length > 0) {
    rows.push(row(`${arm}: JOD, mean of ${jods.length} photos`, mean(jods), { goal: { atLeast: 9.5 } }));
    rows.push(row(`${arm}: JOD, worst photo`, Math.min(...jods), { goal: { atLeast: 9.2 } }));
  }
  rows.push(row(`${arm}: FLIP, mean`, mean(figures.map((one) => one.flip))));
  rows.push(row(`${arm}: seconds of an attack, mean`, mean(figures.map(({ seconds }) => seconds))));
  const first = values('protected', 'none');
  rows.push(row(`${arm}: displacement of the mean space, none`, mean(first), { goal: { atLeast: 0.9 } }));
  const least = Math.min(...spaces.map((space) => mean(values('protected', 'none', [space]))));
  rows.push(row(`${arm}: displacement of the least space, none`, least, { goal: { atLeast: 0.7 } }));
  for (const spec of Object.keys(figures[0]!.displacement.protected!)) {
    const ours = values('protected', spec);
    const error = standardError(ours).toFixed(2);
    const beside = { peer: mean(values('noise', spec)), goal: RATIO[spec] };
    rows.push(row(`${arm}: displacement after ${spec} (± ${error}), beside noise`, mean(ours), beside));
    rows.push(row(`${arm}: displacement after ${spec}, beside tone`, mean(ours), { peer: mean(values('tone', spec)) }));
    if (spec !== 'none')
      rows.push(row(`${arm}: kept after ${spec}`, mean(ours), { peer: mean(first), goal: KEPT[spec] }));
    if (OTHER in figures[0]!.displacement.protected![spec]!) {
      const noise = { peer: mean(values('noise', spec, [OTHER])), goal: { atLeast: 2 } };
      rows.push(
        row(
          `${arm}: another author's encoder after ${spec}, beside noise`,
          mean(values('protected', spec, [OTHER])),
          noise,
        ),
      );
    }
  }
  // The purifier after which least is left, of all photos together, beside the better of the two controls there.
  const specs = Object.keys(figures[0]!.displacement.protected!);
  const [worst] = specs.toSorted((a, b) => mean(values('protected', a)) - mean(values('protected', b)));
  const control = Math.max(mean(values('noise', worst!)), mean(values('tone', worst!)));
  if (specs.length > KEPT_LEAST) {
    const ours = mean(values('protected', worst!));
    rows.push(row(`${arm}: least of ${specs.length} purifiers, ${worst}`, ours, { goal: { atLeast: 0.3 } }));
    rows.push(row(`${arm}: the same, beside the better control`, ours, { peer: control, goal: { atLeast: 1.3 } }));
  }
  return rows;
}
