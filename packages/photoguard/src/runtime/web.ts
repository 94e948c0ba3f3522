// The runtime in a browser: ONNX Runtime's wasm and WebGPU builds in a web worker. A page has no paths, so the caller
// supplies the bytes of a graph's weight files.
import type { Graph } from 'onnx-grad';
import { GraphBuilder, isInline, lower, writeOnnx } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import { Client } from './client.ts';
import { chooseWebDevice, type WebDevice } from './devices-web.ts';
import type { Reply, Request, WeightFile } from './protocol.ts';
import type { Runtime, RuntimeOptions } from './types.ts';
import type { OpenMessage } from './web-worker.ts';

export type { DeviceStatus } from './devices-web.ts';
export { listDevices } from './devices-web.ts';
export type {
  Device,
  Lease,
  LeaseOptions,
  LoadOptions,
  Port,
  Program,
  Programs,
  Runtime,
  RuntimeOptions,
  Tensors,
} from './types.ts';

/** Options of opening a runtime in a page. */
export interface WebRuntimeOptions extends RuntimeOptions {
  /**
   * The bytes of a file with a graph's weights, by its name in the graph: a File of the page or of its private file
   * system, or an array. A File is better: the runtime reads only the parts that it needs. Default: graphs contain all
   * their weights.
   */
  readonly weights?: (file: string) => Blob | Uint8Array | Promise<Blob | Uint8Array>;
  /**
   * Whether threads of wasm that wait for others keep their core busy. They go on sooner, but take time from whatever else
   * the machine does. Default: true.
   */
  readonly spinning?: boolean;
  /** Creates the worker, for bundlers that need this; it must run `photoguard/runtime/web-worker`. */
  readonly createWorker?: () => Worker;
  /** Seconds within which the worker must have fetched ONNX Runtime and started its threads. Default: 60. */
  readonly startSeconds?: number;
}

const START_SECONDS = 60;

// Bundlers look for exactly this expression.
const defaultWorker = (): Worker => new Worker(new URL('./web-worker.js', import.meta.url), { type: 'module' });

/**
 * Opens a runtime in a web worker. More than one thread needs a cross-origin isolated page (headers
 * `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: credentialless`).
 * @throws PhotoGuardError `device` if this browser lacks the device, or the worker fails or does not start in time; with
 *   a hint
 */
export async function openRuntime(options: WebRuntimeOptions = {}): Promise<Runtime> {
  const device = await chooseWebDevice(options.device ?? 'auto');
  const isolated = globalThis.crossOriginIsolated;
  const threads = isolated ? (options.threads ?? navigator.hardwareConcurrency) : 1;
  const worker = (options.createWorker ?? defaultWorker)();
  const client = new Client(
    {
      send: (envelope) => worker.postMessage(envelope),
      end: async () => worker.terminate(),
    },
    packForPage(device, threads, options),
    device,
    threads,
  );
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => client.receive(data));
  worker.addEventListener('error', ({ message }) =>
    client.fail(
      new PhotoGuardError('device', 'the worker that runs the model failed', { got: message || 'no reason' }),
    ),
  );
  worker.postMessage({ open: { device, threads } } satisfies OpenMessage);
  await start(client, options.startSeconds ?? START_SECONDS);
  return client;
}

// ONNX Runtime starts its threads when it first loads a graph. In a worker of another format than a module they never
// answer, and it waits for them forever without an error. So a graph is loaded here, within a time limit.
async function start(client: Client, seconds: number): Promise<void> {
  const g = new GraphBuilder();
  const x = g.input('x', 'float32', [1]);
  g.output('y', g.add(x, x));
  const late = new PhotoGuardError('device', `the worker that runs models did not start within ${seconds} s`, {
    hint:
      "the bundler must make it a module (Vite: worker: { format: 'es' }); if the network is slow, give openRuntime " +
      'more startSeconds',
  });
  const timer = setTimeout(() => client.fail(late), 1000 * seconds);
  try {
    await (await client.load(g.build())).release();
  } catch (error) {
    await client.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function packForPage(device: WebDevice, threads: number, { weights, strict, spinning }: WebRuntimeOptions) {
  return async (source: Graph): Promise<Request & { type: 'load' }> => {
    const graph = lower(source, device);
    const names = new Set<string>();
    for (const tensor of graph.initializers.values()) if (!isInline(tensor)) names.add(tensor.file);
    const files: WeightFile[] = [];
    for (const path of names) {
      if (!weights)
        throw new PhotoGuardError('input', `the graph needs weights of the file ${path}`, {
          hint: 'give openRuntime the option weights',
        });
      files.push({ path, data: await weights(path) });
    }
    return { type: 'load', model: writeOnnx(graph), device, threads, files, strict, spinning };
  };
}
