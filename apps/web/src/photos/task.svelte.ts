// One question to the worker, as a part of the page shows it: asked, under way, answered or failed; it can be stopped.
import { type WorkClient, WorkError } from '../protecting/client.ts';
import type { Answers, Ask, Failure, Step } from '../protecting/messages.ts';

/** See the head of this file. */
export class Task<A extends Ask> {
  readonly #client: WorkClient;
  answer = $state.raw<Answers[A['kind']]>();
  failure = $state.raw<Failure>();
  step = $state.raw<Step>();
  #stop = $state.raw<AbortController>();

  constructor(client: WorkClient) {
    this.#client = client;
  }

  /** Whether it is under way. */
  get running(): boolean {
    return this.#stop !== undefined;
  }

  /** Asks; what was asked before is stopped. */
  async ask(ask: A): Promise<void> {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    [this.answer, this.failure, this.step] = [undefined, undefined, undefined];
    try {
      const answer = await this.#client.ask(ask, {
        signal: stop.signal,
        onStep: (step) => {
          if (this.#stop === stop) this.step = step;
        },
      });
      if (this.#stop === stop) this.answer = answer;
    } catch (error) {
      if (!(error instanceof WorkError)) throw error;
      if (this.#stop === stop && error.failure.code !== 'aborted') this.failure = error.failure;
    } finally {
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  /** Stops within one gradient, or one step of an edit. */
  stop(): void {
    this.#stop?.abort();
  }
}
