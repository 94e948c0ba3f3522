/*
 * A program that is loaded when it is first needed: a network may be made long before, or never be used.
 */
import { type Graph, planMemory } from 'onnx-grad';
import type { Program, Runtime, Tensors } from '../runtime/index.ts';

/** One program of a runtime. */
export class LazyProgram {
  readonly #runtime: Runtime;
  readonly #graph: () => Graph;
  #loading: Promise<Program> | undefined;

  constructor(runtime: Runtime, graph: () => Graph) {
    this.#runtime = runtime;
    this.#graph = graph;
  }

  /** Runs it, loaded now if need be. @throws PhotoGuardError like {@link Runtime.load} and {@link Program.run} */
  async run(feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    const options = signal ? { signal } : {};
    this.#loading ??= this.#runtime.load(this.#graph(), options).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return (await this.#loading).run(feeds, options);
  }

  /** Bytes that it is expected to take. */
  plannedBytes(): number {
    return planMemory(this.#graph()).bytes;
  }

  /** Frees it; the next run loads it anew. */
  async release(): Promise<void> {
    const loading = this.#loading;
    this.#loading = undefined;
    await (await loading?.catch(() => undefined))?.release();
  }
}
