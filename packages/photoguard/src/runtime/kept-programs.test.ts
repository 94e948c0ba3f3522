import { GraphBuilder } from 'onnx-grad';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { keptPrograms } from './kept-programs.ts';
import { openRuntime, type Runtime } from './node.ts';

const opened = await openRuntime({ device: 'cpu', threads: 1 });
afterAll(() => opened.close());

// z = x + y, both of two elements.
function sum() {
  const g = new GraphBuilder();
  g.output('z', g.add(g.input('x', 'float32', [2]), g.input('y', 'float32', [2])));
  return g.build();
}

describe('kept programs', () => {
  let loads: number;
  let kept: Runtime;
  beforeEach(() => {
    loads = 0;
    const counting: Runtime = {
      ...{ device: opened.device, threads: opened.threads },
      load: (...given) => {
        loads++;
        return opened.load(...given);
      },
      write: (tensors) => opened.write(tensors),
      read: (names) => opened.read(names),
      peakBytes: () => opened.peakBytes(),
      close: () => opened.close(),
    };
    kept = keptPrograms(counting);
  });

  it('loads equal graphs once, and keeps them when they are released', async () => {
    const first = await kept.load(sum());
    await first.release();
    const second = await kept.load(sum());
    const feeds = { x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) };
    expect([(await second.run(feeds)).z, loads]).toEqual([Float32Array.of(4, 6), 1]);
  });

  it('tells programs apart by their resident tensors, in whatever order these are named', async () => {
    const [a, b] = [await kept.load(sum(), { resident: { x: 'a' } }), await kept.load(sum(), { resident: { x: 'b' } })];
    await kept.load(sum(), { resident: { x: 'a', y: 'b' } });
    await kept.load(sum(), { resident: { y: 'b', x: 'a' } });
    expect(loads).toBe(3);
    await kept.write({ a: Float32Array.of(10, 10), b: Float32Array.of(20, 20) });
    const feeds = { y: Float32Array.of(1, 2) };
    expect([(await a.run(feeds)).z, (await b.run(feeds)).z]).toEqual([
      Float32Array.of(11, 12),
      Float32Array.of(21, 22),
    ]);
  });

  it('stops the caller whose signal fires, and loads on for the others', async () => {
    const stop = new AbortController();
    const first = kept.load(sum(), { signal: stop.signal });
    const second = kept.load(sum());
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    const feeds = { x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) };
    expect([(await (await second).run(feeds)).z, loads]).toEqual([Float32Array.of(4, 6), 1]);
  });

  it('tries again after a load that failed', async () => {
    const g = new GraphBuilder();
    g.output(
      'y',
      g.initializer('absent', { dtype: 'float32', shape: [1], file: '/nowhere/absent.bin', offset: 0, length: 4 }),
    );
    const graph = g.build();
    await expect(kept.load(graph)).rejects.toMatchObject({ code: 'device' });
    await expect(kept.load(graph)).rejects.toMatchObject({ code: 'device' });
    expect(loads).toBe(2);
  });
});

it('refuses a key for a program with resident tensors', async () => {
  await expect(opened.load(sum(), { key: 'k', resident: { x: 'c' } })).rejects.toMatchObject({
    code: 'input',
    got: 'k',
  });
});
