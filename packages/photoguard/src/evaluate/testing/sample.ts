// A small plan with invented lines and features, for tests of pure functions of them.
import { parseArms } from '../arms.ts';
import { cellKey, listCells, type Plan } from '../plan.ts';
import type { ResultLine } from '../results.ts';
import type { SetFeatures } from '../set-figures.ts';

/** Four photos, three arms, two purifiers, two seeds. */
export const samplePlan: Plan = {
  model: { ref: 'editor', sha256: 'ab' },
  side: 16,
  photos: ['a', 'b', 'c', 'd'].map((file) => ({ file, prompt: `a photo of ${file}`, sha256: file })),
  masks: 'none',
  arms: parseArms('clean,encoder'),
  norm: 'linf',
  eps255: [4],
  purifiers: ['none', 'jpeg:75'],
  seeds: [0, 1],
  seed: 0,
  edit: { steps: 4, strength: 1, guidance: 3, eta: 0 },
  device: 'cpu',
  versions: { photoguard: '0' },
};

const SSIM: Readonly<Record<string, number>> = { clean: 1, noise: 0.9, encoder: 0.7 };

/**
 * SSIM by arm; a purifier restores a tenth of what is missing, except for photo `d`; each photo and seed differs a
 * little.
 */
export function sampleSsim({
  arm,
  purifier,
  photo,
  seed,
}: Pick<ResultLine, 'arm' | 'purifier' | 'photo' | 'seed'>): number {
  const ssim = SSIM[arm]! - 0.01 * 'abcd'.indexOf(photo) - 0.002 * seed;
  return purifier === 'none' ? ssim : ssim + (photo === 'd' ? -0.1 : 0.1) * (1 - ssim);
}

/** All lines of the plan. */
export const sampleLines = (plan: Plan = samplePlan): ResultLine[] =>
  plan.photos.flatMap(({ file, prompt }, i) =>
    listCells(plan, i).flatMap(({ arm, eps255, purifiers }) =>
      purifiers.flatMap((purifier) =>
        plan.seeds.map((seed): ResultLine => {
          const key = { photo: file, arm: arm.name, purifier, seed };
          return {
            ...key,
            ...{ eps255, prompt },
            distance: {
              ssim: sampleSsim(key),
              psnr: arm.kind === 'clean' && purifier === 'none' ? null : 30,
              displacement: 1 - sampleSsim(key),
            },
            quality: { promptGain: 0.02 },
            change: { psnr: 44, ssim: 0.99, linf255: eps255 },
            cost: { seconds: { immunize: 2, edit: 0.5 }, gradients: 30, plannedBytes: 1e6 },
          };
        }),
      ),
    ),
  );

/** Features of two dimensions: those of each cell are moved by its arm. */
export function sampleFeatures(plan: Plan = samplePlan): SetFeatures {
  const rows = new Map<string, Float32Array>();
  for (const [i] of plan.photos.entries())
    for (const cell of listCells(plan, i)) {
      const count = cell.purifiers.length * plan.seeds.length;
      const moved = 10 * (1 - SSIM[cell.arm.name]!);
      rows.set(
        cellKey(cell),
        Float32Array.from({ length: 2 * count }, (_, k) => i * (k % 2) + Math.floor(k / 2) / 8 + moved),
      );
      if (cell.arm.kind === 'clean') rows.set(`${cellKey(cell)}.photo`, Float32Array.of(i, i % 2));
    }
  return { name: 'numbers that are made up', rows };
}
