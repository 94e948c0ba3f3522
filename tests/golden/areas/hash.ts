// PDQ: bits, quality, coefficients and the eight dihedral variants; distances between a photo and its versions.
import { DIHEDRAL, hammingDistance, hashHex, type Pdq, parseHash, pdq } from 'photoguard/hash';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readShape } from '../compare.ts';

/** Area `hash`. */
export const hash: GoldenArea = {
  name: 'hash',
  async run(golden) {
    return golden.tensors.has('output.bits_jpeg50') ? distanceChecks(golden) : photoChecks(golden);
  },
};

const hashOf = (golden: GoldenFile, name: string): Pdq => {
  const [height, width] = readShape(golden, name) as [number, number];
  return pdq({ width, height, channels: 3, data: golden.tensors.get(name)!.data as Uint8Array });
};

/** How many bits differ; none may. */
function bitsCheck(golden: GoldenFile, name: string, ours: Uint8Array, at = 0): Check {
  const theirs = golden.tensors.get(name)!.data.subarray(256 * at, 256 * (at + 1));
  const error = Array.from(theirs).filter((bit, k) => bit !== ((ours[k >> 3]! >> (7 - (k & 7))) & 1)).length;
  return { name: `${name}${at > 0 ? `[${at}]` : ''}`, error, tolerance: 0 };
}

const numberCheck = (golden: GoldenFile, name: string, ours: number): Check => ({
  name,
  error: Math.abs(ours - golden.json.values![name]!),
  tolerance: 0,
});

function photoChecks(golden: GoldenFile): Check[] {
  const ours = hashOf(golden, 'input.pixels');
  const quality = numberCheck(golden, 'output.quality', ours.quality);
  // Of pictures without anything in these frequencies only the quality is given.
  if (!golden.tensors.has('output.bits')) return [quality];
  const text = { name: 'config.hash', error: hashHex(ours.hash) === golden.json.config.hash ? 0 : 1, tolerance: 0 };
  return [
    quality,
    text,
    bitsCheck(golden, 'output.bits', ours.hash),
    ...DIHEDRAL.map((way, k) => bitsCheck(golden, 'output.dihedral_bits', ours.dihedral[way], k)),
    ...compareTensors(golden, new Map([['output.coefficients', ours.coefficients]])),
  ];
}

function distanceChecks(golden: GoldenFile): Check[] {
  const photo = hashOf(golden, 'input.pixels').hash;
  const versions = Object.keys(golden.json.config.versions as object);
  return versions.flatMap((version) => {
    const other = hashOf(golden, `input.pixels_${version}`).hash;
    const distance = hammingDistance(photo, parseHash(hashHex(other)));
    return [
      bitsCheck(golden, `output.bits_${version}`, other),
      numberCheck(golden, `output.distance_${version}`, distance),
    ];
  });
}
