// A client of the service as a careful platform would write it: it sends each photo under a key of its own until it is taken,
// and asks until it has the result. What it could not explain by a fault that was made is a surprise.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { form, type Shown, SMALLEST } from '../../tests/service/requests.ts';
import { testImage } from '../../tests/support/photos.ts';
import type { Fleet } from './fleet.ts';

/** Options of the smallest job that takes long enough to be interrupted. */
export const JOB = JSON.stringify(SMALLEST);
/** Options of the quickest job: one pass of a network. What the service itself takes is the largest share of it. */
export const QUICK_JOB = JSON.stringify({ recipe: 'instant' });

/** What clients saw. */
export interface Seen {
  /** How many photos they sent. */
  sent: number;
  /** Milliseconds of each answer that is no upload. */
  readonly milliseconds: number[];
  /** Milliseconds of each answer to an upload. */
  readonly uploads: number[];
  /** SHA-256 of results by the id of their immunization. */
  readonly results: Map<string, string>;
  /** Ids by the key of the photo. */
  readonly ids: Map<string, string>;
  /** Answers that nothing explains. */
  readonly surprises: string[];
  /** Requests that were sent again because the connection broke, and those that were told to come again (429, 503). */
  broken: number;
  refused: number;
}

/** Nothing seen yet. */
export const newSeen = (): Seen => ({
  sent: 0,
  milliseconds: [],
  uploads: [],
  results: new Map(),
  ids: new Map(),
  surprises: [],
  broken: 0,
  refused: 0,
});

/** Statuses after which a client tries again, as it does where a connection breaks. */
const isTransient = (status: number): boolean => status === 503 || status === 429;

/** A photo that was not sent yet, and a key for it. */
export async function nextPhoto(seen: Seen): Promise<{ readonly key: string; readonly photo: Uint8Array }> {
  const number = seen.sent++;
  return { key: `photo-${number}`, photo: await photoOf(number) };
}

/** A tiny photo that is like that of no other number. */
export const photoOf = async (number: number): Promise<Uint8Array> =>
  new Uint8Array(
    await testImage(64, 64, 3, number + 1)
      .png()
      .toBuffer(),
  );

/** Bytes that come in ten parts over a time. */
const slowly = (bytes: Uint8Array, ms: number): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async start(controller) {
      for (let part = 0; part < 10; part++) {
        controller.enqueue(bytes.subarray((part * bytes.length) / 10, ((part + 1) * bytes.length) / 10));
        await sleep(ms / 10);
      }
      controller.close();
    },
  });

/** A client. */
export class Client {
  readonly #fleet: Pick<Fleet, 'url' | 'key'>;
  readonly #seen: Seen;
  readonly #deadline: AbortSignal;
  readonly #job: string;

  /**
   * @param deadline fires when it is to give up
   * @param job options of its photos, as JSON
   */
  constructor(fleet: Pick<Fleet, 'url' | 'key'>, seen: Seen, deadline: AbortSignal, job = JOB) {
    this.#fleet = fleet;
    this.#seen = seen;
    this.#deadline = deadline;
    this.#job = job;
  }

  /**
   * Sends a photo until it is taken.
   * @param slowMs how long it takes to send it
   * @returns its id
   * @throws Error when it gives up
   */
  async submit(key: string, photo: Uint8Array, slowMs = 0): Promise<string> {
    const headers = { 'Idempotency-Key': key };
    const upload = async (): Promise<RequestInit> => {
      const whole = new Response(form({ photo, options: this.#job }));
      if (slowMs === 0) return { method: 'POST', body: await whole.blob(), headers };
      const type = { 'Content-Type': whole.headers.get('Content-Type')! };
      const body = slowly(await whole.bytes(), slowMs);
      return { method: 'POST', body, headers: { ...headers, ...type }, duplex: 'half' } as RequestInit;
    };
    const response = await this.#until(async () =>
      this.#timed('/v1/immunizations', slowMs === 0 ? this.#seen.uploads : [], await upload()),
    );
    const { id } = (await response.json()) as Shown;
    const former = this.#seen.ids.get(key);
    if (former !== undefined && former !== id) this.#seen.surprises.push(`${key} has two ids`);
    this.#seen.ids.set(key, id);
    return id;
  }

  /** Asks until an immunization has ended, and takes its result. @throws Error when it gives up */
  async finish(id: string, pauseMs: number): Promise<void> {
    for (;;) {
      const { state, error } = (await (await this.#ask(`/v1/immunizations/${id}`)).json()) as Shown;
      if (state === 'done') break;
      if (state !== 'queued' && state !== 'running') {
        this.#seen.surprises.push(`${id} is ${state}: ${error?.message}`);
        return;
      }
      await this.#pause(pauseMs * (0.5 + Math.random()));
    }
    const bytes = new Uint8Array(await (await this.#ask(`/v1/immunizations/${id}/result`)).arrayBuffer());
    if (Buffer.from(bytes.subarray(-8, -4)).toString('latin1') !== 'IEND')
      this.#seen.surprises.push(`${id} is cut off`);
    this.#seen.results.set(id, createHash('sha256').update(bytes).digest('hex'));
  }

  /** Sends half of a photo, or asks for events, and is gone. */
  async vanish(photo: Uint8Array, id: string | undefined): Promise<void> {
    const gone = new AbortController();
    const half = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(photo.subarray(0, photo.length / 2)),
    });
    const type = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const request =
      id === undefined || Math.random() < 0.5
        ? { path: '/v1/immunizations', options: { method: 'POST', body: half, duplex: 'half', headers: type } }
        : { path: `/v1/immunizations/${id}/events`, options: {} };
    const asked = this.#fetch(request.path, { ...request.options, signal: gone.signal } as RequestInit);
    setTimeout(() => gone.abort(), 50 + 300 * Math.random());
    await asked.then((response) => response.text()).catch(() => {});
  }

  #ask(path: string): Promise<Response> {
    return this.#until(() => this.#timed(path, this.#seen.milliseconds));
  }

  async #timed(path: string, times: number[], options?: RequestInit): Promise<Response> {
    const began = performance.now();
    const response = await this.#fetch(path, options);
    times.push(performance.now() - began);
    return response;
  }

  #fetch(path: string, { headers, ...options }: RequestInit = {}): Promise<Response> {
    return fetch(this.#fleet.url + path, {
      signal: this.#deadline,
      ...options,
      headers: { Authorization: `Bearer ${this.#fleet.key}`, ...headers },
    });
  }

  async #until(request: () => Promise<Response>): Promise<Response> {
    for (;;) {
      const response = await request().catch(() => undefined);
      if (response && !response.ok && !isTransient(response.status)) {
        const said = `${response.status} ${response.url}: ${(await response.text()).slice(0, 200)}`;
        this.#seen.surprises.push(said);
        throw new Error(said);
      }
      // What breaks while it is read is asked for again.
      const body = response?.ok ? await response.arrayBuffer().catch(() => undefined) : undefined;
      if (body) return new Response(body, response);
      if (!response || response.ok) this.#seen.broken++;
      else this.#seen.refused++;
      await this.#pause(300 + 400 * Math.random());
    }
  }

  async #pause(ms: number): Promise<void> {
    this.#deadline.throwIfAborted();
    await sleep(ms, undefined, { signal: this.#deadline });
  }
}
