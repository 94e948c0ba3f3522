// The programs of a runtime, known by what they compute: equal graphs are one program, whoever runs them. Who runs graphs
// takes a lease, which loads a program when it is first run and holds it until the lease is released. Without a budget a
// program goes when nobody holds it any more. Within a budget it stays for whoever runs that graph next, so that photos of
// one size are planned and loaded once; where another program needs the room, what is not running goes, least recently
// used first, and what is held but was freed is loaded again when it is run. A store belongs to one runtime, so to one
// device and its options; precision is in the graph. Programs with resident tensors are not for sharing: `Runtime.load`.
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
  /** Runs that are going on or about to begin: it must not be freed. */
  running: number;
}

/** See the head of this file. */
export class ProgramStore implements Programs {
  readonly #runtime: Pick<Runtime, 'load'>;
  readonly #keys = new WeakMap<Graph, Promise<string>>();
  readonly #sizes = new WeakMap<Graph, number>();
  /** In the order of their last use. */
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

  // The program of a graph, held by the lease and marked as running. Programs are loaded one after the other: what one
  // frees to make room is gone before the next looks.
  async #take(lease: Lease, limit: number, graph: Graph, signal: AbortSignal | undefined): Promise<Entry> {
    const key = await this.#makeKey(graph);
    if (signal?.aborted) throw stopped();
    const entry = this.#entries.get(key) ?? { key, graph, holders: new Set(), running: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry); // now it is the last one used
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
      void this.#turn.then(() => this.#leave(entry)); // where only the caller has stopped, the load goes on
      throw error;
    }
  }

  async #leave(entry: Entry): Promise<void> {
    entry.running--;
    if (!entry.program && entry.running === 0) this.#entries.delete(entry.key); // it could not be loaded
    await this.#tidy().catch(() => undefined); // the runtime is gone, and whoever asks it next is told so
  }

  // Lets go of what a lease holds beyond its limit. The store may keep it all the same.
  #dropBeyond(lease: Lease, limit: number): void {
    const held = (): Entry[] => [...this.#entries.values()].filter(({ holders }) => holders.has(lease));
    for (const entry of held()) {
      if (this.#fit(held(), limit)) return;
      if (entry.running === 0) entry.holders.delete(lease);
    }
  }

  // Frees what has no right to stay: what nobody holds first, then what is held.
  async #tidy(): Promise<void> {
    const budget = this.#budget;
    const all = [...this.#entries.values()];
    for (const entry of all.filter(({ holders }) => holders.size === 0))
      if (budget === undefined || !this.#fit([...this.#entries.values()], budget)) await this.#free(entry);
    if (budget === undefined) return;
    for (const entry of all) if (!this.#fit([...this.#entries.values()], budget)) await this.#free(entry);
  }

  async #free(entry: Entry): Promise<void> {
    if (this.#entries.get(entry.key) !== entry || !isIdle(entry)) return; // someone was faster, or runs it
    this.#entries.delete(entry.key);
    await entry.program!.release();
  }

  // A single program may always be there.
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

  // A hash of everything in the graph; weights are in it by reference. A page without a secure context has no hashes, and
  // there each graph is known by itself alone.
  async #contentKey(graph: Graph): Promise<string> {
    const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
    if (!subtle) return String(++this.#unhashed);
    const digest = new Uint8Array(await subtle.digest('SHA-256', writeOnnx(graph, { openBatch: true })));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

const isIdle = ({ program, running }: Entry): boolean => program !== undefined && running === 0;
