// What the rest of the library sees of a runtime: programs that take and return typed arrays, off the main thread.
import type { Graph, Shape, TypedArray } from 'onnx-grad';

/** Where programs run. `auto` is the best available device. */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'wasm' | 'auto';

/** Tensors by name, row-major. */
export type Tensors = Record<string, TypedArray>;

/** An input or output of a program. */
export interface Port {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
}

/** A graph on a device. */
export interface Program {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Runs the program. Feeds are copied; results are new arrays.
   * @throws PhotoGuardError `input` for a missing feed or one of the wrong size, `aborted` when the signal fires (at
   * once; the device finishes the step that it is in), `device` or `memory` when the device fails
   */
  run(feeds: Tensors, options?: { signal?: AbortSignal }): Promise<Tensors>;
  /** Frees the program. */
  release(): Promise<void>;
}

/** The programs that one user of a runtime has loaded. */
export interface Lease {
  /**
   * Runs a graph. It is loaded first if necessary and stays loaded until the lease is released. Passing the same graph
   * object again saves comparing it.
   * @throws PhotoGuardError like {@link Runtime.load} and {@link Program.run}
   */
  run(graph: Graph, feeds: Tensors, options?: { signal?: AbortSignal | undefined }): Promise<Tensors>;
  /** Releases the programs of some graphs, or of all. The lease can be used again. */
  release(...graphs: readonly Graph[]): Promise<void>;
}

/** Options of {@link Programs.lease}. */
export interface LeaseOptions {
  /** Bytes that the programs of this lease may take together; 0: one program at a time. Default: no limit. */
  readonly limit?: number | undefined;
}

/** Programs that several users of a runtime share: see program-store.ts. */
export interface Programs {
  /** A lease that holds nothing yet. */
  lease(options?: LeaseOptions): Lease;
  /**
   * Sets the bytes that all programs may take together. Within this budget, programs that no lease holds any more stay
   * loaded for the next one that needs them; beyond it, programs that are not running are freed, and loaded again when
   * they are run. 0: one program at a time. Undefined, the default: no limit, and programs that no lease holds are
   * freed at once.
   */
  limit(budget: number | undefined): Promise<void>;
  /** Frees all programs that are not running, whoever holds them. */
  clear(): Promise<void>;
}

/** Options of {@link Runtime.load}. */
export interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Inputs and outputs that are neither fed nor returned, by name: each is bound to a tensor of the given name that the
   * runtime keeps between runs, for all of its programs, until it is closed. Such tensors are float32 and initially
   * zeros; see {@link Runtime.write}. An output that is bound to the tensor of an input replaces it in place, so
   * nothing may read that input after the operator that makes the output, and that one must work element by element.
   * Default: none.
   */
  readonly resident?: Readonly<Record<string, string>>;
}

/** A device with programs on it. */
export interface Runtime {
  readonly device: Exclude<Device, 'auto'>;
  /** Threads that an operator may use. */
  readonly threads: number;
  /** Shared programs, loaded when they are run. */
  readonly programs: Programs;
  /**
   * Loads a program that is not shared.
   * @throws PhotoGuardError `device` when the device cannot run the graph, `aborted` when the signal fires
   */
  load(graph: Graph, options?: LoadOptions): Promise<Program>;
  /** Sets resident tensors. @throws PhotoGuardError `device` for a name or size that no program has bound */
  write(tensors: Tensors): Promise<void>;
  /** Copies of resident tensors. @throws PhotoGuardError `device` for a name that no program has bound */
  read(names: readonly string[]): Promise<Tensors>;
  /** Highest resident size so far of the process that runs the programs, in bytes; undefined if unknown. */
  peakBytes(): Promise<number | undefined>;
  /** Frees everything. After that, running its programs fails. */
  close(): Promise<void>;
}

/** Options of opening a runtime. */
export interface RuntimeOptions {
  /** Default: `auto`. */
  readonly device?: Device;
  /** Default: one per core; in Node what `PHOTOGUARD_THREADS` says. */
  readonly threads?: number;
  /** Refuse a graph if the device would leave some operators to the CPU. Default: false. */
  readonly strict?: boolean;
  /**
   * Convolutions without blocked layouts (CPU): slower, and they add in another order. For tests at the kinks of ReLU
   * networks, where rounding matters.
   */
  readonly plainConvolutions?: boolean;
}

/** Resident bytes of the process that runs programs, before it has any (measured on Linux): add it to a plan's bytes. */
export const PROCESS_BYTES = 120e6;

/** Bytes per pixel that a model sees: pictures and gradients on their way between the two processes (measured). */
export const EXCHANGED_BYTES = 100;
