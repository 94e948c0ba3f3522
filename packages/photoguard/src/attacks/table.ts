// All attacks by name: the command, the library, evaluations, the record and the audit use this one list.
import { advdm } from './advdm/advdm.ts';
import { diffusion } from './diffusion/diffusion.ts';
import { diffusionguard } from './diffusionguard/diffusionguard.ts';
import { encoder } from './encoder/encoder.ts';
import type { AttackKind } from './kind.ts';
import { mist } from './mist/mist.ts';
import { sds } from './sds/sds.ts';

/** Kinds of attacks by name. */
export const ATTACKS: Readonly<Record<string, AttackKind>> = Object.freeze({
  encoder,
  diffusion,
  advdm,
  mist,
  sds,
  diffusionguard,
});
