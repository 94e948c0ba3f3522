// Whether a photo may be edited, from everything that is known of it. One reason to refuse is enough; where nothing is said,
// the answer is unknown, which is for the editing service to judge.
import { type Credential, describeCredential } from 'photoguard/credential';
import type { Examined } from './examined.ts';
import type { Match } from './registry.ts';

/** What was found. */
export interface Reason {
  readonly kind: 'registry' | 'photoguard-record' | 'plus-data-mining' | 'content-credential';
  readonly says: 'refused' | 'allowed' | 'nothing';
  /** In a sentence, for people. */
  readonly about: string;
  /** Of a match. */
  readonly id?: string;
  readonly distance?: number;
  readonly contact?: string;
  /** Of a content credential: whether it is whole and by a signer that this service trusts; what it comes to. */
  readonly verified?: boolean;
  readonly status?: Credential['status'];
}

/** The answer. */
export interface Permission {
  readonly permission: 'allowed' | 'refused' | 'unknown';
  readonly reasons: readonly Reason[];
}

/** What PLUS's terms say about editing; those about training only say nothing about it. */
const TERMS: Readonly<Record<string, Reason['says']>> = {
  'DMI-ALLOWED': 'allowed',
  'DMI-PROHIBITED': 'refused',
  'DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING': 'refused',
};

/** Judges. @param examined what the photo itself says, where it was sent */
export function judge(
  matches: readonly Match[],
  { record, dataMining, credential }: Partial<Pick<Examined, 'record' | 'dataMining' | 'credential'>> = {},
): Permission {
  const reasons: Reason[] = matches.map(({ id, distance, statement }) => ({
    ...{ kind: 'registry', id, distance, says: statement.editing === 'allowed' ? 'allowed' : 'refused' },
    about: `the owner of a photo that differs in ${distance} of 256 bits says: editing ${statement.editing}`,
    ...(statement.contact !== undefined && { contact: statement.contact }),
  }));
  if (record)
    reasons.push({
      ...{ kind: 'photoguard-record', says: 'refused' },
      about: `it was immunized against editing, by ${record.tool}`,
    });
  if (dataMining !== undefined)
    reasons.push({
      ...{ kind: 'plus-data-mining', says: TERMS[dataMining] ?? 'nothing' },
      about: `its metadata say ${dataMining}`,
    });
  if (credential) reasons.push(credentialReason(credential));
  const says = (what: Reason['says']): boolean => reasons.some((reason) => reason.says === what);
  return { permission: says('refused') ? 'refused' : says('allowed') ? 'allowed' : 'unknown', reasons };
}

// Editing by a model is inference; words about training only say nothing about it. Who forbids needs no proof, as with the
// other reasons; a permission counts only from a signer that is trusted, since anybody can sign one.
function credentialReason(credential: Credential): Reason {
  const { status, uses } = credential;
  const verified = status === 'trusted';
  const use = uses?.ai_inference;
  return {
    kind: 'content-credential',
    says: use === 'notAllowed' ? 'refused' : use === 'allowed' && verified ? 'allowed' : 'nothing',
    about: `its content credential: ${use === undefined ? 'nothing about inference' : `inference ${use}`}; ${describeCredential(credential)}`,
    verified,
    status,
  };
}
