// The options of an immunization: those of `photoguard immunize`, by the same names and with the same values, read from
// the command's own definition. Only those count that name no file or folder of this machine, and that are not the service's own.
import { InvalidArgumentError, type Option } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import * as z from 'zod';
import { immunizeDefaults } from '../../../cli/src/default-model.ts';
import { immunizeCommand } from '../../../cli/src/immunize-command.ts';
import type { Settings } from '../settings.ts';

/** Values as requests give them. */
export type ImmunizationOptions = Readonly<Record<string, unknown>>;

/** What requests may give. A new option of the command is not among them until somebody has looked at what it may reach. */
const OFFERED = [
  ...[
    'attack',
    'recipe',
    'quick',
    'visibility',
    'target',
    'model',
    'judge',
    'size',
    'seed',
    'format',
    'ship',
    'record',
  ],
  ...['norm', 'eps', 'steps', 'stepSize', 'start', 'through', 'throughDraws', 'throughCount', 'rate', 'direction'],
  ...['prompt', 'editSteps', 'last', 'draws', 'guidance', 'eta', 'imageGuidance', 'strength', 'maskMargin'],
];

/** Words that `target` may be; the command also takes files. */
const TARGETS = ['grey', 'zero', 'noise', 'away'] as const;

const session = { signal: new AbortController().signal, report: { put: () => {}, fail: () => {} } };
const OPTIONS: ReadonlyMap<string, Option> = new Map(
  immunizeCommand(session)
    .options.map((option) => [option.attributeName(), option] as const)
    .filter(([name]) => OFFERED.includes(name)),
);

const takesValue = (option: Option): boolean => option.required || option.optional;

function schemaOf(name: string, option: Option): z.ZodType {
  if (!takesValue(option)) return z.boolean();
  if (name === 'target') return z.enum(TARGETS);
  if (option.argChoices) return z.enum(option.argChoices as [string, ...string[]]);
  const one = z.union([z.string().max(1000), z.number()]);
  return z.union([one, z.array(one).min(1).max(16)]);
}

/** The shape of the options, for requests and for the description of the API. */
export const OPTIONS_SCHEMA = z
  .strictObject({
    ...Object.fromEntries(
      [...OPTIONS].map(([name, option]) => [name, schemaOf(name, option).describe(option.description).optional()]),
    ),
    credential: z
      .boolean()
      .describe("sign the service's content credential into the result; default: if the service has one")
      .optional(),
  })
  .meta({ id: 'ImmunizationOptions', description: 'The options of `photoguard immunize`, by the same names.' });

/**
 * Flags of the command for options of a request.
 * @param settings `models`: those that may be named; `credential`: who signs, by the command's own option
 * @throws PhotoGuardError `input` for an option that the command would refuse, `usage` for some that exclude each other
 */
export function commandFlags(
  { credential, ...options }: ImmunizationOptions,
  { models, credential: signer }: Pick<Settings, 'models' | 'credential'>,
): string[] {
  if (credential === true && signer === undefined)
    throw new PhotoGuardError('input', 'options.credential: this service has no certificate to sign with');
  for (const name of ['model', 'judge'])
    for (const ref of [options[name] ?? []].flat())
      if (
        !String(ref)
          .split(',')
          .every((one) => models.includes(one.trim()))
      )
        throw new PhotoGuardError('input', `options.${name}: this service does not use that model`, {
          got: String(ref),
          hint: `give ${models.join(', ')}`,
        });
  immunizeDefaults(options);
  return [
    ...Object.entries(options).flatMap(([name, value]) => flagsOf(OPTIONS.get(name)!, name, value)),
    ...(signer !== undefined && credential !== false ? [`--credential=${signer}`] : []),
  ];
}

function flagsOf(option: Option, name: string, value: unknown): string[] {
  if (!takesValue(option)) return (value === true) === option.negate ? [] : [option.long!];
  let former: unknown;
  return [value].flat().map((one) => {
    const text = String(one);
    try {
      former = option.parseArg?.(text, former as never) ?? text;
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new PhotoGuardError('input', `options.${name}: ${error.message}`, { got: text });
    }
    return `${option.long}=${text}`;
  });
}
