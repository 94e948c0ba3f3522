// Audits one photo: makes its versions, passes them through every purifier into every model, edits them if there is an
// editor, and writes the verdict.
import { ATTACKS, type EditorVictim } from '../attacks/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { type Pixels8, requireSameSize } from '../image/index.ts';
import { measurePair } from '../metrics/index.ts';
import { readOnnxFile } from '../models/node/index.ts';
import { requireSamePhoto } from '../protection/index.ts';
import { type Purifier, type PurifierContext, parsePurifier } from '../purifiers/index.ts';
import { type ImmunizationRecord, sha256OfPixels } from '../record/index.ts';
import { auditEdits, type EditPictures } from './audit-edits.ts';
import { auditVersions } from './audit-model.ts';
import type { AuditedModel, AuditOptions } from './audit-options.ts';
import { chooseAuditedSize } from './audit-plan.ts';
import type { AuditFigures, AuditReport, EditsAudit, ModelAudit, NotTested, PurifiedAudit } from './audit-report.ts';
import { LatentMeter } from './latent-meter.ts';
import { THRESHOLDS } from './rules.ts';
import { writeVerdict } from './verdict.ts';
import { countVersions, makeVersions, purified, rounded, type Versions } from './versions.ts';

/** The result of an audit: the document, and pictures for its page. */
export interface Audited {
  readonly report: AuditReport;
  readonly clean: Pixels8;
  readonly immunized: Pixels8;
  readonly edits: readonly EditPictures[];
}

/**
 * Audits a photo.
 * @throws PhotoGuardError `input` for an original of another size or of another photo, no model, or too few draws; `aborted` within one picture
 */
export async function auditPhoto(options: AuditOptions): Promise<Audited> {
  const { immunized, original, record, models, draws, editor, edit, signal, recordProblem } = options;
  if (models.length === 0) throw new PhotoGuardError('input', 'an audit needs a model');
  if (draws < 2) throw new PhotoGuardError('input', 'the noise control needs at least 2 draws', { got: String(draws) });
  if (original) {
    requireSameSize(immunized, original);
    await requireSamePhoto(immunized, original, record);
  }
  const made = await makeVersions(options);
  const purifiers = [parsePurifier('none'), ...options.purifiers.filter(({ spec }) => spec !== 'none')];
  const pictures = countVersions(made.versions);
  const edited = editor ? 1 + Math.min(options.editedPurifiers, purifiers.length - 1) : 0;
  const all = models.length * purifiers.length * pictures + edited * edit.seeds * 3;
  let done = 0;
  const tick = (what: string, count = 1): void => {
    done += count;
    options.onProgress?.({ done, all, what });
  };
  const notTested = [...options.notTested];
  const audits = await auditModels(options, made.versions, purifiers, tick, notTested);
  const edits = editor ? await makeEdits(options, editor, made.versions, purifiers, audits[0]!, tick) : undefined;
  if (!editor) notTested.push({ what: 'edits', why: 'no editor was given' });
  const figures: AuditFigures = {
    tool: 'photoguard audit',
    photo: { width: immunized.width, height: immunized.height, sha256: await sha256OfPixels(immunized) },
    record: record ?? null,
    recordProblem,
    clean: made.clean,
    change: original ? measureChange(original, immunized) : null,
    noise: made.noise,
    thresholds: THRESHOLDS,
    models: audits,
    edits: edits ? [edits.figures] : [],
    notTested,
  };
  signal?.throwIfAborted();
  return {
    report: { ...figures, verdict: writeVerdict(figures) },
    clean: made.versions.clean,
    immunized,
    edits: edits?.pictures ?? [],
  };
}

type Tick = (what: string, count?: number) => void;

async function auditModels(
  options: AuditOptions,
  versions: Versions<Pixels8>,
  purifiers: readonly Purifier[],
  tick: Tick,
  notTested: NotTested[],
): Promise<ModelAudit[]> {
  const { models, runtime, mask, signal } = options;
  const looked = models.map((model) => {
    const { measure, target } = chooseMeasure(options.record);
    const size = chooseAuditedSize({ ...options, photo: options.immunized }, model);
    const meter = new LatentMeter({
      victim: model.victim,
      size,
      runtime,
      target,
      seed: chooseSeed(options),
      mask,
    });
    return { model, meter, size, measure, target, found: [] as PurifiedAudit[] };
  });
  try {
    for (const purifier of purifiers) {
      let shared: Versions<Pixels8> | undefined;
      for (const { model, meter, measure, found } of looked) {
        const what = `${purifier.spec} in ${model.victim.ref}`;
        try {
          if (!shared || purifier.needs !== 'nothing')
            shared = await purified(versions, purifier, makeContext(options, model));
          const plain = found[0] && { plain: found[0] };
          const how = { meter, measure, purifier: purifier.spec, thresholds: THRESHOLDS, ...plain };
          const more = { onPicture: () => tick(what), signal };
          found.push(await auditVersions(shared, { ...how, ...more }));
        } catch (error) {
          // A purifier that cannot be used on this photo is reported; without a figure for the photo itself there is no
          // audit.
          if (!(error instanceof PhotoGuardError) || !isForThisPhoto(error) || found.length === 0) throw error;
          notTested.push({ what, why: error.message });
          tick(what, countVersions(versions));
        }
      }
    }
  } finally {
    for (const { meter } of looked) await meter.release().catch(() => undefined); // the first error is the one to report
  }
  return looked.map(({ model, size, measure, target, found }) => ({
    ref: model.victim.ref,
    identity: model.identity,
    recorded: model.recorded,
    size: [size.width, size.height],
    target,
    measure,
    purifiers: found,
  }));
}

// A purifier cannot do it, or its program would not fit, which is known before it is loaded.
const isForThisPhoto = ({ code, bytes }: PhotoGuardError): boolean =>
  code === 'input' || (code === 'memory' && bytes !== undefined);

// The context of purifiers that need models, for the versions that a model sees.
const makeContext = (
  { seed, runtime, codecs, editor, memory, signal }: AuditOptions,
  { victim }: AuditedModel,
): PurifierContext => ({
  ...{ seed, runtime, codecs, autoencoder: victim },
  readOnnx: (path) => readOnnxFile(path, 'not-found'),
  editor,
  memory,
  signal,
});

// Only an encoder attack has a target at a known point of the latent space; for all others the distance that the latent
// moved counts.
function chooseMeasure(record: ImmunizationRecord | undefined): Pick<ModelAudit, 'measure' | 'target'> {
  const { attack, target } = record ?? {};
  const kind = attack !== undefined && Object.hasOwn(ATTACKS, attack) ? ATTACKS[attack]! : undefined;
  return kind?.latentTargets && (target === 'grey' || target === 'zero' || target === 'noise')
    ? { measure: 'target', target }
    : { measure: 'moved', target: 'grey' };
}

// A target of noise was drawn from the seed of the attack.
const chooseSeed = ({ record, seed }: AuditOptions): number => record?.seed ?? seed;

async function makeEdits(
  options: AuditOptions,
  editor: EditorVictim,
  versions: Versions<Pixels8>,
  purifiers: readonly Purifier[],
  { purifiers: found }: ModelAudit,
  tick: Tick,
): Promise<{ figures: EditsAudit; pictures: readonly EditPictures[] }> {
  const { runtime, mask, signal, edit: settings, editedPurifiers } = options;
  const worst = found.slice(1).sort((a, b) => a.advantage - b.advantage);
  const chosen = [found[0]!, ...worst.slice(0, editedPurifiers)];
  const each: [string, Versions<Pixels8>][] = [];
  for (const { purifier: spec } of chosen) {
    const purifier = purifiers.find((one) => one.spec === spec)!;
    each.push([spec, await purified(versions, purifier, makeContext(options, options.models[0]!))]);
  }
  return auditEdits({
    ...{ editor, runtime, settings, thresholds: THRESHOLDS, purified: each },
    onEdit: () => tick(`edits by ${editor.ref}`),
    mask,
    signal,
  });
}

const measureChange = (original: Pixels8, immunized: Pixels8): Record<string, number | null> =>
  Object.fromEntries(
    Object.entries(measurePair(original, immunized)).map(([name, value]) => [
      name,
      Number.isFinite(value) ? rounded(value) : null,
    ]),
  );
