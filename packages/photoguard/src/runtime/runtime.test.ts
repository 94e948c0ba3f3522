import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRuntime, type Program, type Runtime } from './node/index.ts';

// y = 2 x, with the 2 in a file at an odd place.
function doubling(file: string, offset: number, dtype: 'float32' | 'float16' | 'bfloat16' = 'float32') {
  const g = new GraphBuilder();
  const x = g.input('x', 'float32', [3]);
  const bytes = dtype === 'float32' ? 4 : 2;
  const two = g.cast(g.initializer('two', { dtype, shape: [1], file, offset, length: bytes }), 'float32');
  g.output('y', g.mul(x, two));
  return g.build();
}

describe.each(['cpu', 'wasm'] as const)('a runtime on %s in Node', (device) => {
  let runtime: Runtime;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photoguard-runtime-'));
    runtime = await openRuntime({ device, threads: 1 });
  });
  afterAll(async () => {
    await runtime.close();
    await rm(folder, { recursive: true });
  });

  for (const [dtype, bits] of [
    ['float32', [0, 0, 0, 0x40]],
    ['float16', [0, 0x40]],
    ['bfloat16', [0, 0x40]],
  ] as const)
    it(`uses ${dtype} weights in place, at their byte offset in a file`, async () => {
      const file = join(folder, `${dtype}.bin`);
      await writeFile(file, Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, ...bits, 9]));
      const program = await runtime.load(doubling(file, 8, dtype));
      const { y } = await program.run({ x: Float32Array.of(1, 2, 3) });
      expect([...(y as Float32Array)]).toEqual([2, 4, 6]);
      await program.release();
      await expect(program.run({ x: Float32Array.of(1, 2, 3) })).rejects.toThrow(/released/);
    });

  it('says which feed is missing or of the wrong size', async () => {
    const file = join(folder, 'w.bin');
    await writeFile(file, Uint8Array.from([0, 0, 0, 0x40]));
    const program = await runtime.load(doubling(file, 0));
    await expect(program.run({})).rejects.toMatchObject({ code: 'input', message: /input x/ });
    await expect(program.run({ x: new Float32Array(2) })).rejects.toMatchObject({ code: 'input', got: '2 elements' });
  });

  it('runs a graph for two leases with one program, and frees it when the last one lets go', async () => {
    const file = join(folder, 'k.bin');
    await writeFile(file, Uint8Array.from([0, 0, 0, 0x40]));
    const load = vi.spyOn(runtime, 'load');
    const [a, b] = [runtime.programs.lease(), runtime.programs.lease()];
    const feeds = { x: Float32Array.of(1, 1, 1) };
    await a.run(doubling(file, 0), feeds);
    await a.release();
    await b.run(doubling(file, 0), feeds);
    await a.run(doubling(file, 0), feeds);
    await b.release();
    expect((await a.run(doubling(file, 0), feeds)).y).toEqual(Float32Array.of(2, 2, 2));
    expect(load).toHaveBeenCalledTimes(2);
    const last: Program = await load.mock.results[1]!.value;
    await a.release();
    await expect(last.run(feeds)).rejects.toThrow(/released/);
    load.mockRestore();
  });

  it('stops waiting at once when the signal fires', async () => {
    const file = join(folder, 's.bin');
    await writeFile(file, Uint8Array.from([0, 0, 0, 0x40]));
    const program = await runtime.load(doubling(file, 0));
    const stop = new AbortController();
    const running = program.run({ x: Float32Array.of(1, 1, 1) }, { signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect((await program.run({ x: Float32Array.of(1, 1, 1) })).y).toEqual(Float32Array.of(2, 2, 2));
  });

  it('keeps resident tensors from run to run, shared by its programs, and replaces them in place', async () => {
    const g = new GraphBuilder();
    const sum = g.input('sum', 'float32', [2]);
    const x = g.input('x', 'float32', [2]);
    g.output('next', g.add(sum, x));
    g.output('twice', g.scale(x, 2));
    const adding = await runtime.load(g.build(), { resident: { sum: 'total', next: 'total' } });
    expect([adding.inputs.map(({ name }) => name), adding.outputs.map(({ name }) => name)]).toEqual([['x'], ['twice']]);
    expect((await adding.run({ x: Float32Array.of(1, 2) })).twice).toEqual(Float32Array.of(2, 4));
    await adding.run({ x: Float32Array.of(10, 20) });
    expect((await runtime.read(['total'])).total).toEqual(Float32Array.of(11, 22));

    const h = new GraphBuilder();
    h.output('negative', h.neg(h.input('value', 'float32', [2])));
    const other = await runtime.load(h.build(), { resident: { value: 'total' } });
    await runtime.write({ total: Float32Array.of(3, 4) });
    expect(await other.run({})).toEqual({ negative: Float32Array.of(-3, -4) });
  });

  it('asks for an input that has the name of what every object has', async () => {
    const g = new GraphBuilder();
    g.output('y', g.neg(g.input('constructor', 'float32', [2])));
    const program = await runtime.load(g.build());
    expect(program.inputs.map(({ name }) => name)).toEqual(['constructor']);
    await expect(program.run({})).rejects.toThrow(/needs the input constructor/);
    expect((await program.run({ constructor: Float32Array.of(1, 2) })).y).toEqual(Float32Array.of(-1, -2));
  });

  it('says which resident tensor is unknown or of another size', async () => {
    const g = new GraphBuilder();
    g.output('y', g.neg(g.input('x', 'float32', [2])));
    await runtime.load(g.build(), { resident: { x: 'pair' } });
    await expect(runtime.load(g.build(), { resident: { z: 'pair' } })).rejects.toMatchObject({ code: 'input' });
    await expect(runtime.read(['nothing'])).rejects.toThrow(/no tensor nothing/);
    await expect(runtime.write({ pair: new Float32Array(3) })).rejects.toThrow(/pair has 2 elements/);
  });

  it('reports a graph that the device cannot load, and goes on', async () => {
    await expect(runtime.load(doubling(join(folder, 'absent.bin'), 0))).rejects.toMatchObject({ code: 'device' });
    expect(await runtime.peakBytes()).toBeGreaterThan(1e7);
  });
});

describe('a device that is absent', () => {
  it('is an error with a hint', async () => {
    await expect(openRuntime({ device: 'dml' })).rejects.toMatchObject({ code: 'device', hint: /Windows/ });
  });
});

describe('a closed runtime', () => {
  it('rejects what is asked of it', async () => {
    const runtime = await openRuntime({ device: 'cpu' });
    await runtime.close();
    await expect(runtime.peakBytes()).rejects.toMatchObject({ code: 'device', message: /closed/ });
  });
});
