// Models of the hub, as the page shows them: which are here, and how far the others have come.
import { HUB } from 'virtual:hub';
import { readWeights, removeWeights } from './hub-files.ts';
import type { HubAsk, HubSays } from './hub-worker.ts';

/** A model that the page offers. */
export type OfferedModel = (typeof HUB)['models'][number];

/** Where models come from, for people. */
export const HUB_HOST = new URL(HUB.origin).host;

class HubModel {
  readonly offered: OfferedModel;
  here = $state(false);
  /** Bytes so far; undefined where nobody fetches it. */
  received = $state<number>();
  error = $state<string>();
  #worker: Worker | undefined;

  constructor(offered: OfferedModel) {
    this.offered = offered;
  }

  /** Looks whether it is here. */
  async look(): Promise<void> {
    this.here = (await readWeights(this.offered.sha256)) !== undefined;
  }

  /** Fetches it. What has come stays where it is stopped, for the next time. */
  fetch(): void {
    const { id, path, bytes, sha256 } = this.offered;
    [this.received, this.error] = [0, undefined];
    const worker = new Worker(new URL('./hub-worker.ts', import.meta.url), { type: 'module', name: 'hub' });
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<HubSays>) => {
      if ('received' in data) this.received = data.received;
      else this.#end('error' in data ? data.error : undefined);
    });
    worker.addEventListener('error', ({ message }) => this.#end(message || 'the worker ended without a reason'));
    worker.postMessage({ url: `${HUB.origin}/${id}/resolve/main/${path}`, bytes, sha256 } satisfies HubAsk);
  }

  /** Stops. */
  stop(): void {
    this.#worker?.terminate();
    [this.#worker, this.received] = [undefined, undefined];
  }

  /** Forgets it. */
  async remove(): Promise<void> {
    await removeWeights(this.offered.sha256);
    await this.look();
  }

  async #end(error: string | undefined): Promise<void> {
    this.error = error;
    this.stop();
    await this.look();
  }
}

/** All that the page offers. */
export const hubModels: readonly HubModel[] = HUB.models.map((offered) => new HubModel(offered));
