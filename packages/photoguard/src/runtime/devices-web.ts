// Which devices a browser has: wasm always, WebGPU where there is an adapter. A software adapter is used only on
// request: it computes on the CPU, many times slower than wasm.
import { PhotoGuardError } from '../errors.ts';
import type { Device } from './types.ts';

/** Devices of a browser. */
export type WebDevice = 'wasm' | 'webgpu';

/** A device, and why it cannot be used if it cannot. */
export interface DeviceStatus {
  readonly device: WebDevice;
  readonly available: boolean;
  /** A software adapter: correct, but slower than wasm; `auto` does not choose it. */
  readonly software?: boolean;
  readonly why?: string;
}

/** The part of the browser's WebGPU that is used here; tests replace it. */
export interface GpuEntry {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

const gpuOfBrowser = (): GpuEntry | undefined => (navigator as { gpu?: GpuEntry }).gpu;

/** The devices of this browser, the best first. */
export async function listDevices(gpu: GpuEntry | undefined = gpuOfBrowser()): Promise<DeviceStatus[]> {
  const wasm: DeviceStatus = { device: 'wasm', available: true };
  if (!gpu) return [wasm, { device: 'webgpu', available: false, why: 'this browser or page has no WebGPU' }];
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return [wasm, { device: 'webgpu', available: false, why: 'WebGPU finds no graphics adapter' }];
  if (adapter.info?.isFallbackAdapter) return [wasm, { device: 'webgpu', available: true, software: true }];
  return [{ device: 'webgpu', available: true }, wasm];
}

/** The device to use. @throws PhotoGuardError `device` with a hint where the browser lacks the wanted one */
export async function chooseWebDevice(wanted: Device, gpu?: GpuEntry): Promise<WebDevice> {
  const devices = await listDevices(gpu);
  if (wanted === 'auto') return devices[0]!.device;
  const found = devices.find(({ device }) => device === wanted);
  if (found?.available) return found.device;
  throw new PhotoGuardError('device', `this browser has no device ${wanted}`, {
    ...(found?.why !== undefined && { got: found.why }),
    hint: wanted === 'webgpu' ? 'it needs https or localhost and a current browser; or use wasm' : 'use webgpu or wasm',
  });
}
