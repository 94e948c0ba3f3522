/*
 * The page under test: offers what tests call, as `tests` of the global object. It imports the library as a page does.
 */
import { GraphBuilder, grad } from 'onnx-grad';
import { blobSource, buildAutoencoder, readCheckpoint } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { listDevices, openRuntime } from 'photoguard/runtime/web';
import { encoderGraph, testImage } from './encoder-graph.ts';
import { CASE_COUNT, type CaseResult, runCase } from './operator-case.ts';

type WebDevice = 'wasm' | 'webgpu';

const WEIGHTS = 'diffusion_pytorch_model.safetensors';

/** Loss and input gradient of a tiny autoencoder's encoder, weights read from a File. */
async function encoderGradient(device: WebDevice, model: string, size: number) {
  const config: unknown = await (await fetch(`/models/${model}/config.json`)).json();
  const blob = await (await fetch(`/models/${model}/${WEIGHTS}`)).blob();
  const autoencoder = buildAutoencoder(config, await readCheckpoint(model, [blobSource(WEIGHTS, blob)]));
  const graph = grad(encoderGraph(autoencoder, size), { loss: 'loss', wrt: ['image'] });
  const runtime = await openRuntime({ device, strict: true, weights: () => blob });
  try {
    const program = await runtime.load(graph);
    const results = await program.run({ image: testImage(size) });
    return {
      threads: runtime.threads,
      loss: (results.loss as Float32Array)[0]!,
      gradient: Array.from(results['grad.image'] as Float32Array),
    };
  } finally {
    await runtime.close();
  }
}

/**
 * Runs the operator cases: with fall-back to the CPU forbidden, then, where that fails, allowed. All on one pair of
 * runtimes, which keep the shaders that they have compiled.
 */
async function operators(device: WebDevice): Promise<CaseResult[]> {
  const runtimes: Record<'strict' | 'loose', Runtime> = {
    strict: await openRuntime({ device, strict: true }),
    loose: await openRuntime({ device }),
  };
  const results: CaseResult[] = [];
  for (let i = 0; i < CASE_COUNT; i++) results.push(...(await runCase(i, runtimes.strict, runtimes.loose)));
  await runtimes.strict.close();
  await runtimes.loose.close();
  return results;
}

/** What goes wrong in a worker reaches the page as an error with a code. */
async function failures() {
  const catchCode = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );
  const g = new GraphBuilder();
  const w = g.initializer('w', { dtype: 'float32', shape: [2], file: 'w', offset: 0, length: 8 });
  g.output('y', g.add(g.input('x', 'float32', [2]), w));
  const graph = g.build();
  const runtime = await openRuntime({ device: 'wasm', weights: () => new Uint8Array(4) });
  const unfed = await openRuntime({ device: 'wasm' });
  const stop = new AbortController();
  const loading = catchCode(runtime.load(graph, { signal: stop.signal }));
  stop.abort();
  const found = {
    aborted: await loading,
    outOfRange: await catchCode(runtime.load(graph)),
    noWeights: await catchCode(unfed.load(graph)),
    noDevice: await catchCode(openRuntime({ device: 'cuda' })),
  };
  await unfed.close();
  await runtime.close();
  return { ...found, closed: await catchCode(runtime.load(graph)) };
}

/** What tests call. */
export type Tests = typeof tests;
const tests = { encoderGradient, operators, failures, listDevices: () => listDevices() };
Object.assign(globalThis, { tests });
