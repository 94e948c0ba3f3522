// A runtime over a channel to a host: it numbers requests, matches replies, and turns the host's failures into errors.
import type { Graph, TypedArray } from 'onnx-grad';
import { sizeOf } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import { ProgramStore } from './program-store.ts';
import type { Answer, Envelope, Reply, Request, ResidentPort } from './protocol.ts';
import type { Device, LoadOptions, Port, Program, Runtime, Tensors } from './types.ts';
import { stopped } from './unless-aborted.ts';

/** A way to a host. */
export interface Channel {
  send(envelope: Envelope): void;
  /** Whether a reply is pending: an idle host must not keep a program from ending. */
  hold?(waiting: boolean): void;
  /** Ends the host. */
  end(): Promise<void>;
}

/** How a graph is sent to a kind of host. */
export type Packer = (graph: Graph) => Promise<Request & { type: 'load' }> | (Request & { type: 'load' });

/** A {@link Runtime} over a channel. The channel's owner calls {@link receive} and {@link fail}. */
export class Client implements Runtime {
  readonly device: Exclude<Device, 'auto'>;
  readonly threads: number;
  readonly programs = new ProgramStore(this);
  readonly #channel: Channel;
  readonly #pack: Packer;
  readonly #pending = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #count = 0;
  #failure: Error | undefined;

  constructor(channel: Channel, pack: Packer, device: Exclude<Device, 'auto'>, threads: number) {
    this.#channel = channel;
    this.#pack = pack;
    this.device = device;
    this.threads = threads;
  }

  /** Takes a reply from the host. */
  receive({ id, answer, error }: Reply): void {
    const waiting = this.#pending.get(id);
    this.#forget(id);
    // The caller that asked for this program has stopped: nothing else would free it.
    if (!waiting && answer && 'program' in answer && answer.program !== undefined)
      this.#channel.send({ id: ++this.#count, request: { type: 'release', program: answer.program } });
    if (error === undefined) waiting?.resolve(answer ?? {});
    else waiting?.reject(deviceError(error, this.device));
  }

  /** The host is gone: all pending and later requests fail. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }

  async load(graph: Graph, { signal, resident = {} }: LoadOptions = {}): Promise<Program> {
    const allInputs: Port[] = graph.inputs.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    const allOutputs: Port[] = graph.outputs.map(({ name, value: { dtype, shape } }) => ({ name, dtype, shape }));
    const residents = residentPorts(allInputs, allOutputs, resident);
    const request = await this.#pack(graph);
    const answer = (await this.#ask(residents.length > 0 ? { ...request, residents } : request, signal)) as {
      program: number;
    };
    const [inputs, outputs] = [allInputs, allOutputs].map((ports) =>
      ports.filter(({ name }) => !Object.hasOwn(resident, name)),
    ) as [Port[], Port[]];
    return {
      inputs,
      outputs,
      run: async (feeds, options = {}) => {
        for (const port of inputs) checkFeed(port, Object.hasOwn(feeds, port.name) ? feeds[port.name] : undefined);
        const needed = Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]!]));
        const request: Request = { type: 'run', program: answer.program, feeds: needed, ports: inputs };
        return ((await this.#ask(request, options.signal)) as { results: Tensors }).results;
      },
      release: async () => {
        if (!this.#failure) await this.#ask({ type: 'release', program: answer.program });
      },
    };
  }

  async write(tensors: Tensors): Promise<void> {
    await this.#ask({ type: 'write', tensors });
  }

  async read(names: readonly string[]): Promise<Tensors> {
    return ((await this.#ask({ type: 'read', names })) as { results: Tensors }).results;
  }

  async peakBytes(): Promise<number | undefined> {
    const answer = await this.#ask({ type: 'peak' });
    return 'bytes' in answer ? (answer.bytes as number | undefined) : undefined;
  }

  async close(): Promise<void> {
    this.fail(new PhotoGuardError('device', 'the runtime was closed'));
    await this.#channel.end();
  }

  #forget(id: number): void {
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#channel.hold?.(false);
  }

  #ask(request: Request, signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.#forget(id);
        reject(stopped());
      };
      const settle =
        <T>(f: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', aborted);
          f(value);
        };
      const id = ++this.#count;
      if (this.#failure) return reject(this.#failure);
      if (signal?.aborted) return aborted();
      signal?.addEventListener('abort', aborted, { once: true });
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#channel.hold?.(true);
      this.#channel.send({ id, request });
    });
  }
}

function residentPorts(
  inputs: readonly Port[],
  outputs: readonly Port[],
  resident: Readonly<Record<string, string>>,
): ResidentPort[] {
  return Object.entries(resident).map(([name, tensor]) => {
    const input = inputs.find((port) => port.name === name);
    const port = input ?? outputs.find((other) => other.name === name);
    if (port?.dtype !== 'float32')
      throw new PhotoGuardError('input', `${name} cannot be bound to a resident tensor`, {
        got: port ? port.dtype : 'no input or output of that name',
        hint: 'resident tensors are float32',
      });
    return { ...port, tensor, output: input === undefined };
  });
}

function checkFeed({ name, shape }: Port, data: TypedArray | undefined): void {
  if (!data) throw new PhotoGuardError('input', `the program needs the input ${name}`);
  if (data.length !== sizeOf(shape))
    throw new PhotoGuardError('input', `the input ${name} has shape [${shape}]`, { got: `${data.length} elements` });
}

function deviceError(message: string, device: Device): PhotoGuardError {
  const first = message.split('\n')[0]!;
  if (/alloc|out of memory|bad_alloc/i.test(first))
    return new PhotoGuardError('memory', `${device} ran out of memory: ${first}`, {
      hint: 'use a smaller --size or a lower --memory budget',
    });
  return new PhotoGuardError('device', `${device}: ${first}`);
}
