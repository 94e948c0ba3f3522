/*
 * The runtime room: what programs are to the rest of the library, whichever build of ONNX Runtime runs them. Nothing here
 * opens one: that is `photoguard/runtime/node` in Node and `photoguard/runtime/web` in a page.
 */
export { ProgramStore } from './program-store.ts';
export type {
  Device,
  Lease,
  LeaseOptions,
  LoadOptions,
  Port,
  Program,
  Programs,
  Runtime,
  RuntimeOptions,
  Tensors,
} from './types.ts';
export { PROCESS_BYTES } from './types.ts';
