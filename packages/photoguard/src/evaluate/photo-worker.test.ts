// A worker with little memory, on the tiny pipeline, with a runtime that counts what is loaded.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph } from 'onnx-grad';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { loadPipeline } from '../models/node/index.ts';
import { parsePurifier } from '../purifiers/index.ts';
import { type LoadOptions, PROCESS_BYTES, type Program, ProgramStore, type Runtime } from '../runtime/index.ts';
import { parseArms } from './arms.ts';
import { PhotoWorker } from './photo-worker.ts';
import { cellKey, listCells, type Plan } from './plan.ts';
import { resourcesFor, workerBytes } from './resources.ts';
import { samplePlan } from './testing/sample.ts';

const PIPELINE = fileURLToPath(
  new URL('../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url),
);

const counted = vi.hoisted(() => ({ now: 0, most: 0 }));
vi.mock(import('../runtime/node/index.ts'), async (original) => {
  const actual = await original();
  const counting = (runtime: Runtime): Runtime => {
    const load = async (graph: Graph, options?: LoadOptions): Promise<Program> => {
      const program = await runtime.load(graph, options);
      counted.most = Math.max(counted.most, ++counted.now);
      return {
        ...program,
        release: async () => {
          counted.now--;
          await program.release();
        },
      };
    };
    return {
      ...{ device: runtime.device, threads: runtime.threads, load, programs: new ProgramStore({ load }) },
      write: (...given) => runtime.write(...given),
      read: (...given) => runtime.read(...given),
      peakBytes: () => runtime.peakBytes(),
      close: () => runtime.close(),
    };
  };
  return { ...actual, openRuntime: async (options) => counting(await actual.openRuntime(options)) };
});

const SUPER_RESOLUTION = fileURLToPath(
  new URL('../../../onnx-grad/fixtures/superresolution-torchscript17.onnx', import.meta.url),
);

let folder: string;
let plan: Plan;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-worker-'));
  mkdirSync(join(folder, 'report', '.work'), { recursive: true });
  await testImage(48, 48).png().toFile(join(folder, 'a.png'));
  plan = {
    ...samplePlan,
    side: (await loadPipeline(PIPELINE, 'tiny')).trainedSide,
    photos: [{ file: 'a.png', prompt: 'a thing', sha256: 'a' }],
    arms: parseArms('noise,encoder:steps=1'),
    purifiers: ['none', 'vae:side=64', `upscale:"${SUPER_RESOLUTION}"`].map((spec) => parsePurifier(spec).spec),
    seeds: [0],
    edit: { steps: 2, strength: 1, guidance: 3, eta: 0 },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a worker', () => {
  it('has one program loaded at any time where memory is short: editor, judges, purifiers and attack in turn', {
    timeout: 300_000,
  }, async () => {
    const worker = await PhotoWorker.open({
      ...{ plan, photos: folder, report: join(folder, 'report'), model: PIPELINE },
      ...{ masks: { kind: 'auto' }, threads: 1, memory: 1e9, shown: 0 },
    });
    const keys: string[] = [];
    try {
      await worker.photo(0, new Set(), (key) => keys.push(key), new AbortController().signal);
    } finally {
      await worker.close();
    }
    expect(keys).toEqual(listCells(plan, 0).map(cellKey));
    expect(counted.most).toBe(1);
  });
});

describe('the memory of a worker', () => {
  it('counts all that it loads: judges, and purifiers that work with a model', async () => {
    const pipeline = await loadPipeline(PIPELINE, 'tiny');
    const without = workerBytes({ ...plan, arms: [], purifiers: ['none'] }, pipeline);
    expect(workerBytes({ ...plan, arms: [] }, pipeline)).toBeGreaterThan(without);
    expect(workerBytes({ ...plan, purifiers: ['none'] }, pipeline)).toBeGreaterThan(without);
  });

  it('is refused where not one program at a time fits, and so are several workers', async () => {
    const pipeline = await loadPipeline(PIPELINE, 'tiny');
    const processes = 3 * PROCESS_BYTES; // this one, the editor's, the encoder arm's
    const spread = (bytes: number, workers?: number) =>
      resourcesFor(plan, pipeline, undefined, { memory: processes + bytes, workers });
    expect(() => spread(1e6)).toThrow(/edits by editor need \d+ MB/);
    expect(() => spread(10e6, 2)).toThrow(/2 workers need .*--workers 1$/);
    expect(spread(10e6)).toMatchObject({ workers: 1, memory: 10e6 });
  });
});
