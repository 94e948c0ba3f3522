import { type Graph, GraphBuilder, planMemory } from 'onnx-grad';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgramStore } from './program-store.ts';
import type { Program, Tensors } from './types.ts';

// y = factor x, of `length` elements.
function scaling(length: number, factor = 2, dtype: 'float32' | 'float16' = 'float32'): Graph {
  const g = new GraphBuilder();
  const x = g.input('x', 'float32', [length]);
  g.output('y', g.cast(g.scale(g.cast(x, dtype), factor), 'float32'));
  return g.build();
}

const measureBytes = (graph: Graph): number => planMemory(graph).bytes;

// A device that writes down what it is asked.
class Device {
  readonly log: string[] = [];
  readonly loaded = new Set<string>();
  most = 0;
  loading: Promise<void> | undefined;
  running: Promise<void> | undefined;
  broken = false;

  async load(graph: Graph): Promise<Program> {
    const name = String(graph.inputs[0]!.shape[0]);
    this.log.push(`load ${name}`);
    await this.loading;
    if (this.broken) throw new Error('broken');
    this.loaded.add(name);
    this.most = Math.max(this.most, this.loaded.size);
    return {
      ...{ inputs: [], outputs: [] },
      run: async (feeds: Tensors) => {
        await this.running;
        if (!this.loaded.has(name)) throw new Error(`${name} was freed`);
        return feeds;
      },
      release: async () => {
        this.log.push(`free ${name}`);
        this.loaded.delete(name);
      },
    };
  }
}

let device: Device;
let store: ProgramStore;
beforeEach(() => {
  device = new Device();
  store = new ProgramStore(device);
});
afterEach(() => vi.unstubAllGlobals());

const open = (): { promise: Promise<void>; open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
};

describe('programs of a store', () => {
  it('are known by what they compute: equal graphs are loaded once, and freed when the last one lets go', async () => {
    const [a, b] = [store.lease(), store.lease()];
    await a.run(scaling(1), {});
    await b.run(scaling(1), {});
    await a.release();
    await b.run(scaling(1), {});
    expect(device.log).toEqual(['load 1']);
    await b.release();
    expect(device.log).toEqual(['load 1', 'free 1']);
  });

  it('are others for another constant, and for another precision', async () => {
    const lease = store.lease();
    for (const graph of [scaling(1), scaling(1, 3), scaling(1, 2, 'float16'), scaling(1, 3)])
      await lease.run(graph, {});
    expect(device.log).toEqual(['load 1', 'load 1', 'load 1']);
  });

  it('are known as objects where a page has no hashes', async () => {
    vi.stubGlobal('crypto', {});
    const [lease, graph] = [store.lease(), scaling(1)];
    for (const one of [graph, graph, scaling(1)]) await lease.run(one, {});
    expect(device.log).toEqual(['load 1', 'load 1']);
  });

  it('can be let go one by one, and are loaded again when they are run again', async () => {
    const [lease, one, two] = [store.lease(), scaling(1), scaling(2)];
    await lease.run(one, {});
    await lease.run(two, {});
    await lease.release(one);
    await lease.run(one, {});
    expect(device.log).toEqual(['load 1', 'load 2', 'free 1', 'load 1']);
  });

  it('are loaded again after a load that failed', async () => {
    device.broken = true;
    const lease = store.lease();
    await expect(lease.run(scaling(1), {})).rejects.toThrow('broken');
    device.broken = false;
    await lease.run(scaling(1), {});
    expect(device.log).toEqual(['load 1', 'load 1']);
  });
});

describe('a lease with a limit', () => {
  it('of 0 has one program at a time, whatever others hold', async () => {
    const [other, lease] = [store.lease(), store.lease({ limit: 0 })];
    await other.run(scaling(9), {});
    for (const length of [1, 2, 2, 1]) await lease.run(scaling(length), {});
    expect(device.log).toEqual(['load 9', 'load 1', 'free 1', 'load 2', 'free 2', 'load 1']);
  });

  it('frees what it has used least recently, and only as much as it must', async () => {
    const graphs = [scaling(100), scaling(101), scaling(102)] as const;
    const lease = store.lease({ limit: measureBytes(graphs[0]) + measureBytes(graphs[2]) });
    for (const i of [0, 1, 0, 2, 0] as const) await lease.run(graphs[i], {});
    expect(device.log).toEqual(['load 100', 'load 101', 'free 101', 'load 102']);
  });
});

describe('a budget for all programs', () => {
  it('keeps what nobody holds for whoever needs it next, until the room is needed', async () => {
    const graphs = [scaling(100), scaling(101), scaling(102)] as const;
    await store.limit(measureBytes(graphs[1]) + measureBytes(graphs[2]));
    for (const i of [0, 1, 0, 2, 0] as const) {
      const lease = store.lease({ limit: 0 });
      await lease.run(graphs[i], {});
      await lease.release();
    }
    expect(device.log).toEqual(['load 100', 'load 101', 'free 101', 'load 102']);
    await store.limit(undefined);
    expect(device.loaded).toEqual(new Set());
  });

  it('takes what nobody holds before what is held, and that too', async () => {
    const graphs = [scaling(100), scaling(101), scaling(102)] as const;
    await store.limit(measureBytes(graphs[0]) + measureBytes(graphs[2]));
    const [holder, passer] = [store.lease(), store.lease()];
    await holder.run(graphs[0], {});
    await passer.run(graphs[1], {});
    await passer.release();
    await passer.run(graphs[2], {});
    expect([...device.loaded]).toEqual(['100', '102']);
    await store.limit(0);
    expect([...device.loaded]).toEqual(['102']);
    await holder.run(graphs[0], {});
    expect([...device.loaded]).toEqual(['100']);
    expect(device.most).toBe(2);
  });

  it('does not free what is running, and goes back to the budget after it', async () => {
    await store.limit(0);
    const gate = open();
    device.running = gate.promise;
    const [a, b] = [store.lease(), store.lease()];
    const runs = [a.run(scaling(1), { x: Float32Array.of(1) }), b.run(scaling(2), { x: Float32Array.of(2) })];
    await vi.waitFor(() => expect(device.loaded.size).toBe(2));
    gate.open();
    expect(await Promise.all(runs)).toEqual([{ x: Float32Array.of(1) }, { x: Float32Array.of(2) }]);
    expect(device.loaded.size).toBe(1);
  });

  it('can be cleared of what is held', async () => {
    const lease = store.lease();
    await lease.run(scaling(1), {});
    await store.clear();
    await lease.run(scaling(1), {});
    expect(device.log).toEqual(['load 1', 'free 1', 'load 1']);
  });
});

describe('a signal', () => {
  it('stops its caller, and the load goes on for the others', async () => {
    const gate = open();
    device.loading = gate.promise;
    const stop = new AbortController();
    const [a, b] = [store.lease(), store.lease()];
    const first = a.run(scaling(1), {}, { signal: stop.signal });
    const second = b.run(scaling(1), { x: Float32Array.of(7) });
    await vi.waitFor(() => expect(device.log).toEqual(['load 1']));
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    await a.release();
    gate.open();
    expect(await second).toEqual({ x: Float32Array.of(7) });
    expect(device.log).toEqual(['load 1']);
  });

  it('leaves nothing behind once the lease is released, which does not wait for the load', async () => {
    const gate = open();
    device.loading = gate.promise;
    const stop = new AbortController();
    const lease = store.lease();
    const run = lease.run(scaling(1), {}, { signal: stop.signal });
    await vi.waitFor(() => expect(device.log).toEqual(['load 1']));
    stop.abort();
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    await lease.release();
    gate.open();
    await vi.waitFor(() => expect(device.log).toEqual(['load 1', 'free 1']));
  });

  it('that has fired before loads nothing', async () => {
    const lease = store.lease();
    const run = lease.run(scaling(1), {}, { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'aborted' });
    expect(device.log).toEqual([]);
  });
});
