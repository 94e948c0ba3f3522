// Similarity of the 8-bit pairs, and distances between sets of features.
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import {
  type Features,
  frechetDistance,
  kernelDistance,
  msSsimPiq,
  PAIR_METRICS,
  precisionRecall,
  type Rgb8,
  rowCosines,
} from 'photoguard/metrics';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readShape } from '../compare.ts';

type Pair = (reference: Rgb8, distorted: Rgb8) => number;

const byField = (field: string): Pair => PAIR_METRICS[field]!.of;

// What the cases call ours. They have further quantities, of libraries' variants that are not offered here.
const PAIRS: Readonly<Record<string, Pair>> = {
  'output.psnr': byField('psnr'),
  'output.ssim': byField('ssim'),
  'output.ssim_piq_pooled': byField('ssimPooled'),
  'output.ms_ssim': byField('msSsim'),
  'output.ms_ssim_piq': msSsimPiq,
  'output.vifp': byField('vifp'),
  'output.vifp_swapped': (reference, distorted) => byField('vifp')(distorted, reference),
  'output.fsim': byField('fsim'),
  'output.fsimc': byField('fsimc'),
  'output.gmsd': byField('gmsd'),
  'output.linf_255': byField('linf255'),
  'output.l2': byField('l2'),
};

/** Area `metrics`. */
export const metrics: GoldenArea = {
  name: 'metrics',
  async run(golden) {
    return golden.tensors.has('input.real') ? setChecks(golden) : await pairChecks(golden);
  },
};

async function pairChecks(golden: GoldenFile): Promise<Check[]> {
  const { folder, json } = golden;
  const { pixels: reference } = await decodePhoto(join(folder, json.files!.reference!));
  const { pixels: distorted } = await decodePhoto(join(folder, json.files!.distorted!));
  return Object.entries(PAIRS).map(([name, of]) => check(golden, name, of(reference, distorted)));
}

function setChecks(golden: GoldenFile): Check[] {
  const [real, fake] = [readFeatures(golden, 'input.real'), readFeatures(golden, 'input.fake')];
  const values: Record<string, number> = {
    frechet: frechetDistance(real, fake),
    // The sets differ in size, and torchmetrics divides by the size of the first.
    kid: kernelDistance(real, fake, { rows: 'first' }),
  };
  for (const k of [3, 5])
    for (const [name, value] of Object.entries(precisionRecall(real, fake, k))) values[`${name}_k${k}`] = value;
  const rows = Math.min(real.count, fake.count);
  const firstRows = (set: Features): Features => ({
    ...set,
    count: rows,
    data: set.data.slice(0, rows * set.dimensions),
  });
  return [
    ...Object.entries(values).map(([name, value]) => check(golden, `output.${name}`, value)),
    ...compareTensors(golden, new Map([['output.cosine', rowCosines(firstRows(real), firstRows(fake))]])),
  ];
}

function readFeatures(golden: GoldenFile, name: string): Features {
  const [count, dimensions] = readShape(golden, name) as [number, number];
  return { count, dimensions, data: golden.tensors.get(name)!.data as Float32Array };
}

// References are in float64, and so are ours: the file's own tolerances, for float32, would hide mistakes. Two are less
// exact than that: pytorch_msssim computes its window in float32, and a Fréchet distance by eigenvalues of singular
// covariances adds square roots of what should be 0.
const LOOSER: Readonly<Record<string, number>> = { 'output.ms_ssim': 1e-5, 'output.frechet': 1e-7 };

function check({ json }: GoldenFile, name: string, value: number): Check {
  const expected = json.values?.[name];
  if (expected === undefined) throw new Error(`the case has no value ${name}`);
  const error = value === expected ? 0 : Math.abs(value - expected) / Math.max(Math.abs(expected), 1e-12);
  return { name, error, tolerance: LOOSER[name] ?? 1e-9 };
}
