// `--attack diffusion`.
import {
  DIFFUSION_RECIPES,
  type DiffusionPlan,
  type DiffusionRecipe,
  type DiffusionTarget,
  diffusionAttack,
  type Part,
  planDiffusions,
  tooLittle,
  tunedDiffusion,
  wholeRunOf,
} from 'photoguard/attacks';
import { Editor, seededNoise } from 'photoguard/editing';
import { PhotoGuardError } from 'photoguard/errors';
import type { Image01, Pixels8, Size } from 'photoguard/image/node';
import type { Runtime } from 'photoguard/runtime';
import { fitSize, resizedMask, seenPixels } from 'photoguard/view';
import { MAX_SIDE, targetName, targetOf } from './encoder-method.ts';
import { loadEditors, truncationNote } from './load-editors.ts';
import type { Method, Prepared, Subject } from './method.ts';
import type { ProgressLine } from './progress-line.ts';
import { checkEps, checkStepSize, type ImmunizeOptions } from './settings.ts';

/** Steps and seed of the edit that is shown to people: neither is one that was attacked. */
const SHOWN = { steps: 30, seed: 2 ** 32 - 1 };

/** The diffusion attack of some options. @throws PhotoGuardError for options that cannot be, or an editor that cannot be had */
export async function diffusionMethod(
  options: ImmunizeOptions,
  context: { line: ProgressLine; signal: AbortSignal },
): Promise<Method> {
  if (options.recipe === 'demo')
    throw new PhotoGuardError('usage', 'the recipe demo is one of the encoder attack', {
      hint: 'take fast, paper or notebook',
    });
  const named: DiffusionRecipe = DIFFUSION_RECIPES[options.recipe];
  const strength = options.strength ?? (options.mask === undefined ? 0.7 : 1);
  if (strength === 0)
    throw new PhotoGuardError('usage', 'with --strength 0 nothing is edited, and there is nothing to protect against');
  const { constraint, recipe, settings, target: given } = tunedDiffusion<string>(named, { ...options, strength });
  checkEps(constraint);
  checkStepSize(options, constraint);
  // A picture of zeros in [-1, 1] is mid grey.
  const target = given === 'zero' ? 'grey' : given;
  const victims = await loadEditors(options.model, context);
  const prompts = options.prompt ?? named.prompts;
  const { edit, draws } = settings;
  const editSteps = options.editSteps ?? named.editSteps;
  const factor = Math.max(...victims.map(({ pipeline }) => pipeline.autoencoder.factor));
  if (options.size !== undefined) fitSize(MAX_SIDE, MAX_SIDE, options.size, factor);
  const { last } = options;
  const details = {
    steps: editSteps,
    mode: last === undefined || last >= editSteps ? 'full' : `last ${last}`,
    guidance: edit.guidance,
    eta: edit.eta,
    strength,
    prompts,
    draws,
  };
  const notes = victims.flatMap((victim) =>
    prompts.flatMap((prompt) => truncationNote(victim, prompt) ?? []).map((note) => `${victim.ref}: ${note}`),
  );
  const prepare = async (
    { photo, mask }: Subject,
    { runtime, modelSizes, plans }: { runtime: Runtime; modelSizes: readonly Size[]; plans: readonly DiffusionPlan[] },
  ): Promise<Prepared> => {
    const { pipeline } = victims[0]!;
    const modelSize = modelSizes[0]!;
    const editors = victims.map((victim, k) => ({ ...victim, modelSize: modelSizes[k]! }));
    const attack = diffusionAttack({
      ...{ runtime, victims: editors, modelSize, prompts, constraint, recipe, plans },
      photo: photo.pixels,
      settings,
      target: target === 'away' ? target : ((await targetOf(target)) as DiffusionTarget),
      seed: options.seed,
      ...(last !== undefined && { last }),
      ...(mask && { mask }),
    });
    const show = async (pictures: readonly Pixels8[], signal: AbortSignal): Promise<Image01[]> => {
      const editor = new Editor(pipeline, modelSize, runtime, { oneAtATime: true });
      try {
        const seenMask = mask && { mask: resizedMask(mask, modelSize) };
        const steps = wholeRunOf(SHOWN.steps, strength);
        const shown = { ...edit, steps, prompt: prompts.at(-1)!, ...seenMask, noise: seededNoise(SHOWN.seed) };
        const prepared = await editor.prepare(shown, signal);
        const edited: Image01[] = [];
        for (const picture of pictures) {
          edited.push((await editor.edit(prepared, seenPixels(picture, modelSize), { signal })).image);
        }
        return edited;
      } finally {
        await editor.release();
      }
    };
    return { attack, notes, show };
  };
  return {
    name: 'diffusion',
    constraint,
    recipe,
    models: victims.map(({ ref }) => ref),
    target: targetName(target),
    shown: 'edited',
    // Each editor sees the photo at the size that it was trained at, unless one is given for all.
    modelSizes: ({ width, height }) =>
      victims.map(({ pipeline: { trainedSide, autoencoder } }) =>
        fitSize(width, height, options.size ?? `fit:${trainedSide}`, options.size ? factor : autoencoder.factor),
      ),
    plan(modelSizes, { runtime, memory, shows }) {
      const modelSize = modelSizes[0]!;
      const sized = victims.map((victim, k) => ({ ...victim, size: modelSizes[k]! }));
      const plans = planDiffusions({ victims: sized, runtime, edit, memory });
      const editor = new Editor(victims[0]!.pipeline, modelSize, runtime, { oneAtATime: true });
      const shown = shows ? editor.plannedBytes(edit.guidance > 1) : 0;
      if (shown > memory) throw tooLittle(victims, modelSize, shown, memory);
      return {
        bytes: Math.max(
          shown,
          plans.reduce((sum, { bytes }) => sum + bytes, 0),
        ),
        prepare: (subject) => prepare(subject, { runtime, modelSizes, plans }),
      };
    },
    details: ({ original, immunized, noise }) => ({
      ...details,
      lossOriginal: mean(original),
      lossImmunized: mean(immunized),
      lossNoise: mean(noise),
    }),
  };
}

const mean = (parts: readonly Part[]): number =>
  Number((parts.reduce((sum, { loss }) => sum + loss, 0) / parts.length).toFixed(4));
