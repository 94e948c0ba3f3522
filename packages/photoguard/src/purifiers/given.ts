// What a purifier needs from its context, or an error that says what to pass.
import { PhotoGuardError } from '../errors.ts';
import type { Autoencoder, OnnxFile, Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { PurifierContext } from './purifier.ts';

/** The runtime. @throws PhotoGuardError `input` if there is none */
export function requireRuntime({ runtime }: PurifierContext, name: string): Runtime {
  if (!runtime) throw lacking(name, 'a runtime');
  return runtime;
}

/** The autoencoder, or else the editor's. @throws PhotoGuardError `input` if there is neither */
export function requireAutoencoder({ autoencoder, editor }: PurifierContext, name: string): Autoencoder {
  const found = autoencoder?.autoencoder ?? editor?.pipeline.autoencoder;
  if (!found) throw lacking(name, 'an autoencoder');
  return found;
}

/** The editor. @throws PhotoGuardError `input` if there is none */
export function requireEditor({ editor }: PurifierContext, name: string): Pipeline {
  if (!editor) throw lacking(name, 'an editor');
  return editor.pipeline;
}

/** A model from a file. @throws PhotoGuardError `input` if the context has no reader, and those of reading */
export function requireOnnx({ readOnnx }: PurifierContext, path: string, name: string): Promise<OnnxFile> {
  if (!readOnnx) throw lacking(name, 'a reader of ONNX files (readOnnx)');
  return readOnnx(path);
}

const lacking = (name: string, what: string): PhotoGuardError =>
  new PhotoGuardError('input', `the purifier ${name} needs ${what}, and none was given`, {
    hint: 'name a model, or leave this purifier out',
  });
