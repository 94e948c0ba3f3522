// Whatever the bytes, reading ends soon: in a graph or in a GraphError, never in another exception.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../graph/error.ts';
import { readOnnx } from '../onnx/read.ts';
import { writeOnnx } from '../onnx/write.ts';
import { importOnnx } from './import.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/${name}.onnx`, import.meta.url));
const SHAPES = {
  'superresolution-torchscript11': { x: [1, 3, 12, 10] },
  'text-torchscript14': { ids: [2, 7] },
  'mobilenet-dynamo18': { x: [1, 3, 32, 32] },
  'transformer-dynamo23': { x: [2, 5, 12] },
};
type Case = keyof typeof SHAPES;
const CASES = Object.keys(SHAPES) as Case[];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  kind: fc.constantFrom('set', 'flip', 'cut', 'drop', 'repeat'),
  byte: fc.integer({ min: 0, max: 255 }),
  length: fc.integer({ min: 1, max: 40 }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (const { at, kind, byte, length } of mutations) {
    const i = Math.floor(at * result.length);
    if (kind === 'set') result[i] = byte;
    if (kind === 'flip') result[i]! ^= 1 << (byte & 7);
    if (kind === 'cut') result = result.slice(0, i);
    if (kind === 'drop') result = Uint8Array.from([...result.subarray(0, i), ...result.subarray(i + length)]);
    if (kind === 'repeat') result = Uint8Array.from([...result.subarray(0, i + length), ...result.subarray(i)]);
  }
  return result;
}

const RUNS = Number(process.env.ONNX_GRAD_FUZZ ?? 300);

// Runs a reader on mutated bytes, and says how often it failed; any error but a GraphError fails the test.
function outcome(read: () => unknown): 'read' | 'refused' {
  const start = process.cpuUsage();
  try {
    read();
    return 'read';
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(GraphError);
    return 'refused';
  } finally {
    expect(process.cpuUsage(start).user).toBeLessThan(5e6); // microseconds of the processor
  }
}

describe('mutated models', () => {
  it('importOnnx gives a graph or a GraphError', { timeout: 60_000 + 100 * RUNS }, () => {
    const originals = new Map(CASES.map((name) => [name, fixture(name)]));
    const counts = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...CASES), fc.array(mutation, { minLength: 1, maxLength: 4 }), (name, mutations) => {
        const bytes = mutated(originals.get(name)!, mutations);
        counts[outcome(() => importOnnx(bytes, { inputShapes: SHAPES[name] }))]++;
      }),
      { numRuns: RUNS, seed: 11 },
    );
    // Mutations must hit both: what is harmless (weights, names) and what is not.
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
  });

  it('readOnnx gives a graph or a GraphError', { timeout: 60_000 + 100 * RUNS }, () => {
    const inputShapes = SHAPES['superresolution-torchscript11'];
    const bytes = writeOnnx(importOnnx(fixture('superresolution-torchscript11'), { inputShapes }));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        outcome(() => readOnnx(mutated(bytes, mutations)));
      }),
      { numRuns: RUNS, seed: 12 },
    );
  });
});
