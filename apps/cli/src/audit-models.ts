// The models of an audit: those of --model, otherwise those of the photo's record. Anybody can make a photo with a
// record, so a record alone never decides what is downloaded: only well-known models are, besides those already on this
// machine.
import { basename, resolve } from 'node:path';
import type { AuditedModel, NotTested } from 'photoguard/audit';
import { PhotoGuardError } from 'photoguard/errors';
import {
  ALIASES,
  areSurrogatesHere,
  hubEnvironment,
  identifyModel,
  loadAutoencoder,
  type ModelIdentity,
  parseReference,
  resolveModel,
} from 'photoguard/models/node';
import type { FoundRecord, ImmunizationRecord, RecordedModel } from 'photoguard/record';
import type { ProgressLine } from '#terminal';
import { HELD_OUT } from './default-model.ts';
import { loadVictims } from './load-victims.ts';

/** Models that were loaded, and those of the record that were not. */
export interface AuditedModels {
  readonly models: readonly AuditedModel[];
  readonly notTested: readonly NotTested[];
}

type Context = { readonly photo: string; readonly line: ProgressLine; readonly signal: AbortSignal };

/**
 * The models of --model, or of the record; without either, the embedded network that the default does not attack.
 * @throws PhotoGuardError `usage` if there is no model to measure with, or one of --model cannot be loaded
 */
export async function auditedModels(
  refs: readonly string[] | undefined,
  { record, problem }: FoundRecord,
  context: Context,
): Promise<AuditedModels> {
  if (refs?.length) return { models: await namedModels(refs, record, context), notTested: notNamed(refs, record) };
  if (!record) {
    if (problem !== undefined || !areSurrogatesHere())
      throw new PhotoGuardError('usage', `${context.photo}: ${problem ?? WITHOUT_RECORD}`, {
        hint: 'name the models with --model',
      });
    return { models: await namedModels([HELD_OUT], undefined, context), notTested: [] };
  }
  const models: AuditedModel[] = [];
  const notTested: NotTested[] = [];
  for (const model of record.models) {
    const found = await recordedModel(model, context);
    if ('why' in found) notTested.push(found);
    else models.push(found);
  }
  if (models.length === 0)
    throw new PhotoGuardError('usage', `${context.photo}: none of the models in its record can be used`, {
      got: notTested.map(({ what, why }) => `${what}: ${why}`).join('; '),
      hint: 'name models with --model',
    });
  return { models, notTested };
}

const WITHOUT_RECORD = 'the photo has no record of what it was protected against';

async function namedModels(
  refs: readonly string[],
  record: ImmunizationRecord | undefined,
  context: Context,
): Promise<AuditedModel[]> {
  const models: AuditedModel[] = [];
  for (const victim of await loadVictims(refs, context)) {
    const identity = await identifyModel(victim.ref, context);
    const known = record?.models.find((one) => isSame(one, identity));
    models.push({
      victim: { ...victim, ref: shownRef(victim.ref) },
      identity,
      ...recordedAs(known),
    });
  }
  return models;
}

/** A model's name in reports: of a path only the last part, since reports may be sent to others. */
export const shownRef = (ref: string): string => (parseReference(ref).kind === 'local' ? basename(resolve(ref)) : ref);

const notNamed = (refs: readonly string[], record: ImmunizationRecord | undefined): NotTested[] =>
  record && refs.length < record.models.length
    ? [{ what: 'the other models of the record', why: `only ${refs.length} of ${record.models.length} were named` }]
    : [];

const recordedAs = (model: RecordedModel | undefined): Pick<AuditedModel, 'recorded' | 'recordedSize'> => ({
  recorded: model !== undefined,
  ...(model?.size && { recordedSize: model.size }),
});

const isSame = (one: RecordedModel, other: ModelIdentity): boolean =>
  one.sha256 === undefined
    ? one.revision !== undefined && one.ref === other.ref && one.revision === other.revision
    : one.sha256 === other.sha256;

async function recordedModel(model: RecordedModel, context: Context): Promise<AuditedModel | NotTested> {
  try {
    return model.revision === undefined
      ? await localModel(model, context)
      : await hubModel(model, model.revision, context);
  } catch (error) {
    if (!(error instanceof PhotoGuardError) || error.code === 'aborted') throw error;
    return { what: model.ref, why: error.message };
  }
}

// Even of a well-known model only a commit is downloaded: other revision names may refer to what anybody proposed.
async function hubModel(
  identity: RecordedModel,
  revision: string,
  { line, signal }: Context,
): Promise<AuditedModel | NotTested> {
  const { ref: id } = identity;
  const alias = Object.entries(ALIASES).find(([, known]) => known.id === id)?.[0];
  const isFetched = alias !== undefined && /^[0-9a-f]{40}$/.test(revision);
  const hub = hubEnvironment();
  const { folder } = await resolveModel(`${id}@${revision}`, {
    hub: isFetched ? hub : { ...hub, offline: true },
    signal,
    onProgress: ({ file, received, total }) =>
      line.show(`${id}: ${file} ${(received / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`),
  }).catch((error: unknown) => {
    // The usual hint is to download it; here that would be advice from whoever wrote the record.
    if (isFetched || !(error instanceof PhotoGuardError) || error.code !== 'offline') throw error;
    throw new PhotoGuardError(
      'offline',
      'it is not on this machine, and models are not downloaded just because a record names them',
    );
  });
  const { autoencoder } = await loadAutoencoder(folder);
  return { victim: { ref: alias ?? id, autoencoder }, identity, ...recordedAs(identity) };
}

/** One of the embedded surrogates: the only name with a slash that is no path. */
const EMBEDDED_NETWORK = /^surrogates\/[\w-]+$/;

// A model on somebody's disk is identified by its hash only. A model here may have the same name.
async function localModel(identity: RecordedModel, context: Context): Promise<AuditedModel | NotTested> {
  const { ref } = identity;
  const elsewhere = { what: ref, why: 'a model on disk: name it with --model' };
  if (!EMBEDDED_NETWORK.test(ref) && /[/\\]|^\./.test(ref)) return elsewhere;
  const here = await Promise.resolve(ref)
    .then(parseReference)
    .catch(() => undefined);
  if (!here || here.kind === 'hub') return elsewhere;
  const found = await identifyModel(ref);
  if (found.sha256 !== identity.sha256)
    return { what: ref, why: 'the model of that name on this machine has other weights' };
  const [victim] = await loadVictims([ref], context);
  return { victim: victim!, identity, ...recordedAs(identity) };
}
