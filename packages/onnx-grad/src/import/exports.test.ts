// Models that PyTorch exported, in both its exporters, against PyTorch's own outputs and gradients. The fixtures are
// made by fixtures/make.py; another folder of the same make is tested with ONNX_GRAD_FIXTURES.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vjp } from '../grad.ts';
import type { TypedArray } from '../graph/dtype.ts';
import type { Tensors } from '../testing/run.ts';
import { runOnce } from '../testing/run.ts';
import { readSafetensors } from '../testing/safetensors.ts';
import { importOnnx } from './import.ts';

const folder = process.env.ONNX_GRAD_FIXTURES ?? new URL('../../fixtures', import.meta.url).pathname;
const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));

const largest = (data: TypedArray): number =>
  (data as Float32Array).reduce((most: number, x: number) => Math.max(most, Math.abs(x)), 0);

// Largest difference over the largest number. The gradient by the bias of an attention's keys is 0 in exact arithmetic:
// what is below 1e-9 of the largest gradient, `top`, is noise in float64 already, and is measured against 1% of `top`.
function relativeError(got: TypedArray, expected: TypedArray, top = 0): number {
  const [a, b] = [got as Float32Array, expected as Float32Array];
  let [difference, scale] = [0, Math.max(1e-30, largest(expected) < 1e-9 * top ? 1e-2 * top : 0)];
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Number.isFinite(a[i]) ? Math.abs(a[i]! - b[i]!) : Number.POSITIVE_INFINITY);
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  return difference / scale;
}

describe('importOnnx on what PyTorch exports', () => {
  it('has six kinds of models in both exporters', () => {
    const models = new Set(files.map((file) => file.split('-')[0]));
    expect(models.size).toBeGreaterThanOrEqual(6);
    for (const exporter of ['torchscript', 'dynamo'])
      expect(files.filter((file) => file.includes(exporter)).length).toBeGreaterThanOrEqual(6);
  });

  it.each(files)("%s: the outputs and gradients are PyTorch's", { timeout: 300_000 }, async (file) => {
    const { tensors: stored, notes } = readSafetensors(join(folder, `${file.split('-')[0]}.safetensors`));
    const named = (prefix: string) =>
      [...stored].flatMap(([key, tensor]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), tensor] as const] : [],
      );
    const inputShapes = Object.fromEntries(named('input.').map(([name, { shape }]) => [name, shape]));
    const graph = importOnnx(readFileSync(join(folder, file)), { inputShapes });
    const unchanged = JSON.parse(notes[file]!) as string[];
    const gradients = named('grad.').filter(([name]) => unchanged.includes(name));
    const wrt = gradients.map(([name]) => name);
    // At least the inputs (or, for tokens, the embedding) and a few weights.
    expect(wrt.length).toBeGreaterThanOrEqual(2);
    const backward = vjp(graph, { outputs: ['y'], wrt, keep: ['y'] });
    const feeds: Tensors = Object.fromEntries(named('input.').map(([name, { data }]) => [name, data]));
    feeds['cotangent.y'] = stored.get('cotangent.y')!.data;
    const results = await runOnce(backward, feeds);
    const top = Math.max(...gradients.map(([, { data }]) => largest(data)));
    const errors = new Map(
      gradients.map(([name, { data }]) => [name, relativeError(results[`grad.${name}`]!, data, top)]),
    );
    errors.set('y', relativeError(results.y!, stored.get('output.y')!.data));
    const worst = [...errors].sort(([, a], [, b]) => b - a)[0]!;
    if (process.env.ONNX_GRAD_FIXTURES || process.env.VERBOSE)
      console.log(`${file}: output ${errors.get('y')!.toExponential(1)}, worst of ${wrt.length} gradients ${worst}`);
    expect(worst[1], worst[0]).toBeLessThan(1e-4);
  });
});
