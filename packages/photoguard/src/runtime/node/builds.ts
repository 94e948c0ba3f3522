// The two builds of ONNX Runtime that run in Node: the native one (onnxruntime-node, an optional dependency that npm
// skips if it cannot be installed), and the included wasm build, several times slower (docs/decisions/0014).
import { createRequire } from 'node:module';
import type * as Common from 'onnxruntime-common';

type Native = typeof import('onnxruntime-node');

/**
 * Command that installs the native build, for hints. It skips the CUDA libraries, which are not downloaded from npm.
 */
export const GET_NATIVE = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0';

/** Whether the native build is installed. {@link nativeBuild} finds out whether this system can load it. */
export function hasNative(): boolean {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
}

/** The native build, or why it cannot be used. */
export async function nativeBuild(): Promise<{ readonly build: Native } | { readonly why: string }> {
  try {
    return { build: await import('onnxruntime-node') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const absent = code === 'ERR_MODULE_NOT_FOUND' && message.includes('onnxruntime-node');
    return { why: absent ? 'onnxruntime-node is not installed' : message.split('\n')[0]! };
  }
}

/** The wasm build, with its threads. */
export async function wasmBuild(threads: number): Promise<typeof Common> {
  // In the sources this is onnxruntime-web, in the package the copy that scripts/copy-wasm.ts makes.
  const name = '#onnxruntime-wasm';
  const build = (await import(name)) as typeof Common;
  build.env.wasm.numThreads = threads;
  return build;
}
