// A runtime that keeps what was loaded. An evaluation builds the same attack for photo after photo; loading its programs
// takes seconds, knowing them again takes a hash of the graph, since weights are in it by reference.
import { createHash } from 'node:crypto';
import { type Graph, writeOnnx } from 'onnx-grad';
import type { LoadOptions, Program, Runtime } from './types.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * `runtime` with programs that stay until it is closed: equal graphs with the same resident tensors are loaded once, and
 * to release one does nothing. A caller's signal stops that caller's waiting; the load goes on for the others. For graphs
 * whose weights are in files.
 */
export function keptPrograms(runtime: Runtime): Runtime {
  const kept = new Map<string, Promise<Program>>();
  return {
    device: runtime.device,
    threads: runtime.threads,
    async load(graph, { resident, signal } = {}) {
      const key = keyOf(graph, resident);
      let loading = kept.get(key);
      if (!loading) {
        loading = runtime.load(graph, { ...(resident && { resident }) });
        kept.set(key, loading);
        loading.catch(() => kept.delete(key)); // the next caller tries again
      }
      return { ...(await unlessAborted(loading, signal)), release: async () => undefined };
    },
    write: (...given) => runtime.write(...given),
    read: (...given) => runtime.read(...given),
    peakBytes: () => runtime.peakBytes(),
    close: () => runtime.close(),
  };
}

const keyOf = (graph: Graph, resident: LoadOptions['resident'] = {}): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(resident).sort()))
    .update(writeOnnx(graph, { openBatch: true }))
    .digest('hex');
