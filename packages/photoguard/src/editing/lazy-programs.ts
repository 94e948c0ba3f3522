// Programs that are loaded when they are first needed, and freed together or one by one: each holds its own copy of
// a model's weights.
import type { Graph } from 'onnx-grad';
import type { Program, Runtime } from '../runtime/index.ts';

/** Programs by name. */
export class LazyPrograms<Name extends string> {
  readonly #runtime: Runtime;
  readonly #graphs: (name: Name) => Graph;
  readonly #loaded = new Map<Name, Promise<Program>>();

  readonly #single: boolean;

  /** @param single whether loading a program frees the others first */
  constructor(runtime: Runtime, graphs: (name: Name) => Graph, single = false) {
    this.#runtime = runtime;
    this.#graphs = graphs;
    this.#single = single;
  }

  /** The program, loaded now if need be. @throws PhotoGuardError like {@link Runtime.load} */
  async get(name: Name, signal?: AbortSignal): Promise<Program> {
    const known = this.#loaded.get(name);
    if (known) return known;
    if (this.#single) await this.release();
    const loading = this.#runtime.load(this.#graphs(name), signal ? { signal } : {});
    this.#loaded.set(name, loading);
    return loading.catch((error: unknown) => {
      this.#loaded.delete(name);
      throw error;
    });
  }

  /** Frees the programs of some names, or all. */
  async release(...names: readonly Name[]): Promise<void> {
    for (const name of names.length > 0 ? names : [...this.#loaded.keys()]) {
      const loaded = this.#loaded.get(name);
      this.#loaded.delete(name);
      await (await loaded?.catch(() => undefined))?.release();
    }
  }
}
