// The only door to ONNX Runtime, in Node. Sessions live in a process of their own: nothing blocks the caller, a crash
// there is an error here, and its memory allocator can be told to give memory back (docs/decisions/0006).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, parse, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph } from 'onnx-grad';
import { isInline, lower, writeOnnx } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import { Client } from './client.ts';
import { chooseDevice } from './devices.ts';
import { HOST_ENVIRONMENT } from './host-environment.ts';
import type { Reply, Request } from './protocol.ts';
import type { Device, Runtime, RuntimeOptions } from './types.ts';

export { keptPrograms } from './kept-programs.ts';
export type { Device, LoadOptions, Port, Program, Runtime, RuntimeOptions, Tensors } from './types.ts';
export { PROCESS_BYTES } from './types.ts';

/** Devices of this installation. */
export async function listDevices(): Promise<Exclude<Device, 'auto'>[]> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  // What is not bundled (CUDA) is there only if its libraries were fetched when the package was installed.
  return listSupportedBackends()
    .filter(({ name, bundled }) => bundled || cudaWasFetched(name))
    .map(({ name }) => name as Exclude<Device, 'auto'>);
}

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
  const chosen = chooseDevice(device, device === 'cpu' ? ['cpu'] : await listDevices());
  const source = import.meta.url.endsWith('.ts');
  const host = fork(fileURLToPath(new URL(source ? './node-host.ts' : './node-host.js', import.meta.url)), {
    serialization: 'advanced',
    execArgv: source ? ['--conditions=source'] : [],
    env: { ...process.env, ...HOST_ENVIRONMENT },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const client = new Client(
    {
      send: (envelope) => void host.send(envelope, (error) => error && client.fail(hostGone(error.message))),
      hold: (waiting) => {
        if (waiting) host.channel?.ref();
        else host.channel?.unref();
      },
      end: async () => {
        if (host.exitCode !== null || host.signalCode !== null) return;
        host.ref(); // wait for its end, although nobody waits for an answer
        const gone = new Promise((resolve) => host.once('exit', resolve));
        host.kill('SIGKILL');
        await gone;
      },
    },
    packForFiles(chosen, threads ?? availableParallelism(), options),
    chosen,
    threads ?? availableParallelism(),
  );
  host.on('message', (reply) => client.receive(reply as Reply));
  host.on('error', (error) => client.fail(hostGone(error.message)));
  host.on('exit', (code, signal) => client.fail(hostGone(signal ?? `exit code ${code}`)));
  host.unref();
  host.channel?.unref();
  return client;
}

const hostGone = (got: string): PhotoGuardError =>
  got === 'SIGKILL'
    ? new PhotoGuardError('memory', 'the process that runs the model was killed', {
        hint: 'most often the system ran out of memory: try --memory or a smaller --size',
      })
    : new PhotoGuardError('device', 'the process that runs the model ended', { got });

// ONNX wants locations of weights relative to a folder; the root of the file system holds all of them.
function packForFiles(device: Exclude<Device, 'auto'>, threads: number, options: RuntimeOptions) {
  const { strict = false, plainConvolutions = false } = options;
  return (source: Graph): Request & { type: 'load' } => {
    const graph = lower(source, device);
    let root: string | undefined;
    const initializers = new Map(graph.initializers);
    for (const [value, tensor] of initializers) {
      if (isInline(tensor)) continue;
      root ??= parse(tensor.file).root;
      initializers.set(value, { ...tensor, file: relative(root, tensor.file).replaceAll('\\', '/') });
    }
    const model = writeOnnx({ ...graph, initializers }, { openBatch: true });
    return { type: 'load', model, device, threads, strict, plainConvolutions, ...(root !== undefined && { root }) };
  };
}
