// The messages between a runtime and the process or worker that holds its sessions. Each request has one reply.
import type { Device, Port, Tensors } from './types.ts';

/** A file of weights that a model refers to, for the builds that have no folder: its bytes, or in Node its path. */
export interface WeightFile {
  readonly path: string;
  readonly data: Blob | Uint8Array | string;
}

/** A port of a program that is bound to a resident tensor: float32, kept by the host, zeros at first. */
export interface ResidentPort extends Port {
  readonly output: boolean;
  /** The tensor's name among all of the host. */
  readonly tensor: string;
}

/** What a host is asked. */
export type Request =
  | {
      readonly type: 'load';
      readonly model: Uint8Array;
      readonly device: Exclude<Device, 'auto'>;
      readonly threads: number;
      readonly plainConvolutions?: boolean;
      /** Where relative locations of weights begin (a host with a file system). */
      readonly root?: string;
      readonly files?: readonly WeightFile[];
      /** Every operator must run on the device itself. */
      readonly strict?: boolean;
      readonly residents?: readonly ResidentPort[];
    }
  | { readonly type: 'run'; readonly program: number; readonly feeds: Tensors; readonly ports: readonly Port[] }
  | { readonly type: 'write'; readonly tensors: Tensors }
  | { readonly type: 'read'; readonly names: readonly string[] }
  | { readonly type: 'release'; readonly program: number }
  | { readonly type: 'peak' };

/** What it answers. */
export type Answer =
  | { readonly program: number }
  | { readonly results: Tensors }
  | { readonly bytes: number | undefined }
  | Record<string, never>;

/** A request with its number. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

/** The reply to the request of that number. */
export interface Reply {
  readonly id: number;
  readonly answer?: Answer;
  /** The message of what went wrong. */
  readonly error?: string;
}
