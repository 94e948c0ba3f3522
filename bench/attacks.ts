// Compares attacks on one editor: the similarity (SSIM) of edits of the protected photo to edits of the clean one with
// the same noise, with prompts, seeds and a number of steps that no attack used. Lower is stronger. Every attack of the
// table with its recipe `fast`, once with equal gradients and once with as many as it makes in equal time, at two sizes
// of change; random noise and lower contrast as the controls. Figures and speeds are stored, so that a stopped run can be resumed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ATTACKS, settle } from 'photoguard/attacks';
import { lowerContrast, rootMeanSquare } from 'photoguard/displacement';
import { Editor, seededNoise } from 'photoguard/editing';
import { type Pixels8, toImage01, toPixels8 } from 'photoguard/image/node';
import { ssim } from 'photoguard/metrics';
import { loadPipeline } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { type Figure, openFigures } from './support/attack-figures.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { middleKept, validationPhotos } from './support/captioned.ts';
import { mean, standardError } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'attacks beside each other: SSIM of edits that none has seen, at equal gradients and equal time (PHOTOGUARD_EDITOR, PHOTOGUARD_CAPTIONED, PHOTOGUARD_LIMIT photos; half an hour)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SIDE = 128;
const SIZE = { width: SIDE, height: SIDE };
const EPS = [4, 8];
const GRADIENTS = 16;
/** Random noise that fills the same ball, and contrast lowered until the change is as large as that noise. */
const CONTROLS = ['noise', 'tone'];
/** In equal time each attack gets the seconds that this one takes for {@link GRADIENTS}. */
const CLOCK = 'diffusion';
/** Gradients for measuring an attack's speed. */
const TIMED = 3;
/** No attack uses these prompts, this seed or this number of steps. */
const SEEN = { prompts: ['a photo of a red rose', 'a photo of a blue jacket'], seed: 9001, steps: 20 };
const EDIT = { strength: 1, guidance: 3, eta: 0 };

/** Runs the bench. @throws Error without an editor or photos */
export async function bench({ log, cache }: BenchContext): Promise<BenchRow[]> {
  const folder = process.env.PHOTOGUARD_EDITOR ?? join(SHARED, 'hub/lab/photo-ldm-128-inpaint');
  const photos = await validationPhotos(
    process.env.PHOTOGUARD_CAPTIONED ?? join(SHARED, 'photos'),
    Number(process.env.PHOTOGUARD_LIMIT ?? 10),
    SIZE,
  );
  const kept = openFigures(join(cache, 'attacks.jsonl'));
  const { figures, speeds } = kept;
  const runtime = await openRuntime({ device: 'cpu' });
  const pipeline = await loadPipeline(folder);
  const editor = new Editor(pipeline, SIZE, runtime);
  const mask = middleKept(SIZE);
  const model = { ref: 'editor', autoencoder: pipeline.autoencoder, pipeline, size: SIZE };

  const makeEdits = async (photo: Pixels8): Promise<Pixels8[]> => {
    const edits: Pixels8[] = [];
    for (const prompt of SEEN.prompts) {
      const options = { ...EDIT, mask, prompt, steps: SEEN.steps, noise: seededNoise(SEEN.seed) };
      const prepared = await editor.prepare(options);
      edits.push(toPixels8((await editor.edit(prepared, toImage01(photo))).image));
    }
    return edits;
  };
  const makeAttack = (name: string, eps: number, steps: number, photo: Pixels8) =>
    ATTACKS[name]!.plan(settle(ATTACKS[name]!, { eps: eps / 255, steps }, { masked: true }), [model], {}).prepare(
      { photo, mask, seed: 1 },
      runtime,
    );
  const secondsFor = async (name: string, steps: number, photo: Pixels8): Promise<number> => {
    const attack = makeAttack(name, 8, steps, photo);
    await attack.immunize(photo); // loads
    const { seconds } = await attack.immunize(photo);
    await attack.release();
    return seconds;
  };

  for (const name of Object.keys(ATTACKS))
    if (!speeds.has(name)) kept.addSpeed(name, (await secondsFor(name, TIMED, photos[0]!)) / TIMED);
  const equalTime = (name: string): number =>
    Math.max(1, Math.round((GRADIENTS * speeds.get(CLOCK)!) / speeds.get(name)!));

  for (const [i, photo] of photos.entries()) {
    let clean: Pixels8[] | undefined;
    for (const eps of EPS)
      for (const [arm, mode] of [...CONTROLS, ...Object.keys(ATTACKS)].flatMap((name) =>
        (isMeasuredOnce(name) ? (['gradients'] as const) : (['gradients', 'time'] as const)).map(
          (one) => [name, one] as const,
        ),
      )) {
        if (figures.some((one) => one.photo === i && one.eps === eps && one.arm === arm && one.mode === mode)) continue;
        clean ??= await makeEdits(photo);
        const isControl = CONTROLS.includes(arm);
        const gradients = isControl ? 0 : mode === 'time' ? equalTime(arm) : GRADIENTS;
        const attack = makeAttack(isControl ? 'encoder' : arm, eps, Math.max(1, gradients), photo);
        const began = performance.now();
        const made = isControl ? makeControl(arm, photo, attack.control(photo)) : (await attack.immunize(photo)).pixels;
        const seconds = (performance.now() - began) / 1000;
        await attack.release();
        const edits = await makeEdits(made);
        const similarity = mean(edits.map((edit, k) => ssim(clean![k]!, edit)));
        kept.addFigure({ photo: i, eps, arm, mode, gradients, seconds, ssim: similarity });
        log(`photo ${i + 1} of ${photos.length}, eps ${eps}, ${arm}, equal ${mode}: ${similarity.toFixed(3)}`);
      }
  }
  await editor.release();
  await runtime.close();
  return makeRows(figures);
}

function isMeasuredOnce(arm: string): boolean {
  return CONTROLS.includes(arm) || arm === CLOCK;
}

function makeControl(arm: string, photo: Pixels8, noise: Pixels8): Pixels8 {
  return arm === 'tone' ? lowerContrast(photo, rootMeanSquare(photo, noise)) : noise;
}

function makeRows(figures: readonly Figure[]): BenchRow[] {
  return EPS.flatMap((eps) => {
    const of = (arm: string, mode: Figure['mode']): Figure[] =>
      figures.filter((one) => one.eps === eps && one.arm === arm && (one.mode === mode || isMeasuredOnce(arm)));
    const noise = mean(of('noise', 'gradients').map((one) => one.ssim));
    return (['gradients', 'time'] as const).flatMap((mode) =>
      [...CONTROLS, ...Object.keys(ATTACKS)].flatMap((arm) => {
        const found = of(arm, mode);
        if (found.length < 2) return [];
        const all = found.map((one) => one.ssim);
        const gradients = Math.round(mean(found.map((one) => one.gradients)));
        const what = `eps ${eps}/255, equal ${mode}, ${arm} (${gradients} gradients): SSIM (+- ${standardError(all).toFixed(3)}), against noise`;
        return [row(what, mean(all), { peer: noise })];
      }),
    );
  });
}
