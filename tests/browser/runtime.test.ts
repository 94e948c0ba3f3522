import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grad } from 'onnx-grad';
import { loadAutoencoder } from 'photoguard/models/node';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARTLY_ON_CPU } from '../../packages/onnx-grad/src/testing/cases.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { browserNote, chromiumPath, launch, openPage } from './chromium.ts';
import { distance } from './distance.ts';
import { encoderGraph, testImage } from './encoder-graph.ts';
import { CASE_COUNT, type CaseResult, runCase } from './operator-case.ts';
import type { Tests } from './page.ts';
import { type PageServer, ROOT, servePage } from './serve.ts';

const taesd = join(ROOT, '../shared/hub/madebyollin/taesd');
const taesdNote = existsSync(taesd) ? '' : ' (skipped: ../shared/hub is not there)';

/** Relative to the largest element. WGSL allows a sine an error of 2^-11; ReLU-like kinks are kept away from by the cases. */
const TOLERANCE = { wasm: 1e-5, webgpu: 1e-3 };

/** What page.ts puts into the page's global object. */
declare const tests: Tests;

describe.skipIf(!chromiumPath)(`the runtime in Chromium${browserNote}`, () => {
  let folder: string;
  let server: PageServer;
  let browser: Browser;
  let page: Page;
  let cpu: Runtime;
  const requests: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-browser-'));
    writeFiles(folder, tinyRepository());
    server = await servePage({ tiny: folder, taesd });
    browser = await launch();
    page = await openPage(browser, server.url, requests);
    cpu = await openRuntime({ device: 'cpu' });
  });

  afterAll(async () => {
    await cpu?.close();
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let casesHere: Promise<CaseResult[]> | undefined;
  const onThisCpu = (): Promise<CaseResult[]> =>
    (casesHere ??= (async () => {
      const results: CaseResult[] = [];
      for (let i = 0; i < CASE_COUNT; i++) results.push(...(await runCase(i, cpu)));
      return results;
    })());

  async function gradientOnCpu(model: string, size: number) {
    const { autoencoder } = await loadAutoencoder(model);
    const program = await cpu.load(grad(encoderGraph(autoencoder, size), { loss: 'loss', wrt: ['image'] }));
    const { loss, 'grad.image': gradient } = await program.run({ image: testImage(size) });
    await program.release();
    return { loss: (loss as Float32Array)[0]!, gradient: gradient as Float32Array };
  }

  it('finds wasm, and a software WebGPU that auto does not take', async () => {
    expect(await page.evaluate(() => tests.listDevices())).toEqual([
      { device: 'wasm', available: true },
      { device: 'webgpu', available: true, software: true },
    ]);
  });

  for (const device of ['wasm', 'webgpu'] as const) {
    it(`finds the CPU's gradient of a small autoencoder on ${device}`, async () => {
      const here = await gradientOnCpu(folder, 24);
      const there = await page.evaluate((d) => tests.encoderGradient(d, 'tiny', 24), device);
      expect(there.threads).toBeGreaterThan(1);
      expect(Math.abs(there.loss / here.loss - 1)).toBeLessThan(1e-5);
      expect(distance(there.gradient, here.gradient)).toBeLessThan(1e-3);
    });

    it.skipIf(taesdNote !== '')(
      `finds the CPU's gradient of TAESD on ${device}${taesdNote}`,
      async () => {
        const here = await gradientOnCpu(taesd, 32);
        const there = await page.evaluate((d) => tests.encoderGradient(d, 'taesd', 32), device);
        expect(Math.abs(there.loss / here.loss - 1)).toBeLessThan(1e-5);
        expect(distance(there.gradient, here.gradient)).toBeLessThan(1e-3);
      },
      240_000,
    );

    it(`runs every operator case and its gradient on ${device} as on the CPU`, async () => {
      const wrong: string[] = [];
      const onCpu = new Set<string>();
      const there = await page.evaluate((d) => tests.operators(d), device);
      const here = await onThisCpu();
      expect(there.map(({ name }) => name)).toEqual(here.map(({ name }) => name));
      for (const [i, { name, outputs, strict }] of there.entries()) {
        if (!strict) onCpu.add(name.split(', ')[0]!);
        for (const [output, numbers] of Object.entries(here[i]!.outputs)) {
          const off = distance(outputs[output] ?? [], numbers);
          if (!(off < TOLERANCE[device])) wrong.push(`${name}: ${output} is off by ${off}`);
        }
      }
      expect(wrong).toEqual([]);
      expect([...onCpu].sort()).toEqual(device === 'webgpu' ? [...PARTLY_ON_CPU].sort() : []);
    }, 600_000);
  }

  it("asks nobody but the page's own server", () => {
    expect(requests.filter((url) => /\.wasm$/.test(url)).length).toBeGreaterThan(1);
    const elsewhere = requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(server.url));
    expect(elsewhere).toEqual([]);
  });

  it('tells what went wrong, with a code', async () => {
    expect(await page.evaluate(() => tests.failures())).toMatchObject({
      aborted: expect.stringMatching(/^aborted/),
      outOfRange: expect.stringMatching(/^device/),
      noWeights: expect.stringMatching(/^input.*weights/),
      noDevice: expect.stringMatching(/^device.*cuda.*webgpu or wasm/),
      closed: expect.stringMatching(/^device.*closed/),
    });
  });
});
