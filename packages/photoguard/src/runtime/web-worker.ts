// The worker that owns the sessions in a browser. The first message says which build of ONNX Runtime to load: the plain
// wasm one, or one with WebGPU (with JSPI if the browser has it: weights then stream from their File).
import type { Engine } from './host.ts';
import { serve } from './host.ts';
import type { Envelope, Reply } from './protocol.ts';

/** The first message to the worker. */
export interface OpenMessage {
  readonly open: { readonly device: 'wasm' | 'webgpu'; readonly threads: number };
}

/** The part of a worker's global scope that is used here. */
interface Scope {
  readonly name: string;
  postMessage(message: Reply, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<OpenMessage | Envelope>) => void): void;
}

async function openEngine({ device, threads }: OpenMessage['open']): Promise<Engine> {
  const ort =
    device === 'wasm'
      ? await import('onnxruntime-web/wasm')
      : 'Suspending' in WebAssembly
        ? await import('onnxruntime-web/jspi')
        : await import('onnxruntime-web/webgpu');
  ort.env.wasm.numThreads = threads;
  let card: Card | undefined;
  let lost: Promise<never> | undefined;
  return {
    create: async (model, options) => {
      const session = await ort.InferenceSession.create(model, options);
      const now = device === 'wasm' ? undefined : ((await ort.env.webgpu.device) as Card);
      if (now && now !== card)
        lost = now.lost.then(({ message }) => {
          throw lossError(message);
        });
      lost?.catch(() => undefined); // told with every run
      card = now;
      return session;
    },
    ...(device !== 'wasm' && { lost: () => lost ?? new Promise<never>(() => undefined) }),
    Tensor: ort.Tensor,
    fillsOutputs: false,
    peakBytes: () => undefined,
  };
}

/** The part of a WebGPU device that is used here. */
interface Card {
  readonly lost: Promise<{ readonly message: string }>;
}

const lossError = (message: string): Error => new Error(`the graphics card was lost: ${message || 'no reason'}`);

// Results are transferred without a copy if an array has its own buffer.
function transferable({ answer }: Reply): ArrayBuffer[] {
  if (!answer || !('results' in answer)) return [];
  return Object.values(answer.results as Record<string, Uint8Array>).flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}

const scope = globalThis as unknown as Scope;
// ONNX Runtime starts this file again for each of its own threads, which handle their own messages.
if (!scope.name.startsWith('em-pthread')) {
  let opened: Promise<(envelope: Envelope) => void> | undefined;
  scope.addEventListener('message', ({ data }) => {
    if ('open' in data) {
      opened = openEngine(data.open).then((engine) =>
        serve(engine, (reply) => scope.postMessage(reply, transferable(reply))),
      );
      opened.catch(() => undefined); // reported with every reply
      return;
    }
    opened?.then(
      (handle) => handle(data),
      (error: unknown) => scope.postMessage({ id: data.id, error: `ONNX Runtime did not start: ${error}` }, []),
    );
  });
}
