/*
 * Models in files and on the hub, for Node: loads what `photoguard/models` builds, finds a model by its name, manages
 * the cache of downloads.
 */
export { fileSource } from './file-source.ts';
export type { Alias } from './hub/aliases.ts';
export { ALIASES } from './hub/aliases.ts';
export type { DownloadProgress, Sink } from './hub/download-options.ts';
export type { EmbeddedFigures, Transfer } from './hub/embedded.ts';
export {
  areSurrogatesHere,
  checkEmbedded,
  EMBEDDED,
  embeddedFigures,
  embeddedFolder,
  facesFile,
  hasEmbedded,
  SURROGATES,
} from './hub/embedded.ts';
export type { HubEnvironment } from './hub/environment.ts';
export { hubEnvironment } from './hub/environment.ts';
export type { Patience } from './hub/fetch.ts';
export type { ModelIdentity } from './hub/identify.ts';
export { identifyModel } from './hub/identify.ts';
export type { CachedModelInfo, CheckedModel } from './hub/manage.ts';
export { checkModel, listCached, pullModel } from './hub/manage.ts';
export type { ModelReference } from './hub/reference.ts';
export { parseReference } from './hub/reference.ts';
export type { ResolvedModel, ResolveOptions } from './hub/resolve.ts';
export { resolveModel } from './hub/resolve.ts';
export type { Wanted } from './hub/wanted-files.ts';
export type { LoadedAutoencoder } from './load-autoencoder.ts';
export { loadAutoencoder } from './load-autoencoder.ts';
export type { LoadedCLIP } from './load-clip.ts';
export { loadCLIP } from './load-clip.ts';
export { loadImmunizer } from './load-immunizer.ts';
export { loadPipeline } from './load-pipeline.ts';
export { hasSurrogates, type LoadedSurrogate, loadSurrogates } from './load-surrogates.ts';
export type { LoadedTextEncoder } from './load-text-encoder.ts';
export { loadTextEncoder } from './load-text-encoder.ts';
export { loadTokenizer } from './load-tokenizer.ts';
export type { LoadedUNet } from './load-unet.ts';
export { loadUNet } from './load-unet.ts';
export { readOnnxFile } from './model-file.ts';
export { openCheckpoint } from './open-checkpoint.ts';
