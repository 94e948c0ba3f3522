import { expect, it } from 'vitest';
import { commandFlags, OPTIONS_SCHEMA } from './options.ts';

const MODELS = ['mini', 'surrogates/strided'];
const flags = (options: object, credential?: string): string[] =>
  commandFlags(OPTIONS_SCHEMA.parse(options), { models: MODELS, ...(credential !== undefined && { credential }) });

it("turns options into the command's flags", () => {
  expect(flags({})).toEqual([]);
  expect(flags({ model: 'mini', eps: '8/255', seed: 3, visibility: 'low' })).toEqual([
    ...['--model=mini', '--seed=3', '--eps=8/255', '--visibility=low'],
  ]);
  expect(flags({ prompt: ['a rose', '--output=/etc/passwd'] })).toEqual([
    ...['--prompt=a rose', '--prompt=--output=/etc/passwd'],
  ]);
  expect(flags({ quick: true, record: false })).toEqual(['--quick', '--no-record']);
  expect(flags({ quick: false, record: true })).toEqual([]);
});

it('signs where the service has a certificate, unless it is not wanted', () => {
  expect(flags({}, '/keys')).toEqual(['--credential=/keys']);
  expect(flags({ quick: true, credential: true }, 'self-made')).toEqual(['--quick', '--credential=self-made']);
  expect(flags({ credential: false }, '/keys')).toEqual([]);
  expect(flags({ credential: false })).toEqual([]);
  expect(() => flags({ credential: true })).toThrow(/options\.credential: this service has no certificate/);
  expect(OPTIONS_SCHEMA.safeParse({ credential: '/etc/passwd' }).success).toBe(false);
});

it('offers no option of the command that names a file of the machine', () => {
  for (const name of ['output', 'mask', 'spare', 'favour', 'compare', 'trigger', 'memory', 'device'])
    expect(Object.keys(OPTIONS_SCHEMA.shape)).not.toContain(name);
  expect(Object.keys(OPTIONS_SCHEMA.shape)).toEqual(expect.arrayContaining(['visibility', 'quick', 'ship', 'prompt']));
});

it.each([
  ['a file to write', { output: 'x.png' }],
  ['a file to read', { spare: 'x.png' }],
  ['a file of a key', { trigger: '/etc/passwd' }],
  ['a target that is a file', { target: 'x.png' }],
  ['an option that there is not', { visibilty: 'low' }],
  ['a word that is no choice', { attack: 'none' }],
  ['a value for a flag without one', { quick: 'yes' }],
])('refuses %s', (_, options) => expect(OPTIONS_SCHEMA.safeParse(options).success).toBe(false));

it.each([
  ['a value that the command refuses', { seed: -1 }, /options\.seed: expected a whole number.*-1/],
  ['a bound of zero', { steps: 0 }, /options\.steps: expected/],
  ['a model that the service does not use', { model: 'sd1' }, /options\.model: .*sd1.*mini/],
  ['a model behind a comma', { model: 'mini,../../etc' }, /options\.model/],
  ['a judge that is a folder', { judge: '/etc' }, /options\.judge/],
  ['what excludes each other', { quick: true, recipe: 'fast' }, /exclude each other/],
])('refuses %s', (_, options, message) => expect(() => flags(options)).toThrow(message));
