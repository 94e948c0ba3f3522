// Does a protection hold for unseen edits? The diffusion attack and the encoder attack on photos of 128x128, middle
// kept, each at the same eps: the similarity (SSIM) of edits of the protected photo to edits of the clean one with the
// same noise, with prompts, seeds and a number of steps that no attack used. Lower is stronger.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Attack, Constraint, DiffusionRecipe } from 'photoguard/attacks';
import { DIFFUSION_RECIPES, diffusionAttack, encoderAttack, makeConstraint, RECIPES } from 'photoguard/attacks';
import { Editor, seededNoise } from 'photoguard/editing';
import { type Mask, type Pixels8, toImage01, toPixels8 } from 'photoguard/image/node';
import { ssim } from 'photoguard/metrics';
import type { Pipeline } from 'photoguard/models';
import { loadPipeline } from 'photoguard/models/node';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { middleKept, validationPhotos } from './support/captioned.ts';
import { mean, standardError } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'edits that no attack has seen: SSIM by attack and eps (PHOTOGUARD_EDITOR, PHOTOGUARD_CAPTIONED, PHOTOGUARD_LIMIT photos, PHOTOGUARD_ARMS a pattern; half an hour)';

const SHARED = fileURLToPath(new URL('../../shared', import.meta.url));
const SIDE = 128;
const SIZE = { width: SIDE, height: SIDE };
const EPS = [4, 8];
/** No attack uses these prompts, these seeds or this number of steps. */
const SEEN = { prompts: ['a photo of a red rose', 'a photo of a blue jacket'], seeds: [9001, 9002], steps: 20 };
const EDIT = { strength: 1, guidance: 3, eta: 0 };
/** Prompts of the kind that this editor was trained on. */
const DOMAIN = [
  '',
  'a photo of a sunflower',
  'a portrait of a person',
  'a photo of a white t-shirt',
  'a photo of a tulip',
  'a photo of a green dress',
];

interface Subject {
  readonly photo: Pixels8;
  readonly runtime: Runtime;
  readonly pipeline: Pipeline;
  readonly mask: Mask;
  readonly constraint: Constraint;
}

const encoder =
  (target: 'grey' | 'zero') =>
  ({ runtime, pipeline: { autoencoder }, mask, constraint }: Subject): Attack =>
    encoderAttack({
      ...{ runtime, mask, constraint, target, modelSize: SIZE },
      victims: [{ ref: 'editor', autoencoder }],
      recipe: RECIPES.fast,
    });

const diffusion =
  (recipe: DiffusionRecipe, prompts: readonly string[] = recipe.prompts) =>
  ({ runtime, pipeline, mask, constraint, photo }: Subject): Attack =>
    diffusionAttack({
      ...{ runtime, mask, constraint, photo, recipe, prompts, modelSize: SIZE },
      ...{ target: recipe.target, draws: recipe.draws },
      victims: [
        {
          ...{ ref: 'editor', pipeline },
          edit: { strength: 1, steps: recipe.editSteps, guidance: recipe.guidance, eta: recipe.eta },
        },
      ],
    });

const ARMS: Readonly<Record<string, (subject: Subject) => Attack>> = {
  'random noise': encoder('grey'),
  'encoder, grey': encoder('grey'),
  'encoder, zero': encoder('zero'),
  // The paper's settings with as many gradients as ours.
  'diffusion, paper': diffusion({ ...DIFFUSION_RECIPES.paper, steps: DIFFUSION_RECIPES.fast.steps }),
  'diffusion, fast': diffusion(DIFFUSION_RECIPES.fast),
  "diffusion, fast, prompts of the editor's kind": diffusion(DIFFUSION_RECIPES.fast, DOMAIN),
};

/** Runs the bench. @throws Error without an editor or photos */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const folder = process.env.PHOTOGUARD_EDITOR ?? join(SHARED, 'hub/lab/photo-ldm-128-inpaint');
  const photos = await validationPhotos(
    process.env.PHOTOGUARD_CAPTIONED ?? join(SHARED, 'photos'),
    Number(process.env.PHOTOGUARD_LIMIT ?? 10),
    SIZE,
  );
  const wanted = new RegExp(process.env.PHOTOGUARD_ARMS ?? '');
  const runtime = await openRuntime({ device: 'cpu' });
  const pipeline = await loadPipeline(folder);
  const editor = new Editor(pipeline, SIZE, runtime);
  const mask = middleKept(SIZE);
  const rows: BenchRow[] = [];
  for (const eps of EPS) {
    const found = new Map<string, number[]>(Object.keys(ARMS).map((name) => [name, []]));
    for (const [i, photo] of photos.entries()) {
      const clean = await makeEdits(photo, editor, mask);
      const constraint = makeConstraint('linf', eps / 255);
      for (const [name, arm] of Object.entries(ARMS)) {
        if (!wanted.test(name)) continue;
        const attack = arm({ photo, runtime, pipeline, mask, constraint });
        const began = performance.now();
        const made = name === 'random noise' ? attack.control(photo) : (await attack.immunize(photo)).pixels;
        const seconds = (performance.now() - began) / 1000;
        await attack.release();
        const edits = await makeEdits(made, editor, mask);
        const similarity = mean(edits.map((edit, k) => ssim(clean[k]!, edit)));
        found.get(name)!.push(similarity);
        log(
          `eps ${eps}, photo ${i + 1} of ${photos.length}, ${name}: ${similarity.toFixed(3)} in ${seconds.toFixed(0)} s`,
        );
      }
    }
    const best = Math.min(mean(found.get('encoder, grey')!), mean(found.get('encoder, zero')!));
    for (const [name, all] of found) {
      if (all.length === 0) continue;
      const goal = name.startsWith('diffusion, fast') ? { goal: { atMost: 1 } } : {};
      const spread = `+- ${standardError(all).toFixed(3)}`;
      rows.push(
        row(`eps ${eps}/255, ${name}: SSIM (${spread}), against the better encoder attack`, mean(all), {
          peer: best,
          ...goal,
        }),
      );
    }
  }
  await editor.release();
  await runtime.close();
  return rows;
}

async function makeEdits(photo: Pixels8, editor: Editor, mask: Mask): Promise<Pixels8[]> {
  const edits: Pixels8[] = [];
  for (const prompt of SEEN.prompts)
    for (const seed of SEEN.seeds) {
      const prepared = await editor.prepare({ ...EDIT, mask, prompt, steps: SEEN.steps, noise: seededNoise(seed) });
      edits.push(toPixels8((await editor.edit(prepared, toImage01(photo))).image));
    }
  return edits;
}
