// All photos of the page, and the work on them: one at a time, in order.
import { type WorkClient, WorkError } from '../protecting/client.ts';
import type { PageSettings } from '../protecting/defaults.ts';
import type { KeptResults } from './kept.ts';
import { PagePhoto } from './photo.svelte.ts';

/** See the head of this file. */
export class PhotoQueue {
  readonly #client: WorkClient;
  readonly #kept: KeptResults;
  photos = $state.raw<readonly PagePhoto[]>([]);
  /** Seconds that photos took, for the time that the others will. */
  pace = $state<number>();
  /** Whether there is a result that would be lost if the page were loaded again. */
  unkept = $state(false);
  #stop = $state.raw<AbortController>();
  /** Numbers of photos: larger than those that the tab had before it was loaded again. */
  #count = Math.floor(performance.timeOrigin);

  constructor(client: WorkClient, kept: KeptResults) {
    this.#client = client;
    this.#kept = kept;
  }

  /** Takes back what was done before the page was loaded again. */
  async restore(): Promise<void> {
    const kept = await this.#kept.all().catch(() => []);
    const photos = kept.map(({ id, file, result }) => {
      const photo = new PagePhoto(id, file);
      photo.finish(result);
      return photo;
    });
    this.photos = [...photos, ...this.photos];
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
    this.#kept.remove(photo.id);
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
      const ask = { kind: 'protect', file: photo.file, settings, strokes: photo.strokes } as const;
      const result = await this.#client.ask(ask, {
        signal,
        onStep: (step) => {
          // The picture stays while what comes after the last gradient is done.
          photo.step = { picture: photo.step?.picture, ...step };
        },
      });
      photo.finish(result);
      const isKept = await this.#kept.keep({ id: photo.id, file: photo.file, result });
      if (!this.photos.includes(photo)) await this.#kept.remove(photo.id);
      else if (!isKept) this.unkept = true;
      this.pace = (performance.now() - began) / 1000;
    } catch (error) {
      if (!(error instanceof WorkError)) throw error;
      if (error.failure.code === 'aborted') photo.reset();
      else photo.fail(error.failure);
    }
  }
}
