// The programs of a runtime, identified by what they compute: equal graphs share one program. To run graphs, take a
// lease: it loads a program when it is first run and holds it until the lease is released. Without a budget, a program
// is freed when no lease holds it any more. Within a budget it stays loaded for the next lease that runs the same
// graph, so that photos of one size are planned and loaded once. If another program needs the memory, programs that are
// not running are freed, least recently used first, and loaded again when they are run. A store belongs to one runtime,
// and so to one device with its options; the precision is part of the graph. Programs with resident tensors are not
// shared: use `Runtime.load`.
import { type Graph, planMemory, writeOnnx } from 'onnx-grad';
import type { Lease, LeaseOptions, Program, Programs, Runtime } from './types.ts';
import { stopped, unlessAborted } from './unless-aborted.ts';

/** A program of the store. */
interface Entry {
  readonly key: string;
  readonly graph: Graph;
  /** Absent while it is being loaded. */
  program?: Program;
  readonly holders: Set<Lease>;
  /** Current and scheduled runs, during which it must not be freed. */
  running: number;
}

/** See the head of this file. */
export class ProgramStore implements Programs {
  readonly #runtime: Pick<Runtime, 'load'>;
  readonly #keys = new WeakMap<Graph, Promise<string>>();
  readonly #sizes = new WeakMap<Graph, number>();
  /** Ordered by last use. */
  readonly #entries = new Map<string, Entry>();
  #budget: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #unhashed = 0;

  constructor(runtime: Pick<Runtime, 'load'>) {
    this.#runtime = runtime;
  }

  async limit(budget: number | undefined): Promise<void> {
    this.#budget = budget;
    await this.#tidy();
  }

  async clear(): Promise<void> {
    for (const entry of [...this.#entries.values()]) await this.#free(entry);
  }

  /** See {@link Programs.lease}. */
  lease({ limit = Number.POSITIVE_INFINITY }: LeaseOptions = {}): Lease {
    const lease: Lease = {
      run: async (graph, feeds, { signal } = {}) => {
        const entry = await this.#take(lease, limit, graph, signal);
        try {
          return await entry.program!.run(feeds, signal ? { signal } : {});
        } finally {
          await this.#leave(entry);
        }
      },
      release: async (...graphs) => {
        const keys = new Set(await Promise.all(graphs.map((graph) => this.#makeKey(graph))));
        for (const entry of this.#entries.values())
          if (graphs.length === 0 || keys.has(entry.key)) entry.holders.delete(lease);
        await this.#tidy();
      },
    };
    return lease;
  }

  // The program of a graph, held by the lease and marked as running. Programs are loaded one by one, so that the memory
  // one frees is known before the next is loaded.
  async #take(lease: Lease, limit: number, graph: Graph, signal: AbortSignal | undefined): Promise<Entry> {
    const key = await this.#makeKey(graph);
    if (signal?.aborted) throw stopped();
    const entry = this.#entries.get(key) ?? { key, graph, holders: new Set(), running: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry); // now the most recently used
    entry.running++;
    entry.holders.add(lease);
    const ready = this.#turn.then(async () => {
      if (signal?.aborted) throw stopped();
      this.#dropBeyond(lease, limit);
      await this.#tidy();
      entry.program ??= await this.#runtime.load(graph);
    });
    this.#turn = ready.catch(() => undefined);
    try {
      await unlessAborted(ready, signal);
      return entry;
    } catch (error) {
      void this.#turn.then(() => this.#leave(entry)); // if only the caller has stopped, loading continues
      throw error;
    }
  }

  async #leave(entry: Entry): Promise<void> {
    entry.running--;
    if (!entry.program && entry.running === 0) this.#entries.delete(entry.key); // it could not be loaded
    await this.#tidy().catch(() => undefined); // the runtime is gone; the next request fails with that error
  }

  // Drops what a lease holds beyond its limit. The store may still keep it.
  #dropBeyond(lease: Lease, limit: number): void {
    const held = (): Entry[] => [...this.#entries.values()].filter(({ holders }) => holders.has(lease));
    for (const entry of held()) {
      if (this.#fit(held(), limit)) return;
      if (entry.running === 0) entry.holders.delete(lease);
    }
  }

  // Frees programs beyond the budget: first those that no lease holds, then the others.
  async #tidy(): Promise<void> {
    const budget = this.#budget;
    const all = [...this.#entries.values()];
    for (const entry of all.filter(({ holders }) => holders.size === 0))
      if (budget === undefined || !this.#fit([...this.#entries.values()], budget)) await this.#free(entry);
    if (budget === undefined) return;
    for (const entry of all) if (!this.#fit([...this.#entries.values()], budget)) await this.#free(entry);
  }

  async #free(entry: Entry): Promise<void> {
    if (this.#entries.get(entry.key) !== entry || !isIdle(entry)) return; // freed meanwhile, or running
    this.#entries.delete(entry.key);
    await entry.program!.release();
  }

  // One program may always stay.
  #fit(entries: readonly Entry[], limit: number): boolean {
    if (entries.length < 2 || limit === Number.POSITIVE_INFINITY) return true;
    return limit > 0 && entries.reduce((sum, { graph }) => sum + this.#planBytes(graph), 0) <= limit;
  }

  #planBytes(graph: Graph): number {
    const bytes = this.#sizes.get(graph) ?? planMemory(graph).bytes;
    this.#sizes.set(graph, bytes);
    return bytes;
  }

  #makeKey(graph: Graph): Promise<string> {
    const key = this.#keys.get(graph) ?? this.#contentKey(graph);
    this.#keys.set(graph, key);
    return key;
  }

  // A hash of the whole graph; weights are included by reference. A page without a secure context has no hashes, so
  // there only the same graph object counts as equal.
  async #contentKey(graph: Graph): Promise<string> {
    const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
    if (!subtle) return String(++this.#unhashed);
    const digest = new Uint8Array(await subtle.digest('SHA-256', writeOnnx(graph)));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

const isIdle = ({ program, running }: Entry): boolean => program !== undefined && running === 0;
