// Which devices this build of ONNX Runtime has, and what to do if one is missing.
import { PhotoGuardError } from '../../errors.ts';
import type { Device } from '../types.ts';
import { GET_NATIVE } from './builds.ts';

/** What to do if a device is missing. */
const HINTS: Readonly<Record<Exclude<Device, 'auto'>, string>> = Object.freeze({
  cpu: `it needs the native runtime: ${GET_NATIVE}; or use --device wasm`,
  webgpu: 'it needs a graphics driver (Linux: Vulkan and the package libvulkan1); or use --device cpu',
  cuda: 'reinstall onnxruntime-node with ONNXRUNTIME_NODE_INSTALL=cuda12 on Linux x64 (docs/devices.md); or use --device cpu',
  dml: 'DirectML is part of the Windows build only; or use --device cpu',
  coreml: 'CoreML is part of the macOS build only; or use --device cpu',
  wasm: 'it is part of this package: install again',
});

/** Devices that `auto` chooses from, the best first. WebGPU is not among them, because it may be a software driver. */
const PREFERRED = ['cuda', 'dml', 'coreml', 'cpu', 'wasm'] as const;

/**
 * The device to use, given the names that the build supports.
 * @throws PhotoGuardError `device` with a hint where the build lacks the wanted one
 */
export function chooseDevice(wanted: Device, supported: readonly string[]): Exclude<Device, 'auto'> {
  if (wanted === 'auto') return PREFERRED.find((device) => supported.includes(device)) ?? 'cpu';
  if (supported.includes(wanted)) return wanted;
  throw new PhotoGuardError('device', `this installation has no device ${wanted}`, {
    got: `devices: ${supported.join(', ')}`,
    hint: HINTS[wanted],
  });
}
