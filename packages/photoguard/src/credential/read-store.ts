// Judges what the library found in a photo: its manifests, and C2PA's codes of what was checked.
import * as z from 'zod/mini';
import { fittingJson } from '../validate/index.ts';
import type { Credential, CredentialStatus, Uses } from './credential.ts';
import { SELF_MADE_NAME } from './self-made.ts';
import { MINING_LABELS, SOFT_BINDING } from './statement.ts';

const code = z.object({ code: z.string() });
const manifest = z.object({
  claim_generator_info: z.optional(z.array(z.object({ name: z.string(), version: z.optional(z.string()) }))),
  signature_info: z.optional(z.object({ issuer: z.optional(z.string()), common_name: z.optional(z.string()) })),
  assertions: z.optional(z.array(z.object({ label: z.string(), data: z.optional(z.unknown()) }))),
});
const STORE = z.object({
  active_manifest: z.string(),
  manifests: z.record(z.string(), manifest),
  validation_state: z.string(),
  validation_results: z.optional(
    z.object({ activeManifest: z.optional(z.object({ failure: z.optional(z.array(code)) })) }),
  ),
});
type Manifest = z.infer<typeof manifest>;

/** Says that no anchor vouches for the signer; everything else that failed is something wrong. */
const UNTRUSTED = 'signingCredential.untrusted';
/** Codes of changes after signing: a hash or signature that does not match, parts that are not there. */
const CHANGED = /(mismatch|missing|undeclared|multipleHashBindings|removed|malformed)$/;

/**
 * The credential that the library's JSON describes.
 * @param json null: there is none
 * @param hasAnchors whether anchors were given
 */
export function readStore(json: string | null, hasAnchors: boolean): Credential {
  if (json === null) return { status: 'none', problems: [] };
  const store = fittingJson(STORE, json);
  if (!store) return { status: 'invalid', problems: ['unreadable'] };
  const active = store.manifests[store.active_manifest];
  const failures = (store.validation_results?.activeManifest?.failure ?? []).map(({ code }) => code);
  const problems = [...new Set(failures.filter((code) => code !== UNTRUSTED))];
  const signer = active?.signature_info?.common_name ?? active?.signature_info?.issuer;
  const { name, version } = active?.claim_generator_info?.[0] ?? {};
  // An editor that knows credentials keeps those of the photos that it used beside its own.
  const manifests = [...(active ? [active] : []), ...Object.values(store.manifests)];
  const uses = manifests.map(usesOf).find((one) => one !== undefined);
  const pdq = active && pdqOf(active);
  return {
    status: judge(store.validation_state, problems, signer, hasAnchors),
    id: store.active_manifest,
    ...(signer !== undefined && { signer }),
    ...(name !== undefined && { program: [name, version].filter((part) => part !== undefined).join(' ') }),
    ...(uses && { uses }),
    ...(pdq !== undefined && { pdq }),
    problems,
  };
}

function judge(
  state: string,
  problems: readonly string[],
  signer: string | undefined,
  hasAnchors: boolean,
): CredentialStatus {
  if (problems.some((code) => CHANGED.test(code))) return 'tampered';
  if (problems.length > 0 || !['Valid', 'Trusted'].includes(state)) return 'invalid';
  if (state === 'Trusted') return 'trusted';
  if (signer === SELF_MADE_NAME) return 'self-made';
  return hasAnchors ? 'other-signer' : 'untrusted';
}

const ENTRIES = z.object({ entries: z.record(z.string(), z.object({ use: z.string() })) });

function usesOf({ assertions = [] }: Manifest): Uses | undefined {
  for (const label of MINING_LABELS) {
    const read = ENTRIES.safeParse(assertions.find((one) => one.label.split('__')[0] === label)?.data);
    if (!read.success) continue;
    return Object.fromEntries(
      Object.entries(read.data.entries).flatMap(([name, { use }]) =>
        use === 'allowed' || use === 'notAllowed' || use === 'constrained' ? [[name.replace(/^\w+\./, ''), use]] : [],
      ),
    );
  }
  return undefined;
}

const BINDING = z.object({ alg: z.literal(SOFT_BINDING), blocks: z.array(z.object({ value: z.string() })) });

function pdqOf({ assertions = [] }: Manifest): string | undefined {
  for (const { label, data } of assertions) {
    if (!label.startsWith('c2pa.soft-binding')) continue;
    const read = BINDING.safeParse(data);
    const hash = Buffer.from((read.success && read.data.blocks[0]?.value) || '', 'base64');
    if (hash.length === 32) return hash.toString('hex');
  }
  return undefined;
}
