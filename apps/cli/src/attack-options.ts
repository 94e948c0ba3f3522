// Flags of attacks, made from their options: those of a new attack appear here without a change.
import { type Command, Option as Flag, InvalidArgumentError } from 'commander';
import { ATTACKS, COMMON, dashed, type Option, type Options } from 'photoguard/attacks';

/** Options of all attacks by name, the common ones first. */
export const ATTACK_OPTIONS: Options = Object.assign(
  {},
  COMMON,
  ...Object.values(ATTACKS).map(({ options }) => options),
);

/** Adds the flags of all attacks to a command. */
export function addAttackOptions(command: Command): Command {
  for (const [name, option] of Object.entries(ATTACK_OPTIONS)) command.addOption(makeFlag(name, option));
  return command;
}

/** One line for each attack: its name and what it does. */
export const attacksHelp = (): string =>
  Object.values(ATTACKS)
    .map(({ name, about, source }) => `  ${name.padEnd(15)} ${about} (${source})`)
    .join('\n');

function makeFlag(name: string, option: Option): Flag {
  const owners = Object.values(ATTACKS).filter(({ options }) => Object.hasOwn(options, name));
  const whose = Object.hasOwn(COMMON, name) ? '' : `${owners.map((kind) => kind.name).join(', ')}: `;
  const flag = new Flag(`--${dashed(name)} ${option.value}`, `${whose}${option.about}`);
  return flag.argParser((text: string, former: unknown) => {
    const parsed = option.parse(text);
    const value = option.list ? [...((former as unknown[] | undefined) ?? []), ...(parsed as unknown[])] : parsed;
    const checked = option.schema.safeParse(value);
    if (checked.success) return checked.data;
    const custom = checked.error.issues.find(({ code }) => code === 'custom')?.message;
    throw new InvalidArgumentError(custom ?? `expected ${option.range}.`);
  });
}
