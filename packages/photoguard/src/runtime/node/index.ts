// The only access to ONNX Runtime in Node. Sessions are in a separate process: nothing blocks the caller, a crash
// becomes an error, and the allocator can be configured to return memory (docs/decisions/0006).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph } from 'onnx-grad';
import { isInline, lower, writeOnnx } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import { Client } from '../client.ts';
import { HOST_ENVIRONMENT } from '../host-environment.ts';
import type { Reply, Request, WeightFile } from '../protocol.ts';
import type { Device, Runtime, RuntimeOptions } from '../types.ts';
import { GET_NATIVE, hasNative, nativeBuild } from './builds.ts';
import { chooseDevice } from './devices.ts';
import { defaultThreads } from './threads.ts';

export type {
  Device,
  Lease,
  LoadOptions,
  Port,
  Program,
  Programs,
  Runtime,
  RuntimeOptions,
  Tensors,
} from '../types.ts';

/** Devices of this installation. The wasm build is included, the others need the native one. */
export async function listDevices(): Promise<Exclude<Device, 'auto'>[]> {
  const native = await nativeBuild();
  if (!('build' in native)) return ['wasm'];
  // CUDA is not bundled: it is available only if its libraries were downloaded when the package was installed.
  const backends = native.build.listSupportedBackends().filter(({ name, bundled }) => bundled || cudaWasFetched(name));
  return [...backends.map(({ name }) => name as Exclude<Device, 'auto'>), 'wasm'];
}

/**
 * A note on the device that a choice leads to: undefined, or that only the slow build is available and how to change
 * that.
 */
export async function deviceNote(device: string = 'auto'): Promise<string | undefined> {
  if (device !== 'auto') return undefined;
  const native = await nativeBuild();
  if ('build' in native) return undefined;
  return `computes with WebAssembly, several times slower than the native runtime: ${native.why}; to get it: ${GET_NATIVE}`;
}

// Does not load the native build, which costs memory and time.
const alwaysThere = (device: Device): boolean => device === 'wasm' || (device === 'cpu' && hasNative());

function cudaWasFetched(name: string): boolean {
  if (name !== 'cuda') return false;
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(entry), `../bin/napi-v6/${process.platform}/${process.arch}`);
  return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
}

/**
 * Opens a runtime on a device.
 * @throws PhotoGuardError `device` where this installation lacks the device, with a hint
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { device = 'auto', threads } = options;
  const chosen = chooseDevice(device, alwaysThere(device) ? [device] : await listDevices());
  const count = threads ?? defaultThreads();
  const source = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(source ? './host.ts' : './host.js', import.meta.url));
  const host = fork(file, [String(process.pid), chosen, String(count)], {
    serialization: 'advanced',
    execArgv: source ? ['--conditions=source'] : [],
    env: { ...process.env, ...HOST_ENVIRONMENT },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const client = new Client(
    {
      send: (envelope) => void host.send(envelope, (error) => error && client.fail(hostGone(error.message))),
      hold: (waiting) => {
        if (waiting) host.channel?.ref?.();
        else host.channel?.unref?.();
      },
      end: async () => {
        if (host.exitCode !== null || host.signalCode !== null) return;
        host.ref(); // wait for it to end, although no reply is pending
        const gone = new Promise((resolve) => host.once('exit', resolve));
        host.kill('SIGKILL');
        await gone;
      },
    },
    packForFiles(chosen, count, options),
    chosen,
    count,
  );
  host.on('message', (reply) => client.receive(reply as Reply));
  host.on('error', (error) => client.fail(hostGone(error.message)));
  host.on('exit', (code, signal) => client.fail(hostGone(signal ?? `exit code ${code}`)));
  host.unref();
  host.channel?.unref?.(); // Bun's channel has neither: it ends with close()
  return client;
}

const hostGone = (got: string): PhotoGuardError =>
  got === 'SIGKILL'
    ? new PhotoGuardError('memory', 'the process that runs the model was killed', {
        hint: 'most often the system ran out of memory: try --memory or a smaller --size',
      })
    : new PhotoGuardError('device', 'the process that runs the model ended', { got });

// ONNX needs locations of weights relative to a folder; the root of the file system contains all of them. The wasm
// build has no folder: it gets the files by name.
function packForFiles(device: Exclude<Device, 'auto'>, threads: number, options: RuntimeOptions) {
  const { strict = false, plainConvolutions = false } = options;
  return (source: Graph): Request & { type: 'load' } => {
    const graph = lower(source, device);
    let root: string | undefined;
    const files = new Map<string, WeightFile>();
    const initializers = new Map(graph.initializers);
    for (const [value, tensor] of initializers) {
      if (isInline(tensor)) continue;
      root ??= parse(tensor.file).root;
      const path = relative(root, tensor.file).replaceAll(sep, '/'); // elsewhere a backslash is part of a name
      initializers.set(value, { ...tensor, file: path });
      files.set(path, { path, data: tensor.file });
    }
    const model = writeOnnx({ ...graph, initializers }, { openBatch: true });
    const weights = device === 'wasm' ? { files: [...files.values()] } : root !== undefined && { root };
    return { type: 'load', model, device, threads, strict, plainConvolutions, ...weights };
  };
}
