// The other end of a runtime: it owns ONNX Runtime's sessions and answers requests one by one.
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Answer, Envelope, Reply, Request, ResidentPort } from './protocol.ts';
import type { Tensors } from './types.ts';

/** What a host needs from any build of ONNX Runtime. */
export interface Engine {
  create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  readonly Tensor: typeof Tensor;
  /** Whether it writes into the output tensors passed to it; the builds for the web leave them unchanged. */
  readonly fillsOutputs: boolean;
  /** Highest resident size so far, in bytes. */
  peakBytes(): number | undefined;
  /**
   * Rejects when the device of the sessions that were made last is gone: ONNX Runtime may then wait for it forever. It lets the
   * device go itself with the last session, and opens another for the next. Default: it stays.
   */
  readonly lost?: () => Promise<never>;
}

/**
 * Optimizations that ONNX Runtime must not apply. Graphs here recompute on purpose, so it must not merge equal nodes;
 * and slices of a large tensor must not become one Split, which would hold all of them at once.
 */
const UNWANTED = ['CommonSubexpressionElimination', 'GatherSliceToSplitFusion'];

/** On WebGPU it loses padding that it fuses into a convolution of size 1 (onnx-grad, lower/conv.ts). */
const UNWANTED_ON_WEBGPU = [...UNWANTED, 'Pad_Fusion'];

/** Answers requests in their order. */
export function serve(engine: Engine, send: (reply: Reply) => void): (envelope: Envelope) => void {
  const programs = new Map<number, HostedProgram>();
  const residents = new Map<string, Tensor>();
  let count = 0;
  let queue: Promise<void> = Promise.resolve();

  async function answer(request: Request): Promise<Answer> {
    switch (request.type) {
      case 'load': {
        const session = await engine.create(request.model, sessionOptions(request));
        for (const { tensor, shape } of request.residents ?? []) reside(engine, residents, tensor, shape);
        programs.set(++count, { session, ports: request.residents ?? [] });
        return { program: count };
      }
      case 'run': {
        const program = programs.get(request.program);
        if (!program) throw new Error('the program was released');
        return { results: await run(engine, program, residents, request) };
      }
      case 'write':
        for (const [name, data] of Object.entries(request.tensors)) {
          const kept = findResident(residents, name);
          if (kept.length !== data.length) throw new Error(`the tensor ${name} has ${kept.length} elements`);
          kept.set(data as Float32Array);
        }
        return {};
      case 'read':
        return {
          results: Object.fromEntries(request.names.map((name) => [name, findResident(residents, name).slice()])),
        };
      case 'release': {
        const program = programs.get(request.program);
        programs.delete(request.program);
        await program?.session.release();
        return {};
      }
      case 'peak':
        return { bytes: engine.peakBytes() };
    }
  }

  return ({ id, request }) => {
    queue = queue.then(async () => {
      try {
        const answered = answer(request);
        const lost = request.type === 'run' ? engine.lost?.() : undefined;
        send({ id, answer: await (lost ? Promise.race([answered, lost]) : answered) });
      } catch (error) {
        send({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  };
}

function sessionOptions(request: Request & { type: 'load' }): InferenceSession.SessionOptions {
  const { device, threads, root, files, strict, spinning } = request;
  const alone = strict || device === 'cpu' || device === 'wasm';
  const session = {
    force_spinning_stop: '1',
    ...(spinning === false && { intra_op: { allow_spinning: '0' } }),
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
    logSeverityLevel: 4, // errors are thrown, too; the log would print names from a model's file as they are
    ...(files && { externalData: files.map(({ path, data }) => ({ path, data })) }),
    extra: { session, optimization: { disable_specified_optimizers: unwanted.join(';') } },
  };
}

interface HostedProgram {
  readonly session: InferenceSession;
  readonly ports: readonly ResidentPort[];
}

function reside(engine: Engine, residents: Map<string, Tensor>, name: string, shape: readonly number[]): void {
  const known = residents.get(name);
  const size = shape.reduce((product, n) => product * n, 1);
  if (known && known.size !== size) throw new Error(`the tensor ${name} has ${known.size} elements, not ${size}`);
  if (!known) residents.set(name, new engine.Tensor('float32', new Float32Array(size), shape));
}

function findResident(residents: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  const tensor = residents.get(name);
  if (!tensor) throw new Error(`there is no tensor ${name}`);
  return tensor.data as Float32Array;
}

async function run(
  engine: Engine,
  { session, ports: bound }: HostedProgram,
  residents: ReadonlyMap<string, Tensor>,
  { feeds, ports }: Request & { type: 'run' },
): Promise<Tensors> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, dtype, shape } of ports)
    tensors[name] = new engine.Tensor(dtype as 'float32', feeds[name] as Float32Array, shape);
  // Bound outputs are written to their tensor; the others, null here, are allocated.
  const fetches: Record<string, Tensor | null> = Object.fromEntries(session.outputNames.map((name) => [name, null]));
  for (const { name, tensor, output } of bound)
    if (!output || engine.fillsOutputs) (output ? fetches : tensors)[name] = residents.get(tensor)!;
  const results = await session.run(tensors, fetches);
  if (!engine.fillsOutputs)
    for (const { name, tensor, output } of bound)
      if (output) findResident(residents, tensor).set(results[name]!.data as Float32Array);
  const isBound = new Set(bound.map(({ name }) => name));
  const made = Object.entries(results).filter(([name]) => !isBound.has(name));
  return Object.fromEntries(made.map(([name, tensor]) => [name, tensor.data as Tensors[string]]));
}
