// How a tensor is compared: the relative Euclidean error over the whole tensor, against the case's own tolerance.
import type { GoldenFile } from '../support/golden-files.ts';
import { relativeError } from '../support/golden-files.ts';
import type { Check } from './area.ts';

/** Checks of results against a case's tensors by name; tensors whose tolerance is null are not compared. */
export function compareTensors(golden: GoldenFile, results: ReadonlyMap<string, ArrayLike<number>>): Check[] {
  const checks: Check[] = [];
  for (const [name, ours] of results) {
    const tolerance = golden.json.tensors[name]?.tolerance;
    const reference = golden.tensors.get(name);
    if (!reference) throw new Error(`${golden.name} has no tensor ${name}`);
    if (tolerance) checks.push({ name, error: relativeError(ours, reference.data), tolerance: tolerance.relative_l2 });
  }
  return checks;
}

/** A case's tensor as float32. @throws Error where the case has none of that name */
export function readFloats(golden: GoldenFile, name: string): Float32Array {
  const tensor = golden.tensors.get(name);
  if (!tensor) throw new Error(`${golden.name} has no tensor ${name}`);
  return Float32Array.from(tensor.data);
}

/** A tensor's shape. @throws Error where the case has none of that name */
export function readShape(golden: GoldenFile, name: string): readonly number[] {
  const tensor = golden.tensors.get(name);
  if (!tensor) throw new Error(`${golden.name} has no tensor ${name}`);
  return tensor.shape;
}
