// What all photos share: the networks, and the runtime that computes their gradients. Made for the first photo, so that a
// page that is only looked at fetches neither.
import { listDevices, openRuntime, type Runtime } from 'photoguard/runtime/web';
import { loadNetworks, type Networks } from './networks.ts';
import type { OnShare } from './page-file.ts';

/** See the head of this file. */
export interface Engine {
  readonly networks: Networks;
  readonly runtime: Runtime;
}

/** Bytes of programs that stay loaded for photos of the same size. */
const KEPT_BYTES = 1.2e9;

let opened: Promise<Engine> | undefined;
let device: 'auto' | 'wasm' = 'auto';
let running: 'webgpu' | 'wasm' | undefined;

/** The engine. @throws PhotoGuardError where it cannot be had; then it is tried anew */
export function openEngine(onShare: OnShare): Promise<Engine> {
  opened ??= open(onShare).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(onShare: OnShare): Promise<Engine> {
  const networks = await loadNetworks(onShare);
  running = device === 'auto' ? (await listDevices())[0]!.device : device; // known even where it cannot be opened
  const runtime = await openRuntime({ device: running, weights: (file) => networks.files.get(file)! });
  await runtime.programs.limit(KEPT_BYTES);
  return { networks, runtime };
}

/** Ends it, so that the next photo has a new one. */
export async function closeEngine(): Promise<void> {
  const closing = opened;
  opened = undefined;
  await (await closing?.catch(() => undefined))?.runtime.close();
}

/** Where the last photo was computed: `webgpu` or `wasm`. */
export const lastDevice = (): string | undefined => running;

/** Ends it, and does without the graphics card from now on. */
export async function leaveCard(): Promise<void> {
  device = 'wasm';
  await closeEngine();
}
