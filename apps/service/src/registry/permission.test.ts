import type { CredentialStatus } from 'photoguard/credential';
import { expect, it } from 'vitest';
import { judge } from './permission.ts';
import type { Match } from './registry.ts';

const match = (editing: 'allowed' | 'notAllowed'): Match => ({
  ...{
    id: '7',
    tenant: 'a',
    hash: new Uint8Array(32),
    quality: 100,
    bank: null,
    counts: true,
    created: new Date(0),
    distance: 12,
  },
  statement: { editing, training: 'notAllowed', contact: 'mail@example.org' },
});
const credential = (status: CredentialStatus, ai_inference?: 'allowed' | 'notAllowed' | 'constrained') => ({
  credential: { status, problems: [], ...(ai_inference && { uses: { ai_inference } }) },
});
const record = { tool: 'photoguard 0.1.0', models: ['mini'] };

it.each([
  ['nothing known', [], {}, 'unknown'],
  ['a match that refuses', [match('notAllowed')], {}, 'refused'],
  ['a match that allows', [match('allowed')], {}, 'allowed'],
  ['one owner of two refuses', [match('allowed'), match('notAllowed')], {}, 'refused'],
  ['a record of PhotoGuard', [match('allowed')], { record }, 'refused'],
  ['PLUS prohibits', [], { dataMining: 'DMI-PROHIBITED' }, 'refused'],
  ['PLUS prohibits training only', [], { dataMining: 'DMI-PROHIBITED-GENAIMLTRAINING' }, 'unknown'],
  ['PLUS allows', [], { dataMining: 'DMI-ALLOWED' }, 'allowed'],
  ['a trusted credential forbids', [], credential('trusted', 'notAllowed'), 'refused'],
  ['a self-made credential forbids', [match('allowed')], credential('self-made', 'notAllowed'), 'refused'],
  ['a tampered credential forbids', [], credential('tampered', 'notAllowed'), 'refused'],
  ['a trusted credential allows', [], credential('trusted', 'allowed'), 'allowed'],
  ['anybody allows', [], credential('untrusted', 'allowed'), 'unknown'],
  ['a tampered credential allows', [], credential('tampered', 'allowed'), 'unknown'],
  ['a credential of conditions', [], credential('trusted', 'constrained'), 'unknown'],
  ['a credential about something else', [], credential('trusted'), 'unknown'],
  ['a term of the future', [], { dataMining: 'DMI-PERHAPS' }, 'unknown'],
] as const)('%s: %j', (_, matches, examined, permission) =>
  expect(judge(matches, examined).permission).toBe(permission),
);

it('says whom to ask, and how far the photo is from the one enrolled', () => {
  expect(judge([match('notAllowed')]).reasons).toEqual([
    {
      ...{ kind: 'registry', says: 'refused', id: '7', distance: 12, contact: 'mail@example.org' },
      about: 'the owner of a photo that differs in 12 of 256 bits says: editing notAllowed',
    },
  ]);
});
