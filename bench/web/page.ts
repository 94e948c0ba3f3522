// The page of bench/web.ts: a gradient through a surrogate whose files are below `network/`. Offers `measure` to whoever opens it.
import { blobSource, parseSurrogateConfig, readCheckpoint, SurrogateEncoder } from 'photoguard/models';
import { openRuntime } from 'photoguard/runtime/web';
import { timeGradients } from './gradients.ts';

const WEIGHTS = 'diffusion_pytorch_model.safetensors';

async function open(side: number, device: 'wasm' | 'webgpu', spinning: boolean): Promise<() => Promise<number>> {
  const [config, weights] = await Promise.all([fetch('network/config.json'), fetch(`network/${WEIGHTS}`)]);
  const blob = await weights.blob();
  const checkpoint = await readCheckpoint('network', [blobSource(WEIGHTS, blob)]);
  const surrogate = new SurrogateEncoder(parseSurrogateConfig(await config.json()), checkpoint);
  const runtime = await openRuntime({ device, threads: 2, spinning, weights: () => blob });
  return timeGradients(runtime, surrogate, side);
}

let opened: Promise<() => Promise<number>> | undefined;

/** Seconds of a gradient. */
async function measure(side: number, device: 'wasm' | 'webgpu', spinning: boolean): Promise<number> {
  opened ??= open(side, device, spinning);
  return (await opened)();
}

/** WebGPU's adapter, where there is one. */
async function adapter(): Promise<Adapter | undefined> {
  const found = await (navigator as { gpu?: Gpu }).gpu?.requestAdapter();
  if (!found) return undefined;
  const { vendor, architecture, description, isFallbackAdapter: software } = found.info;
  return { vendor, architecture, description, software };
}

type Adapter = Record<'vendor' | 'architecture' | 'description', string> & { readonly software: boolean };
/** The part of WebGPU that is used here. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly info: Omit<Adapter, 'software'> & { readonly isFallbackAdapter: boolean };
  } | null>;
}

/** What the contestant calls. */
export type Bench = { readonly measure: typeof measure; readonly adapter: typeof adapter };
Object.assign(globalThis, { bench: { measure, adapter } satisfies Bench });
