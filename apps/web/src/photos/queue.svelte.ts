// All photos of the page, and the work on them: one at a time, in order.
import { type WorkClient, WorkError } from '../protecting/client.ts';
import type { PageSettings } from '../protecting/defaults.ts';
import { PagePhoto } from './photo.svelte.ts';

/** See the head of this file. */
export class PhotoQueue {
  readonly #client: WorkClient;
  photos = $state.raw<readonly PagePhoto[]>([]);
  /** Seconds that photos took, for the time that the others will. */
  pace = $state<number>();
  #stop = $state.raw<AbortController>();
  #count = 0;

  constructor(client: WorkClient) {
    this.#client = client;
  }

  /** Whether photos are being worked on. */
  get running(): boolean {
    return this.#stop !== undefined;
  }

  /** Photos in a state. */
  in(state: PagePhoto['state']): readonly PagePhoto[] {
    return this.photos.filter((photo) => photo.state === state);
  }

  /** Seconds until all are done, where that is known. */
  get left(): number | undefined {
    const now = this.in('working')[0]?.step?.left;
    const waiting = this.in('waiting').length;
    if (now === undefined || (waiting > 0 && this.pace === undefined)) return undefined;
    return now + waiting * (this.pace ?? 0);
  }

  /** Adds photos; while others are worked on, these are too. */
  add(files: Iterable<File>): void {
    this.photos = [...this.photos, ...Array.from(files, (file) => new PagePhoto(++this.#count, file))];
  }

  /** Removes a photo that is not being worked on. */
  remove(photo: PagePhoto): void {
    this.photos = this.photos.filter((other) => other !== photo);
    photo.close();
  }

  /** Works on all that wait. Resolves when none does any more, or it was stopped. */
  async run(settings?: PageSettings): Promise<void> {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    try {
      for (let photo = this.in('waiting')[0]; photo && !stop.signal.aborted; photo = this.in('waiting')[0])
        await this.#protect(photo, settings, stop.signal);
    } finally {
      this.#stop = undefined;
    }
  }

  /** Stops within one gradient. What is done stays; what was begun waits again. */
  stop(): void {
    this.#stop?.abort();
  }

  async #protect(photo: PagePhoto, settings: PageSettings | undefined, signal: AbortSignal): Promise<void> {
    photo.state = 'working';
    const began = performance.now();
    try {
      const ask = { kind: 'protect', file: photo.file, settings, spare: photo.spare } as const;
      photo.finish(
        await this.#client.ask(ask, {
          signal,
          onStep: (step) => {
            // The picture stays while what comes after the last gradient is done.
            photo.step = { picture: photo.step?.picture, ...step };
          },
        }),
      );
      this.pace = (performance.now() - began) / 1000;
    } catch (error) {
      if (!(error instanceof WorkError)) throw error;
      if (error.failure.code === 'aborted') photo.reset();
      else photo.fail(error.failure);
    }
  }
}
