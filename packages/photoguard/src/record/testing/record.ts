// A record for tests.
import type { ImmunizationRecord } from '../record.ts';

/** A record with all fields. */
export const RECORD: ImmunizationRecord = {
  tool: 'photoguard 0.1.0',
  attack: 'encoder',
  recipe: 'fast',
  norm: 'linf',
  eps255: 16,
  seed: 0,
  target: 'grey',
  size: [408, 512],
  masked: false,
  models: [
    { ref: 'madebyollin/taesd', revision: '614f76814bce30edf2231caaddd9da2f6eb69bcb' },
    { ref: 'own <&> "model"', sha256: 'ab'.repeat(32) },
  ],
  original: '0123456789abcdef'.repeat(4),
};
