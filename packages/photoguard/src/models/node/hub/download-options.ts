// What a download is asked for, and what it says and writes on the way.
import type { HubEnvironment } from './environment.ts';
import type { Patience } from './fetch.ts';
import type { Expected } from './hash.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes so far, with those of an earlier attempt. */
  readonly received: number;
  readonly total: number;
}

/** The little of a file that a download writes through; tests put a full disk there. */
export interface Sink {
  /** Appends all of the bytes. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** Returns when what was written is on the disk. */
  sync(): Promise<void>;
  /** Frees the file; called also where the download failed. */
  close(): Promise<void>;
}

/** What a download needs. */
export interface DownloadOptions {
  readonly url: string;
  /** For messages. */
  readonly file: string;
  /** Where the content belongs. */
  readonly target: string;
  readonly expected: Expected;
  readonly hub: HubEnvironment;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
  /** Opens a file to append to. */
  readonly openSink?: (path: string) => Promise<Sink>;
}
