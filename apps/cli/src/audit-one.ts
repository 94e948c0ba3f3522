// `photoguard audit`: reads one photo, audits it and reports the result.
import { basename, extname, resolve } from 'node:path';
import { type Audited, type AuditedModel, auditPage, auditPhoto, auditText, DEFAULT_PURIFIERS } from 'photoguard/audit';
import { type Credential, describeCredential } from 'photoguard/credential';
import { settleStrength } from 'photoguard/editing';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, type Photo, sharpCodecs, writeWhole } from 'photoguard/image/node';
import { EMBEDDED } from 'photoguard/models/node';
import { type Protection, requireSamePhoto } from 'photoguard/protection';
import { parsePurifiers } from 'photoguard/purifiers';
import { type ImmunizationRecord, readRecord } from 'photoguard/record';
import { versions } from 'photoguard/report/node';
import { openRuntime, type RuntimeOptions } from 'photoguard/runtime/node';
import { type ProgressLine, progressLine } from '#terminal';
import { judgeProtection } from './audit-judge.ts';
import { auditedModels, shownRef } from './audit-models.ts';
import { type Budget, findBudget, readHeaderWithin } from './budget.ts';
import { collectGarbage } from './collect.ts';
import { credentialOf } from './credential.ts';
import { attackCaveats, editDefaults } from './default-model.ts';
import { about, given } from './given.ts';
import { givenMask, maskFile, readMaskHeader } from './given-mask.ts';
import { loadEditors } from './load-editors.ts';
import { Claims, requireFolderFor } from './outputs.ts';
import { peakMegabytes } from './peak.ts';
import { type AuditHeaders, planPhotoAudit } from './plan-audit.ts';
import { describeProtection } from './protection.ts';
import type { Session } from './session.ts';
import { tellDevice } from './tell-device.ts';

/** Options of `photoguard audit`, as commander gives them. */
export interface AuditCommandOptions {
  readonly original?: string;
  readonly model?: readonly string[];
  readonly editor?: string;
  readonly purify: string;
  readonly prompt?: string;
  readonly mask?: string;
  readonly strength?: number;
  readonly editSteps: number;
  readonly guidance?: number;
  readonly imageGuidance?: number;
  readonly edits: number;
  readonly draws: number;
  readonly size?: string;
  /** A model that measures displacement. */
  readonly judge?: string;
  /** Files of certificates whose word counts. */
  readonly trust?: string;
  readonly seed: number;
  readonly device: NonNullable<RuntimeOptions['device']>;
  /** Bytes. */
  readonly memory?: number;
  readonly output?: string;
  readonly json: boolean;
}

type EditSettings = Parameters<typeof auditPhoto>[0]['edit'];

/** Number of purifiers that edits are made after, besides none: those that leave least. */
const EDITED_PURIFIERS = 2;

/** Audits a photo and prints what was found. @throws PhotoGuardError for whatever keeps it from an audit */
export async function auditOne(input: string, options: AuditCommandOptions, session: Session): Promise<void> {
  const { signal } = session;
  const line = progressLine(!options.json);
  const began = performance.now();
  try {
    // Errors that can be found now are reported before anything is loaded.
    const purifiers = parsePurifiers(options.purify);
    const files = [input, options.original, maskFile(options.mask)].filter((file) => file !== undefined);
    if (options.output !== undefined) await requirePage(options.output, files);
    const budget = findBudget(options.memory);
    const headers = await readHeaders(input, options, budget);
    const credential = await about(input, credentialOf(input, options.trust));
    const found = readRecord(headers.photo.xmp);
    const { models, notTested } = await auditedModels(options.model, found, { photo: input, line, signal });
    const wanted = chooseEditor(options, models);
    const [editor] = wanted === undefined ? [] : await loadEditors([wanted], { line, signal });
    const edit = {
      ...editDefaults(wanted ?? ''),
      ...(options.prompt !== undefined && { prompt: options.prompt }),
      ...(options.guidance !== undefined && { guidance: options.guidance }),
      imageGuidance: options.imageGuidance,
      ...{
        strength: editor ? settleStrength(editor.pipeline, options.strength, options.mask !== undefined) : 0,
        steps: options.editSteps,
      },
      ...{ seed: options.seed, seeds: options.edits },
    };
    const { record } = found;
    const { size, draws } = options;
    const wish = { models, draws, guided: edit.guidance > 1, ...(record && { record }) };
    const more = { ...(editor && { editor }), ...(size !== undefined && { size }) };
    const memory = await about(input, planPhotoAudit(headers, { ...wish, ...more }, budget));
    const photo = await about(input, decodePhoto(input, { memory: budget.bytes }));
    const rest = await givenFiles(photo, options, record, budget);
    collectGarbage(photo.pixels); // what decoding took
    await tellDevice(options.device, line);
    const runtime = await openRuntime({ device: options.device });
    try {
      await runtime.programs.limit(memory);
      const auditing = auditPhoto({
        ...{ runtime, memory, codecs: sharpCodecs, immunized: photo.pixels, models, purifiers, signal, ...rest },
        record,
        ...(found.problem !== undefined && { recordProblem: found.problem }),
        ...(editor && { editor: { ...editor, ref: shownRef(editor.ref) } }),
        edit,
        editedPurifiers: EDITED_PURIFIERS,
        ...(options.size !== undefined && { size: options.size }),
        seed: options.seed,
        draws: options.draws,
        notTested: [...notTested, ...(found.record?.masked && !rest.mask ? [WITHOUT_MASK] : [])],
        onProgress: shown(line),
      });
      const audited = await about(input, auditing);
      const protection =
        rest.original &&
        (await judgeProtection(rest.original, photo.pixels, record, options, { runtime, line, signal }));
      if (options.output !== undefined)
        await writeWhole(options.output, Buffer.from(await writePage(input, options, edit, audited)), {
          like: input,
          originals: files,
        });
      await tell(input, options, { ...audited, protection, credential }, line, session, {
        seconds: Number(((performance.now() - began) / 1000).toFixed(2)),
        peakRssMB: await peakMegabytes(runtime),
      });
    } finally {
      await runtime.close();
    }
  } finally {
    line.done();
  }
}

// The embedded model is an editor, so for photos protected against it an editor is always available.
const chooseEditor = ({ editor }: AuditCommandOptions, models: readonly AuditedModel[]): string | undefined =>
  editor ?? (models.some(({ victim }) => victim.ref === EMBEDDED.ref) ? EMBEDDED.ref : undefined);

const WITHOUT_MASK = {
  what: 'the photo as an editor with its mask sees it',
  why: 'the record says that a mask was used, and --mask was not given',
};

async function requirePage(output: string, files: readonly string[]): Promise<void> {
  if (!/^\.html?$/i.test(extname(output)))
    throw new PhotoGuardError('usage', 'the page must be an .html file', { got: `-o ${output}` });
  await (await Claims.beside(files)).claim(output, 'the page');
  await requireFolderFor(output);
}

async function readHeaders(
  input: string,
  { original, mask }: AuditCommandOptions,
  budget: Budget,
): Promise<AuditHeaders> {
  const photo = await about(input, readHeaderWithin(input, budget));
  const before =
    original === undefined ? undefined : await given('--original', original, readHeaderWithin(original, budget));
  if (before && (before.width !== photo.width || before.height !== photo.height))
    throw new PhotoGuardError('input', `--original ${original}: the original and the photo differ in size`, {
      got: `${before.width}x${before.height}, and ${photo.width}x${photo.height} for the photo`,
      hint: 'give the exact photo that was immunized, or leave it out',
    });
  return { photo, original: before, mask: await readMaskHeader(mask, budget) };
}

async function givenFiles(
  { pixels }: Photo,
  { original, mask }: AuditCommandOptions,
  record: ImmunizationRecord | undefined,
  budget: Budget,
) {
  const before =
    original === undefined
      ? undefined
      : (await given('--original', original, decodePhoto(original, { memory: budget.bytes }))).pixels;
  if (before) await given('--original', original!, requireSamePhoto(pixels, before, record));
  const repainted = await givenMask(mask, pixels, budget);
  return { ...(before && { original: before }), ...(repainted && { mask: repainted }) };
}

function shown(line: ProgressLine) {
  const began = performance.now();
  return ({ done, all, what }: { done: number; all: number; what: string }): void =>
    line.bar(what, { done, all, seconds: (performance.now() - began) / 1000 });
}

const writePage = (
  input: string,
  options: AuditCommandOptions,
  edit: EditSettings,
  audited: Audited,
): Promise<string> => {
  const { report } = audited;
  const { photo, clean, models } = report;
  const known = models.map(({ ref, identity }) => [
    `model ${ref}${identity.sha256 === undefined ? ', commit' : ''}`,
    identity.sha256 ?? identity.revision ?? 'unknown',
  ]);
  return auditPage(audited, {
    name: basename(input),
    repeat: {
      command: writeCommand(input, options, report.edits.length > 0 ? edit : undefined),
      versions: versions(),
      settings: {
        'noise draws': String(report.noise.draws),
        seed: String(report.noise.seed),
        purifiers: options.purify,
      },
      hashes: {
        'pixels of the photo': photo.sha256,
        ...(clean.kind === 'original' && { 'pixels of the original': clean.sha256 }),
        ...Object.fromEntries(known),
      },
    },
  });
};

// Names without folders, since the page may be sent to others.
function writeCommand(input: string, options: AuditCommandOptions, edit?: EditSettings): string[] {
  const { original, model, editor, purify, mask } = options;
  const file = (flag: string, path: string | undefined): string[] => (path === undefined ? [] : [flag, basename(path)]);
  return [
    ...['photoguard', 'audit', basename(input)],
    ...file('--original', original),
    ...(model ?? []).flatMap((ref) => ['-m', shownRef(ref)]),
    ...(editor === undefined ? [] : ['--editor', shownRef(editor)]),
    ...(purify === DEFAULT_PURIFIERS ? [] : ['--purify', purify]),
    ...file('--mask', mask),
    ...(options.size === undefined ? [] : ['--size', options.size]),
    ...(edit
      ? [
          ...['--prompt', edit.prompt, '--strength', String(edit.strength), '--edit-steps', String(edit.steps)],
          ...['--guidance', String(edit.guidance), '--edits', String(edit.seeds)],
          ...(edit.imageGuidance === undefined ? [] : ['--image-guidance', String(edit.imageGuidance)]),
        ]
      : []),
    ...['--seed', String(options.seed), '--draws', String(options.draws)],
  ];
}

async function tell(
  input: string,
  { original, output, json }: AuditCommandOptions,
  {
    report,
    protection,
    credential,
  }: Audited & {
    readonly protection: Protection | undefined;
    readonly credential: Credential;
  },
  line: ProgressLine,
  session: Session,
  cost: { seconds: number; peakRssMB: number },
): Promise<void> {
  const notes = await attackCaveats(report.models.map(({ ref }) => ref));
  if (json) {
    const files = {
      input: resolve(input),
      ...(original !== undefined && { original: resolve(original) }),
      ...(output !== undefined && { output: resolve(output) }),
    };
    session.report.put({ ...files, ...report, ...(protection && { protection }), credential, notes, ...cost });
    return;
  }
  line.print(`${input}  ${report.photo.width}x${report.photo.height}, audited in ${cost.seconds.toFixed(1)} s`);
  line.print(auditText(report).split('\n'));
  if (protection) line.print(['', ...describeProtection(protection)]);
  line.print(`  credential: ${describeCredential(credential)}`);
  for (const note of notes) line.print(`  note: ${note}`);
  if (output !== undefined) line.print(['', output]);
}
