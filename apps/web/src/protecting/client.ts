// The page's side of the worker: questions become promises.
import type { Answers, Ask, Failure, FromWorker, Step, ToWorker } from './messages.ts';

/** What came instead of an answer. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

interface Waiting {
  readonly resolve: (answer: Answers[Ask['kind']]) => void;
  readonly reject: (error: WorkError) => void;
  readonly onStep?: (step: Step) => void;
}

/** The worker. It is started by the first question, and again after it has died. */
export class WorkClient {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #count = 0;

  /** Asks. Firing the signal stops the work within one gradient. @throws WorkError */
  ask<A extends Ask>(
    ask: A,
    { signal, onStep }: { readonly signal?: AbortSignal; readonly onStep?: (step: Step) => void } = {},
  ): Promise<Answers[A['kind']]> {
    const id = ++this.#count;
    const worker = (this.#worker ??= this.#start());
    return new Promise<Answers[Ask['kind']]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, ...(onStep && { onStep }) });
      signal?.addEventListener('abort', () => worker.postMessage({ id, stop: true } satisfies ToWorker), {
        once: true,
      });
      try {
        worker.postMessage({ id, ask } satisfies ToWorker);
      } catch (error) {
        this.#waiting.delete(id); // what cannot be sent is never answered
        reject(
          new WorkError({ message: `the worker cannot be asked: ${error instanceof Error ? error.message : error}` }),
        );
      }
    }) as Promise<Answers[A['kind']]>;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener('error', ({ message }) => {
      worker.terminate();
      this.#worker = undefined;
      const error = new WorkError({ message: message || 'the worker ended without a reason' });
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return worker;
  }

  #receive({ id, step, answer, error }: FromWorker): void {
    const waiting = this.#waiting.get(id);
    if (step) {
      waiting?.onStep?.(step);
      return;
    }
    this.#waiting.delete(id);
    if (error) waiting?.reject(new WorkError(error));
    else if (answer) waiting?.resolve(answer);
  }
}
