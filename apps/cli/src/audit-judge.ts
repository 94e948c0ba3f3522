// What an audit says of a protection by networks that the attack did not see: those of --judge, otherwise the embedded
// surrogates that the photo's record does not name.
import { type Pixels8, sharpCodecs } from 'photoguard/image/node';
import { areSurrogatesHere, SURROGATES } from 'photoguard/models/node';
import { isRecorded, measureProtection, type Protection, toJudge, unseenModels } from 'photoguard/protection';
import type { ImmunizationRecord } from 'photoguard/record';
import type { Runtime } from 'photoguard/runtime';
import { fitSize, sideMultiple } from 'photoguard/view';
import type { ProgressLine } from '#terminal';
import { loadVictims } from './load-victims.ts';

/** Measures a photo beside its original; undefined where there is no network to do it. */
export async function judgeProtection(
  original: Pixels8,
  photo: Pixels8,
  record: ImmunizationRecord | undefined,
  {
    judge,
    size: wanted = 'upload:1024',
    seed,
  }: { readonly judge?: string; readonly size?: string; readonly seed: number },
  { runtime, line, signal }: { readonly runtime: Runtime; readonly line: ProgressLine; readonly signal: AbortSignal },
): Promise<Protection | undefined> {
  if (judge === undefined && !areSurrogatesHere()) return undefined;
  const found = await loadVictims([judge ?? SURROGATES.ref], { line, signal });
  const judges = judge === undefined ? unseenModels(record, found) : found;
  if (judges.length === 0) return undefined;
  line.show('measuring how far latents move');
  const multiple = Math.max(...judges.map(({ autoencoder }) => sideMultiple(autoencoder)));
  const size = fitSize(photo.width, photo.height, wanted, multiple);
  return measureProtection(original, photo, {
    judges: judges.map(toJudge),
    attacked: record ? judges.some((one) => isRecorded(record, one)) : null,
    codecs: sharpCodecs,
    size,
    seed,
    runtime,
    signal,
  });
}
