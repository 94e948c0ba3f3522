// `photoguard evaluate`: passes the options to the library, and prints progress and the result.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NormName } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { type Evaluation, evaluate, type Masks, type Problem, paperTable, parseArms } from 'photoguard/evaluate';
import { duration, type ProgressLine, progressLine } from '#terminal';
import { resolveEditor } from './load-editors.ts';
import type { Session } from './session.ts';
import { checkedEps } from './settings.ts';
import { tellDevice } from './tell-device.ts';

/** Options of `photoguard evaluate`, as commander gives them. */
export interface EvaluateCommandOptions {
  readonly photos: string;
  readonly captions?: string;
  readonly split?: string;
  readonly prompt?: string;
  readonly limit?: number;
  readonly masks?: string;
  readonly model?: string;
  readonly clip?: string;
  readonly arms: string;
  /** [0, 1] pixel units. */
  readonly eps: readonly number[];
  readonly norm: NormName;
  readonly purify: string;
  readonly attackPrompt?: readonly string[];
  readonly seeds: number;
  readonly editSteps: number;
  readonly guidance: number;
  readonly imageGuidance?: number;
  readonly strength?: number;
  readonly eta: number;
  readonly seed: number;
  readonly shown: number;
  readonly output: string;
  readonly device: string;
  readonly workers?: number;
  readonly memory?: number;
  readonly json: boolean;
}

/** Evaluates and prints the results. Returns the number of photos that failed or were left out. */
export async function evaluatePhotos(options: EvaluateCommandOptions, session: Session): Promise<number> {
  const { signal, report } = session;
  const { model, clip, masks, arms, eps, attackPrompt, output, json, ...others } = options;
  const { editSteps, guidance, imageGuidance, strength, eta, ...same } = others;
  const line = progressLine(!json);
  const began = performance.now();
  try {
    if (strength === 0) throw new PhotoGuardError('usage', 'with --strength 0 nothing is edited');
    // Errors that can be found now are reported before gigabytes are downloaded.
    const parsed = { arms: parseArms(arms), masks: await readMasks(masks) };
    if (clip !== undefined) await requireClip(clip);
    const editor = await resolveEditor(model, { line, signal });
    await tellDevice(options.device, line);
    line.show('reading photos');
    const evaluation = await evaluate({
      ...same,
      arms: parsed.arms,
      masks: parsed.masks,
      model: editor,
      ...(clip !== undefined && { clip: { ref: clip, folder: clip } }),
      eps255: eps.map((value) => Number((255 * checkedEps(value)).toFixed(6))),
      edit: { steps: editSteps, guidance, imageGuidance, eta, strength },
      ...(attackPrompt && { attackPrompts: attackPrompt }),
      output,
      command: ['photoguard', ...process.argv.slice(2)],
      signal,
      onStart: ({ workers, threads, photos, leftOut }) => {
        tell(leftOut, line, json);
        line.show(`${photos} photos, ${workers} workers of ${threads} threads: loading`);
      },
      onProgress: ({ cells: [done, all], ...progress }) => line.bar(`${done} of ${all} cells`, progress),
    });
    tell(evaluation.failed, line, json);
    for (const { name, reason } of evaluation.summary.leftOut)
      report.fail({ input: name, code: 'input', message: `left out: ${reason}` });
    if (json) report.put(evaluation.summary);
    else line.print(described(evaluation, output, (performance.now() - began) / 1000));
    return evaluation.summary.leftOut.length;
  } finally {
    line.done();
  }
}

function tell(problems: readonly Problem[], line: ProgressLine, json: boolean): void {
  if (!json) for (const { name, reason } of problems) line.printError(`${name}: left out: ${reason}`);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

async function requireClip(clip: string): Promise<void> {
  if (await isFolder(clip)) return;
  throw new PhotoGuardError('input', '--clip must be the folder of a CLIP model', {
    got: clip,
    hint: 'in transformers layout: config.json, the weights and the tokenizer files',
  });
}

async function readMasks(masks: string | undefined): Promise<Masks | undefined> {
  if (masks === undefined) return undefined;
  if (masks === 'auto' || masks === 'none') return masks === 'auto' ? { kind: 'auto' } : { kind: 'none' };
  if (await isFolder(masks)) return { kind: 'folder', folder: masks };
  throw new PhotoGuardError('input', '--masks must be auto, none or a folder', { got: masks });
}

// The paper's table in columns, and the path of the full report.
function described({ summary }: Evaluation, output: string, seconds: number): string[] {
  const { columns, rows } = paperTable(summary);
  const cells = [columns.map(({ name }) => name), ...rows];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const table = cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  return [...table, '', `${summary.photos} photos in ${duration(seconds)}: ${join(output, 'index.html')}`];
}
