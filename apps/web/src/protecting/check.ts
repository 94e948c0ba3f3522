// Checks a protected photo: what its record says, and, beside the original, how large the change is and how far it moves what
// editors see. It is what `photoguard audit` says by networks that the attack did not see.

import { PhotoGuardError } from 'photoguard/errors';
import {
  FLAT_NOTE,
  isFlat,
  isRecorded,
  measureChange,
  measureProtection,
  requireSamePhoto,
  toJudge,
  unseenModels,
} from 'photoguard/protection';
import { readRecord, sha256OfPixels } from 'photoguard/record';
import { fitSize, sideMultiple } from 'photoguard/view';
import { decodeFile } from './decode.ts';
import { DEFAULTS } from './defaults.ts';
import { wasmCodecs } from './encode.ts';
import { openEngine } from './engine.ts';
import { type CheckAsk, type Checked, CONDITIONS, type Step } from './messages.ts';
import { loading } from './page-file.ts';

/** See the head of this file. @throws PhotoGuardError for files that are no photos, or two photos; `aborted` */
export async function check(
  { photo: file, original: originalFile }: CheckAsk,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Checked> {
  tell({ phase: 'reading', share: 0 });
  const { pixels, metadata } = await decodeFile(file);
  const { record, problem } = readRecord(metadata.xmp);
  const known = {
    photo: { width: pixels.width, height: pixels.height, sha256: await sha256OfPixels(pixels) },
    record: record ?? null,
    ...(problem !== undefined && { recordProblem: problem }),
    notes: [],
  };
  if (!originalFile) return known;
  const original = (await decodeFile(originalFile)).pixels;
  if (original.width !== pixels.width || original.height !== pixels.height)
    throw new PhotoGuardError('input', 'the original and the photo differ in size', {
      got: `${original.width}x${original.height}, and ${pixels.width}x${pixels.height} for the photo`,
      hint: 'give the exact photo that was protected, or leave it out',
    });
  await requireSamePhoto(pixels, original, record);
  const sha256 = await sha256OfPixels(original);
  const engine = await openEngine(loading(tell));
  signal.throwIfAborted();
  const judges = unseenModels(record, engine.networks.all);
  const change = measureChange(original, pixels);
  const measured = {
    ...known,
    clean: { kind: 'original' as const, sha256, matchesRecord: record ? record.original === sha256 : null },
    change,
  };
  if (judges.length === 0) return measured;
  tell({ phase: 'measuring', share: 0 });
  const multiple = Math.max(...judges.map(({ autoencoder }) => sideMultiple(autoencoder)));
  const protection = await measureProtection(original, pixels, {
    judges: judges.map(toJudge),
    attacked: record ? judges.some((judge) => isRecorded(record, judge)) : null,
    size: fitSize(pixels.width, pixels.height, DEFAULTS.size, multiple),
    ...{ seed: 0, runtime: engine.runtime, codecs: wasmCodecs, purifiers: CONDITIONS, tone: false, signal },
    onShare: (share) => tell({ phase: 'measuring', share }),
  });
  return { ...measured, protection, notes: isFlat(protection) ? [FLAT_NOTE] : [] };
}
