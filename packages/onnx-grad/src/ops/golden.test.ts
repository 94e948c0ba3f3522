// Every case of the golden area `ops` (PyTorch's outputs and gradients), at the tolerance written in the case.
// The cases are found by listing the folder; without the folder the suite says so and is skipped.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DType, TypedArray } from '../graph/dtype.ts';
import type { OpsConfig } from '../testing/golden/context.ts';
import type { Operand } from '../testing/golden/ops.ts';
import { forwardOperators, GOLDEN_OPERATORS, goldenOpsGraph, knowsOp, onKink } from '../testing/golden/ops.ts';
import { runOnce } from '../testing/run.ts';

interface GoldenCase {
  readonly case: string;
  readonly config: OpsConfig;
  readonly tensors: Record<string, { tolerance?: { relative_l2: number } | null }>;
  readonly gradients?: Record<string, unknown>;
  readonly note?: string;
}

const ROOT = new URL('../../../../', import.meta.url).pathname;
const FIXTURES = join(ROOT, 'tests', 'fixtures', 'golden');
const SHARED = process.env.PHOTOGUARD_GOLDEN ?? join(ROOT, '..', 'shared', 'golden');
const FOLDER = join(existsSync(SHARED) ? SHARED : FIXTURES, 'ops');
const DTYPES: Record<string, [DType, (bytes: ArrayBuffer) => TypedArray]> = {
  F32: ['float32', (bytes) => new Float32Array(bytes)],
  F64: ['float64', (bytes) => new Float64Array(bytes)],
  I32: ['int32', (bytes) => new Int32Array(bytes)],
  // Bytes are booleans in this area.
  U8: ['bool', (bytes) => new Uint8Array(bytes)],
};

function readTensors(path: string): Map<string, Operand> {
  const file = readFileSync(path);
  const header = Number(file.readBigUInt64LE(0));
  const entries = JSON.parse(file.toString('utf8', 8, 8 + header)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return new Map(
    Object.entries(entries).flatMap(([name, entry]) => {
      if (name === '__metadata__') return [];
      const [dtype, read] = DTYPES[entry.dtype]!;
      const [from, to] = entry.data_offsets.map((at) => 8 + header + at) as [number, number];
      return [[name, { dtype, shape: entry.shape, data: read(Uint8Array.from(file.subarray(from, to)).buffer) }]];
    }),
  );
}

// Relative Euclidean error over the whole tensor, without what is not to be compared.
function relativeError(ours: TypedArray, reference: TypedArray, skip: (i: number) => boolean): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    if (skip(i)) continue;
    difference += (Number(ours[i]) - Number(reference[i])) ** 2;
    norm += Number(reference[i]) ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-30);
}

describe.skipIf(!existsSync(FOLDER))('golden ops (skipped where the folder of golden values is absent)', () => {
  const used = new Set<string>();
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  for (const file of files.sort()) {
    const golden = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as GoldenCase;
    const title = `${golden.config.op}: ${golden.case}`;
    const known = knowsOp(golden.config);
    it.skipIf(!known)(known ? title : `${title} (no graph)`, async () => {
      const tensors = readTensors(join(FOLDER, file.replace(/json$/, 'safetensors')));
      const operands = new Map<string, Operand>();
      for (const [name, tensor] of tensors)
        if (name.startsWith('input.') && name !== 'input.cotangent') operands.set(name.slice(6), tensor);
      const wrt = Object.keys(golden.gradients ?? {}).map((name) => name.slice(5));
      const { graph, names } = goldenOpsGraph(golden.config, operands, wrt);
      for (const op of forwardOperators(golden.config, operands)) used.add(op);
      const feeds = Object.fromEntries([...operands].map(([name, { data }]) => [name, data]));
      const cotangent = tensors.get('input.cotangent');
      if (cotangent) feeds['cotangent.y'] = Float32Array.from(cotangent.data as Float32Array);
      const results = await runOnce(graph, feeds);
      const compared = [...tensors.keys()].filter((name) => !name.startsWith('input.'));
      expect(new Set(names.keys())).toEqual(new Set(compared));
      for (const [name, output] of names) {
        const tolerance = golden.tensors[name]?.tolerance;
        if (!tolerance) continue;
        const operand = name.startsWith('grad.') ? operands.get(name.slice(5)) : undefined;
        const skip = (i: number): boolean => operand !== undefined && onKink(golden.config, operand, i);
        const error = relativeError(results[output]!, tensors.get(name)!.data, skip);
        expect(error, `${name} of ${golden.case}`).toBeLessThanOrEqual(tolerance.relative_l2);
      }
    });
  }

  it('are all the operators that docs/operators.md calls golden', () => {
    expect([...used].sort()).toEqual([...GOLDEN_OPERATORS].sort());
  });
});
