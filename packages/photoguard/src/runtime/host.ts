// The other end of a runtime: holds ONNX Runtime's sessions and answers requests, one after the other.
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Answer, Envelope, Reply, Request } from './protocol.ts';
import type { Tensors } from './types.ts';

/** What a host needs of ONNX Runtime, whichever build it is. */
export interface Engine {
  create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  readonly Tensor: typeof Tensor;
  /** Highest resident size so far, in bytes. */
  peakBytes(): number | undefined;
}

/**
 * What ONNX Runtime must not do to any graph. Graphs here recompute on purpose, so it must not merge equal nodes; and
 * slices of a large tensor must not become one Split, which would hold all of them at once.
 */
const UNWANTED = ['CommonSubexpressionElimination', 'GatherSliceToSplitFusion'];

/** On WebGPU it forgets padding that it has fused into a convolution of size 1 (onnx-grad, lower/conv.ts). */
const UNWANTED_ON_WEBGPU = [...UNWANTED, 'Pad_Fusion'];

/** Answers requests in their order. */
export function serve(engine: Engine, send: (reply: Reply) => void): (envelope: Envelope) => void {
  const sessions = new Map<number, InferenceSession>();
  let count = 0;
  let queue: Promise<void> = Promise.resolve();

  async function answer(request: Request): Promise<Answer> {
    switch (request.type) {
      case 'load': {
        const session = await engine.create(request.model, sessionOptions(request));
        sessions.set(++count, session);
        return { program: count };
      }
      case 'run': {
        const session = sessions.get(request.program);
        if (!session) throw new Error('the program was released');
        return { results: await run(engine, session, request) };
      }
      case 'release': {
        const session = sessions.get(request.program);
        sessions.delete(request.program);
        await session?.release();
        return {};
      }
      case 'peak':
        return { bytes: engine.peakBytes() };
    }
  }

  return ({ id, request }) => {
    queue = queue.then(async () => {
      try {
        send({ id, answer: await answer(request) });
      } catch (error) {
        send({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  };
}

function sessionOptions(request: Request & { type: 'load' }): InferenceSession.SessionOptions {
  const { device, threads, root, files, strict } = request;
  const alone = strict || device === 'cpu' || device === 'wasm';
  const session = {
    force_spinning_stop: '1',
    ...(root && { model_external_initializers_file_folder_path: root }),
    ...(strict && device !== 'cpu' && device !== 'wasm' && { disable_cpu_ep_fallback: '1' }),
  };
  const unwanted = device === 'webgpu' ? UNWANTED_ON_WEBGPU : UNWANTED;
  return {
    executionProviders: alone ? [device] : [device, 'cpu'],
    intraOpNumThreads: threads,
    executionMode: 'sequential',
    enableMemPattern: false,
    graphOptimizationLevel: request.plainConvolutions ? 'extended' : 'all',
    logSeverityLevel: 3,
    ...(files && { externalData: files.map(({ path, data }) => ({ path, data })) }),
    extra: { session, optimization: { disable_specified_optimizers: unwanted.join(';') } },
  };
}

async function run(
  engine: Engine,
  session: InferenceSession,
  { feeds, ports }: Request & { type: 'run' },
): Promise<Tensors> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, dtype, shape } of ports)
    tensors[name] = new engine.Tensor(dtype as 'float32', feeds[name] as Float32Array, shape);
  const results = await session.run(tensors);
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Tensors[string]]));
}
