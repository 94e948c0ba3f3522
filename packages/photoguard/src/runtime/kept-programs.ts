// A runtime that keeps what was loaded. An evaluation builds the same attack for photo after photo; loading its programs
// takes seconds, knowing them again takes a hash of the graph, since weights are in it by reference.
import { createHash } from 'node:crypto';
import { type Graph, writeOnnx } from 'onnx-grad';
import type { Program, Runtime } from './types.ts';

/**
 * `runtime` with programs that stay until it is closed: equal graphs are loaded once, and to release one does nothing.
 * For graphs whose weights are in files.
 */
export function keptPrograms(runtime: Runtime): Runtime {
  const kept = new Map<string, Promise<Program>>();
  return {
    device: runtime.device,
    threads: runtime.threads,
    async load(graph, options = {}) {
      const key = keyOf(graph);
      const loading = kept.get(key) ?? runtime.load(graph, options);
      kept.set(key, loading);
      try {
        return { ...(await loading), release: async () => undefined };
      } catch (error) {
        kept.delete(key);
        throw error;
      }
    },
    write: (...given) => runtime.write(...given),
    read: (...given) => runtime.read(...given),
    peakBytes: () => runtime.peakBytes(),
    close: () => runtime.close(),
  };
}

const keyOf = (graph: Graph): string =>
  createHash('sha256')
    .update(writeOnnx(graph, { openBatch: true }))
    .digest('hex');
