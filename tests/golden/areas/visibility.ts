// NVIDIA FLIP: the error map and its mean of 8-bit pairs, at two distances.
import { flipMap, type Rgb8 } from 'photoguard/metrics';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readShape } from '../compare.ts';

/** Area `visibility`. */
export const visibility: GoldenArea = {
  name: 'visibility',
  async run(golden) {
    const [reference, test] = [readPicture(golden, 'input.reference'), readPicture(golden, 'input.test')];
    const { measured } = golden.json.config as { measured: { other: { ppd: number } } };
    const seen = {
      default: flipMap(reference, test),
      other: flipMap(reference, test, { pixelsPerDegree: measured.other.ppd }),
    };
    const maps = new Map(Object.entries(seen).map(([name, { data }]) => [`output.map_${name}`, data]));
    const means = Object.entries(seen).map(([name, { mean }]) => meanCheck(golden, `output.mean_${name}`, mean));
    return [...compareTensors(golden, maps), ...means];
  },
};

function readPicture(golden: GoldenFile, name: string): Rgb8 {
  const [height, width] = readShape(golden, name) as [number, number, number];
  return { width, height, data: golden.tensors.get(name)!.data as Uint8Array };
}

function meanCheck({ json }: GoldenFile, name: string, mean: number): Check {
  const expected = json.values![name]!;
  return { name, error: Math.abs(mean / expected - 1), tolerance: json.tensors[name]!.tolerance!.relative_l2 };
}
