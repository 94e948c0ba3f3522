// The attack that the options ask for. All that `photoguard immunize` knows about attacks is in their descriptors.
import {
  ATTACKS,
  type AttackKind,
  type AttackModel,
  findWholeRun,
  type Part,
  type Settings,
  type Settled,
  settle,
  tooLittle,
} from 'photoguard/attacks';
import { Editor, planEdit, seededNoise, settleStrength } from 'photoguard/editing';
import type { Image01, Mask, Pixels8, Size } from 'photoguard/image/node';
import type { Autoencoder, Pipeline } from 'photoguard/models';
import { loadImmunizer } from 'photoguard/models/node';
import { type Judge, judgeBytes, toJudge } from 'photoguard/protection';
import type { Runtime } from 'photoguard/runtime';
import { fitSize, reconstruct, reconstructionBytes, resizedMask, seenPixels, sideMultiple } from 'photoguard/view';
import type { ProgressLine } from '#terminal';
import { ATTACK_OPTIONS } from './attack-options.ts';
import { findBudget } from './budget.ts';
import { editDefaults } from './default-model.ts';
import { loadEditors, truncationNote } from './load-editors.ts';
import { loadVictims } from './load-victims.ts';
import type { Method, PlanOptions } from './method.ts';
import { reusePlans } from './reuse-plans.ts';
import { checkEps, type ImmunizeOptions } from './settings.ts';
import { readTarget, targetName } from './targets.ts';

/** Steps and seed of the edit that is shown to people. Attacks use neither. */
const SHOWN = { steps: 30, seed: 2 ** 32 - 1 };

/** Side of a photo for which every size that can be asked for is allowed. */
const MAX_SIDE = 4096;

type Model = Omit<AttackModel<Autoencoder>, 'size'>;

/**
 * The attack that the options ask for.
 * @throws PhotoGuardError for invalid options, or a model that cannot be loaded
 */
export async function attackMethod(
  options: ImmunizeOptions,
  context: { line: ProgressLine; signal: AbortSignal },
): Promise<Method> {
  const kind = ATTACKS[options.attack]!;
  const settled = await settleOptions(kind, options);
  checkEps(settled.constraint);
  if (options.size !== undefined) fitSize(MAX_SIDE, MAX_SIDE, options.size, 1);
  const models = await loadModels(kind, options, context);
  if (options.size !== undefined) fitSize(MAX_SIDE, MAX_SIDE, options.size, findFactor(models)); // now that it is known
  const immunizer = settled.recipe.start === 'network' ? await loadImmunizer() : undefined;
  const details = kind.details?.(settled, models);
  const judged =
    options.judge === undefined ? attackedJudges(settled, models) : await loadVictims([options.judge], context);
  const judges = judged.map(toJudge);
  return {
    name: kind.name,
    needsEditor: kind.needs === 'editor',
    constraint: settled.constraint,
    visibility: settled.visibility,
    judges,
    judgesAttacked: judged.some(({ ref }) => models.some((model) => model.ref === ref)),
    recipe: settled.recipe,
    models: models.map(({ ref }) => ref),
    target: typeof settled.target === 'string' ? settled.target : 'picture',
    heldBytes: typeof settled.target === 'object' ? settled.target.data.byteLength : 0,
    shown: kind.needs === 'editor' ? 'edited' : 'decoded',
    modelSizes: (photo) => chooseSizes(kind, models, photo, options.size),
    plan: reusePlans((modelSizes, planOptions) => {
      const sized = models.map((model, k) => ({ ...model, size: modelSizes[k]! }));
      const planned = kind.plan(settled, sized, { ...planOptions, immunizer });
      const shown = planOptions.shows ? shownBytes(kind, sized[0]!, settled, planOptions) : 0;
      const measuring = judgesBytes(judges, modelSizes[0]!, planOptions);
      return {
        bytes: Math.max(planned.bytes, shown, measuring),
        prepare: async ({ photo, mask, spare, favour }, runtime) => ({
          attack: planned.prepare({ photo: photo.pixels, seed: options.seed, mask, spare, favour }, runtime),
          notes: truncationNotes(models, settled),
          show: (pictures, signal) => show(kind, sized[0]!, settled, pictures, { runtime, mask, signal }),
        }),
      };
    }),
    ...(details && {
      details: ({ original, immunized, noise }) => ({
        ...details,
        lossOriginal: mean(original),
        lossImmunized: mean(immunized),
        lossNoise: mean(noise),
      }),
    }),
  };
}

/**
 * Networks that measure when none is named for that: those that are attacked, if they are driven away. Nothing is measured
 * unasked where no gradient was taken: it would take longer than the protection.
 */
const attackedJudges = ({ target, recipe }: Settled, models: readonly Model[]): readonly Model[] =>
  target === 'away' && recipe.steps > 0 && models.every(({ pipeline }) => !pipeline) ? models : [];

/** An attack's settings, from the command's options. @throws PhotoGuardError `usage` for options of another attack */
export async function settleOptions(kind: AttackKind, options: ImmunizeOptions): Promise<Settled> {
  const given = Object.entries(options).filter(([key, value]) => key in ATTACK_OPTIONS && value !== undefined);
  const settings: Settings = {
    ...Object.fromEntries(given),
    recipe: options.recipe,
    ...(options.target !== undefined && {
      target: targetName(options.target) === 'picture' ? PICTURE : options.target,
    }),
  };
  const settled = settle(kind, settings, { masked: options.mask !== undefined });
  // The picture's file is read last, when everything else is known to be valid.
  return settled.target === PICTURE
    ? { ...settled, target: await readTarget(options.target!, findBudget(options.memory)) }
    : settled;
}

const PICTURE: Image01 = { width: 1, height: 1, channels: 3, data: new Float32Array(3) };

async function loadModels(
  kind: AttackKind,
  { model }: ImmunizeOptions,
  context: { line: ProgressLine; signal: AbortSignal },
): Promise<Model[]> {
  if (kind.needs === 'autoencoder') return loadVictims(model, context);
  const editors = await loadEditors(model, context);
  return editors.map(({ ref, pipeline }) => ({ ref, pipeline, autoencoder: pipeline.autoencoder }));
}

const findFactor = (models: readonly Model[]): number =>
  Math.max(...models.map(({ autoencoder }) => sideMultiple(autoencoder)));

// All autoencoders see the photo at one size, each editor at the size it was trained on, unless --size gives one for
// all.
function chooseSizes(kind: AttackKind, models: readonly Model[], { width, height }: Size, size?: string): Size[] {
  const factor = findFactor(models);
  return models.map(({ autoencoder, pipeline }) =>
    kind.needs === 'editor' && size === undefined
      ? fitSize(width, height, `fit:${pipeline!.trainedSide}`, sideMultiple(autoencoder))
      : fitSize(width, height, size ?? 'fit:512', factor),
  );
}

function truncationNotes(models: readonly Model[], { own }: Settled): string[] {
  const prompts = (own.prompt as readonly string[] | undefined) ?? [];
  return models.flatMap(({ ref, pipeline }) =>
    pipeline
      ? prompts.flatMap((prompt) => truncationNote({ ref, pipeline }, prompt) ?? []).map((note) => `${ref}: ${note}`)
      : [],
  );
}

// Options of the edits that are shown: those of the attack, if it has any, otherwise those that suit the model.
function describeEdit({ ref, pipeline }: Model, { own }: Settled, masked: boolean) {
  const { prompt, guidance } = editDefaults(ref);
  const strength = settleStrength(pipeline!, own.strength as number | undefined, masked);
  return {
    prompt: (own.prompt as readonly string[] | undefined)?.at(-1) || prompt,
    guidance: (own.guidance as number | undefined) ?? guidance,
    imageGuidance: own.imageGuidance as number | undefined,
    ...(own.eta !== undefined && { eta: own.eta as number }),
    strength,
    steps: findWholeRun(SHOWN.steps, strength),
  };
}

function shownBytes(
  kind: AttackKind,
  model: AttackModel<Autoencoder>,
  settled: Settled,
  { memory }: PlanOptions,
): number {
  const { ref, autoencoder, pipeline, size } = model;
  const bytes =
    kind.needs === 'editor'
      ? planEdit(pipeline!, size).bytes(describeEdit(model, settled, false).guidance > 1, { oneAtATime: true })
      : reconstructionBytes(autoencoder, decodedSize(model));
  if (bytes > memory) throw tooLittle([{ ref }], size, bytes, memory);
  return bytes;
}

// The judges measure one after the other, when the attack is done.
function judgesBytes(judges: readonly Judge[], size: Size, { memory }: PlanOptions): number {
  const bytes = Math.max(0, ...judges.map((judge) => judgeBytes(judge, size)));
  if (bytes > memory) throw tooLittle(judges, size, bytes, memory);
  return bytes;
}

/** Longest side of decoded pictures, which are for looking at: decoders take more than the attack. */
const DECODED_SIDE = 512;

const decodedSize = ({ autoencoder, size: { width, height } }: AttackModel<Autoencoder>): Size =>
  fitSize(width, height, `upload:${DECODED_SIDE}`, sideMultiple(autoencoder));

async function show(
  kind: AttackKind,
  model: AttackModel<Autoencoder>,
  settled: Settled,
  pictures: readonly Pixels8[],
  { runtime, mask, signal }: { runtime: Runtime; mask: Mask | undefined; signal: AbortSignal },
): Promise<Image01[]> {
  const { autoencoder, pipeline, size } = model;
  if (kind.needs === 'autoencoder') {
    const shown = decodedSize(model);
    const small = pictures.map((picture) => seenPixels(picture, shown));
    return reconstruct(runtime, autoencoder, shown, small, signal);
  }
  const seen = pictures.map((picture) => seenPixels(picture, size));
  const editor = new Editor(pipeline as Pipeline, size, runtime, { oneAtATime: true });
  try {
    const prepared = await editor.prepare(
      {
        ...describeEdit(model, settled, mask !== undefined),
        ...(mask && { mask: resizedMask(mask, size) }),
        noise: seededNoise(SHOWN.seed),
      },
      signal,
    );
    const edited: Image01[] = [];
    for (const image of seen) edited.push((await editor.edit(prepared, image, { signal })).image);
    return edited;
  } finally {
    await editor.release();
  }
}

const mean = (parts: readonly Part[]): number =>
  Number((parts.reduce((sum, { loss }) => sum + loss, 0) / parts.length).toFixed(4));
