// The frontier: how far each attack still moves latents after an upload, against how visible its change is. The attacks of the
// table on the embedded editor (or its autoencoder), each over its budget, the default over its levels, and two controls of the
// default's size: noise, and lower contrast. Judged on encoders that none of them saw. Draws docs/images/frontier.svg.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, type AttackModel, type Settings, settle, type VisibilityName } from 'photoguard/attacks';
import { addNoise, DisplacementMeter, lowerContrast, rootMeanSquare } from 'photoguard/displacement';
import { decodePhoto, ellipseKept, type Mask, type Pixels8, sharpCodecs, writeWhole } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import type { Encoder } from 'photoguard/models';
import { EMBEDDED, embeddedFolder, loadAutoencoder, loadPipeline, loadSurrogates } from 'photoguard/models/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Random, STREAMS } from 'photoguard/random';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { number, object, validateJson } from 'photoguard/validate';
import { fitSize, resizedPixels, sideMultiple } from 'photoguard/view';
import * as z from 'zod/mini';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { type Curve, drawFrontier } from './support/frontier-picture.ts';
import { mean } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'displacement after an upload against visibility, each attack over its budget, drawn to docs/images/frontier.svg (PHOTOGUARD_IMAGES, PHOTOGUARD_HUB, PHOTOGUARD_PHOTOS a pattern, PHOTOGUARD_SIDE; half an hour)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SURROGATES = fileURLToPath(new URL('../models/surrogates', import.meta.url));
const PICTURE = fileURLToPath(new URL('../docs/images/frontier.svg', import.meta.url));
const TEACHERS = ['taesd', 'taesdxl', 'taesd3', 'taef1', 'taef2'];
const UPLOAD = 'jpeg:75 > resize:0.5';
const LEVELS = ['unseen', 'low', 'medium', 'strong'] as const;
const EPS = [4, 8, 16];
/** Gradients of each attack on the editor: what the default takes. */
const GRADIENTS = 16;
const DEFAULT = 'this default';

/** One attack on one photo with one budget. */
const POINT = object({
  photo: z.string('a name'),
  arm: z.string('a name'),
  /** A bound, or a level. */
  budget: z.string('a budget'),
  side: number(1, 1e5),
  flip: number(0, 1),
  displacement: number(0, 1e3),
});
type Point = z.output<typeof POINT>;

/** Runs the bench. @throws Error without photos or encoders */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const images = process.env.PHOTOGUARD_IMAGES ?? join(SHARED, 'images');
  const hub = process.env.PHOTOGUARD_HUB ?? join(SHARED, 'hub');
  const side = Number(process.env.PHOTOGUARD_SIDE ?? 384);
  const wanted = new RegExp(process.env.PHOTOGUARD_PHOTOS ?? 'kodim04|astronaut|kodim23');
  const names = readdirSync(images).filter((name) => /\.(png|jpe?g|webp)$/i.test(name) && wanted.test(name));
  const kept = join(cache, 'frontier.jsonl');
  const points = readPoints(kept);
  const encoders: Record<string, Encoder> = {};
  for (const name of TEACHERS) encoders[name] = (await loadAutoencoder(join(hub, 'madebyollin', name))).autoencoder;
  const runtime = await openRuntime({ device: 'cpu' });
  const arms = await listArms();
  try {
    for (const name of names.sort()) {
      const { pixels } = await decodePhoto(join(images, name));
      const photo = resizedPixels(pixels, fitSize(pixels.width, pixels.height, `fit:${side}`));
      const meter = new DisplacementMeter({ runtime, encoders, size: photo });
      const add = async (arm: string, budget: string, made: Pixels8): Promise<void> => {
        const displacement = mean(Object.values(await meter.measure(photo, made, { before: upload })));
        const point = { photo: name, arm, budget, side, flip: flip(photo, made), displacement };
        points.push(point);
        appendFileSync(kept, `${JSON.stringify(point)}\n`);
        log(`${name}, ${arm}, ${budget}: FLIP ${point.flip.toFixed(3)}, displacement ${displacement.toFixed(2)}`);
      };
      const isDone = (arm: string, budget: string): boolean =>
        points.some((one) => one.photo === name && one.arm === arm && one.budget === budget && one.side === side);
      for (const { arm, budgets, immunize } of arms)
        for (const budget of budgets) {
          if (isDone(arm, budget) && (arm !== DEFAULT || isDone('lower contrast', budget))) continue;
          const made = await immunize(photo, budget, runtime);
          if (!isDone(arm, budget)) await add(arm, budget, made);
          if (arm !== DEFAULT) continue;
          const rms = rootMeanSquare(photo, made);
          const draw = new Random(1, STREAMS.control).uniform(photo.data.length, -1, 1);
          await add('random noise', budget, addNoise(photo, rms, draw));
          await add('lower contrast', budget, lowerContrast(photo, rms));
        }
      await meter.release();
    }
  } finally {
    await runtime.close();
  }
  const curves = makeCurves(points.filter((one) => one.side === side));
  await writeWhole(PICTURE, Buffer.from(drawFrontier(curves)));
  return curves.flatMap(({ name, points: along }) =>
    along.map(({ budget, x, y }) => row(`${name}, ${budget}: FLIP ${x.toFixed(3)}, displacement after ${UPLOAD}`, y)),
  );
}

/** An attack over its budget. */
interface Arm {
  readonly arm: string;
  readonly budgets: readonly string[];
  immunize(photo: Pixels8, budget: string, runtime: Runtime): Promise<Pixels8>;
}

async function listArms(): Promise<Arm[]> {
  const strided = (await loadSurrogates(SURROGATES)).find(({ name }) => name === 'strided')!.surrogate;
  const spaces = strided.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const pipeline = await loadPipeline(embeddedFolder(), EMBEDDED.ref);
  const { autoencoder } = pipeline;
  const run = async (
    kind: string,
    settings: Settings,
    { model, photo, mask }: { model: AttackModel; photo: Pixels8; mask?: Mask },
    runtime: Runtime,
  ): Promise<Pixels8> => {
    const attack = ATTACKS[kind]!;
    const planned = attack.plan(settle(attack, settings, { masked: mask !== undefined }), [model], { photo });
    const prepared = planned.prepare({ photo, seed: 1, mask }, runtime);
    try {
      return (await prepared.immunize(photo)).pixels;
    } finally {
      await prepared.release();
    }
  };
  const native = (photo: Pixels8, multiple: number) => fitSize(photo.width, photo.height, 'native', multiple);
  return [
    {
      arm: DEFAULT,
      budgets: LEVELS,
      immunize: (photo, visibility, runtime) => {
        const model = { ref: 'strided', autoencoder: spaces[0]!.encoder, spaces, size: native(photo, 8) };
        const settings: Settings = { recipe: 'protect', visibility: visibility as VisibilityName };
        return run('encoder', settings, { model, photo }, runtime);
      },
    },
    ...Object.entries(ATTACKS).map(
      ([name, { needs, needsMask }]): Arm => ({
        arm: name,
        budgets: EPS.map((eps) => `${eps}/255`),
        immunize: (photo, budget, runtime) => {
          const eps = Number.parseInt(budget, 10) / 255;
          const isEditor = needs === 'editor';
          const size = isEditor
            ? fitSize(photo.width, photo.height, `fit:${pipeline.trainedSide}`, sideMultiple(autoencoder))
            : native(photo, sideMultiple(autoencoder));
          const model = { ref: EMBEDDED.ref, autoencoder, ...(isEditor && { pipeline }), size };
          const settings = isEditor ? { eps, steps: GRADIENTS } : { recipe: 'paper', eps, steps: GRADIENTS };
          return run(name, settings, { model, photo, ...(needsMask && { mask: ellipseKept(photo) }) }, runtime);
        },
      }),
    ),
  ];
}

const upload = (pixels: Pixels8): Promise<Pixels8> =>
  parsePurifier(UPLOAD).apply(pixels, { seed: 0, codecs: sharpCodecs });

function readPoints(path: string): Point[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, i) => validateJson(POINT, line, { label: `${path}: line ${i + 1}`, code: 'input' }));
}

// Means over photos, by arm and budget.
function makeCurves(points: readonly Point[]): Curve[] {
  return [...new Set(points.map(({ arm }) => arm))].map((name) => {
    const own = points.filter(({ arm }) => arm === name);
    return {
      name,
      points: [...new Set(own.map(({ budget }) => budget))].map((budget) => {
        const at = own.filter((one) => one.budget === budget);
        return { budget, x: mean(at.map((one) => one.flip)), y: mean(at.map((one) => one.displacement)) };
      }),
    };
  });
}
