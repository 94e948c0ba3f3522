// A separate hub for each test, with one tiny model, and the cache of its downloads.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Faults, type HubServer, startHubServer } from '../../../../../../../tests/hub-server.ts';
import { tinyRepository, writeFiles } from '../../../../../../../tests/support/tiny-model.ts';
import type { HubEnvironment } from '../environment.ts';
import { type ResolveOptions, resolveModel } from '../resolve.ts';

/** The model's name on the hub. */
export const ID = 'lab/tiny';
/** Its weights. */
export const WEIGHTS = tinyRepository()['diffusion_pytorch_model.safetensors'] as Uint8Array;
/** Three attempts without waiting. */
export const PATIENCE = { attempts: 3, pause: 1, stall: 5000, longestPause: 1000 };

/** A hub that responds only after `serve`. */
export class TinyHub {
  folder = '';
  #hub?: HubEnvironment;
  #server?: HubServer;

  /** The environment of a download: the hub and the cache. */
  get hub(): HubEnvironment {
    return this.#hub!;
  }

  /** Requests so far, one line for each. */
  get log(): readonly string[] {
    return this.#server!.log;
  }

  /** Where in the weights each of their requests began. */
  get ranges(): readonly string[] {
    return this.log.flatMap((line) => (line.includes('/lfs/') ? (/bytes=(\d+)-/.exec(line)?.[1] ?? '0') : []));
  }

  /** Serves the model, with these faults and no longer with earlier ones. */
  async serve(faults: Faults = {}): Promise<void> {
    await this.#server?.close();
    this.#server = await startHubServer(join(this.folder, 'served'), faults);
    this.#hub = { endpoint: this.#server.url, offline: false, cache: join(this.folder, 'cache') };
  }

  /** Downloads the model. */
  pull(options: ResolveOptions = {}) {
    return resolveModel(ID, { hub: this.hub, patience: PATIENCE, ...options });
  }

  /** The cache's folder of contents, and what is in it. */
  get blobFolder(): string {
    return join(this.hub.cache, 'models--lab--tiny', 'blobs');
  }
  get blobs(): string[] {
    return readdirSync(this.blobFolder);
  }

  /** What a download left unfinished. */
  get leftover(): string | undefined {
    return this.blobs.find((name) => name.endsWith('.incomplete'));
  }
  get leftoverPath(): string {
    return join(this.blobFolder, this.leftover!);
  }

  /** No blob of the weights has its final name. */
  get nothingTrusted(): boolean {
    return this.blobs.every((name) => !/^[0-9a-f]{64}$/.test(name));
  }

  open(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'hub-'));
    writeFiles(join(this.folder, 'served', ID), tinyRepository());
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
    rmSync(this.folder, { recursive: true });
  }
}

/** A hub that is opened before each test and gone after it. */
export function tinyHub(): TinyHub {
  const tiny = new TinyHub();
  beforeEach(() => tiny.open());
  afterEach(() => tiny.close());
  return tiny;
}
