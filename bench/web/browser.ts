// The contestant in Chromium of bench/web.ts: opens page.html, bundled as a project would, and has it compute a gradient for
// each line on standard input. PHOTOGUARD_BENCH_DEVICE=webgpu has it on a graphics card, webgpu-software on WebGPU's software
// adapter (gpu.sh); answers then say on which.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { resolveModel } from 'photoguard/models/node';
import { build, type InlineConfig, preview } from 'vite';
import { launch } from '../../tests/browser/chromium.ts';
import type { Bench } from './page.ts';

const [network, side, waiting] = process.argv.slice(2) as [string, string, string];
const wanted = process.env.PHOTOGUARD_BENCH_DEVICE ?? 'wasm';
const device = wanted === 'wasm' ? 'wasm' : 'webgpu';
const folder = mkdtempSync(join(tmpdir(), 'photoguard-bench-web-'));
const config = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'error' as const,
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  worker: { format: 'es' as const },
  base: './',
  build: { outDir: folder, emptyOutDir: false, rolldownOptions: { input: 'page.html' } },
} satisfies InlineConfig;
await build(config);
cpSync((await resolveModel(`surrogates/${network}`)).folder, join(folder, 'network'), { recursive: true });
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'credentialless' };
const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0, headers } });
const browser = await launch(wanted === 'webgpu');
const page = await browser.newPage();
await page.goto(`${server.resolvedUrls!.local[0]!}page.html`);
await page.waitForFunction(() => 'bench' in globalThis);

declare const bench: Bench;

const adapter = device === 'webgpu' ? await page.evaluate(() => bench.adapter()) : undefined;
if (device === 'webgpu' && (!adapter || (wanted === 'webgpu' && adapter.software))) {
  await browser.close();
  await server.close();
  throw new Error('this Chromium has no WebGPU adapter: it needs a graphics card with a Vulkan driver');
}

for await (const line of createInterface({ input: process.stdin })) {
  if ((JSON.parse(line) as { ready?: boolean }).ready) {
    console.log(JSON.stringify({ ready: true }));
    continue;
  }
  const asked = { side: Number(side), device, spinning: waiting !== 'sleeping' } as const;
  const seconds = await page.evaluate((one) => bench.measure(one.side, one.device, one.spinning), asked);
  console.log(JSON.stringify({ seconds, ...(adapter && { adapter }) }));
}
await browser.close();
await server.close();
rmSync(folder, { recursive: true, force: true });
