// A client of the service as a careful platform would write it: it sends each photo under a key of its own until it is taken,
// and asks until it has the result. What it could not explain by a fault that was made is a surprise.
import { createHash } from 'node:crypto';
import { form, type Shown, SMALLEST } from '../../tests/service/requests.ts';
import { testImage } from '../../tests/support/photos.ts';
import type { Fleet } from './fleet.ts';

/** The smallest job that is a real one. */
export const JOB = JSON.stringify(SMALLEST);

/** What clients saw. */
export interface Seen {
  /** Milliseconds of each answer that is no upload. */
  readonly milliseconds: number[];
  /** SHA-256 of results by the id of their immunization. */
  readonly results: Map<string, string>;
  /** Ids by the key of the photo. */
  readonly ids: Map<string, string>;
  /** Answers that nothing explains. */
  readonly surprises: string[];
}

/** Nothing seen yet. */
export const newSeen = (): Seen => ({ milliseconds: [], results: new Map(), ids: new Map(), surprises: [] });

/** Statuses and failures of connections after which a client tries again. */
const isTransient = (status: number): boolean => status === 503 || status === 429;

/** A tiny photo that is like no other. */
export const photoOf = async (number: number): Promise<Uint8Array> =>
  new Uint8Array(
    await testImage(64, 64, 3, number + 1)
      .png()
      .toBuffer(),
  );

/** A client. */
export class Client {
  readonly #fleet: Fleet;
  readonly #seen: Seen;

  constructor(fleet: Fleet, seen: Seen) {
    this.#fleet = fleet;
    this.#seen = seen;
  }

  /** Sends a photo until it is taken. @returns its id */
  async submit(key: string, photo: Uint8Array): Promise<string> {
    const response = await this.#until(() =>
      this.#fetch('/v1/immunizations', {
        ...{ method: 'POST', body: form({ photo, options: JOB }), headers: { 'Idempotency-Key': key } },
      }),
    );
    const { id } = (await response.json()) as Shown;
    const former = this.#seen.ids.get(key);
    if (former !== undefined && former !== id) this.#seen.surprises.push(`${key} has two ids`);
    this.#seen.ids.set(key, id);
    return id;
  }

  /** Asks until an immunization has ended, and takes its result. */
  async finish(id: string, pauseMs: number): Promise<void> {
    for (;;) {
      const { state, error } = (await (await this.#timed(`/v1/immunizations/${id}`)).json()) as Shown;
      if (state === 'done') break;
      if (state !== 'queued' && state !== 'running') {
        this.#seen.surprises.push(`${id} is ${state}: ${error?.message}`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
    }
    const bytes = new Uint8Array(await (await this.#timed(`/v1/immunizations/${id}/result`)).arrayBuffer());
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

  async #timed(path: string): Promise<Response> {
    return this.#until(async () => {
      const began = performance.now();
      const response = await this.#fetch(path);
      this.#seen.milliseconds.push(performance.now() - began);
      return response;
    });
  }

  #fetch(path: string, { headers, ...options }: RequestInit = {}): Promise<Response> {
    return fetch(this.#fleet.url + path, {
      ...options,
      headers: { Authorization: `Bearer ${this.#fleet.key}`, ...headers },
    });
  }

  async #until(request: () => Promise<Response>): Promise<Response> {
    for (;;) {
      const response = await request().catch(() => undefined);
      if (response?.ok) {
        // What breaks while it is read is asked for again.
        const body = await response.arrayBuffer().catch(() => undefined);
        if (body) return new Response(body, response);
      } else if (response && !isTransient(response.status)) {
        this.#seen.surprises.push(`${response.status} ${response.url}: ${(await response.text()).slice(0, 200)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 300 + 400 * Math.random()));
    }
  }
}
