// ColorVideoVDP (from PyPI) as the judge of visibility: JOD, 10 for no difference, one less where 75 % of people see which of
// two pictures is the better one. Its command is asked; PHOTOGUARD_CVVDP names it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { encodePhoto, type Pixels8, writeWhole } from 'photoguard/image/node';

const DISPLAY = 'standard_4k';

/** JOD of versions of a photo, in their order; undefined without a command. @param folder for the pictures it reads */
export async function measureJod(
  folder: string,
  photo: Pixels8,
  versions: readonly Pixels8[],
): Promise<number[] | undefined> {
  const command = process.env.PHOTOGUARD_CVVDP;
  if (command === undefined) return undefined;
  const write = async (name: string, pixels: Pixels8): Promise<string> => {
    const path = join(folder, name);
    await writeWhole(path, (await encodePhoto(pixels, 'png', {})).bytes);
    return path;
  };
  const reference = await write('reference.png', photo);
  const tests: string[] = [];
  for (const [i, version] of versions.entries()) tests.push(await write(`test-${i}.png`, version));
  const args = ['--test', ...tests, '--ref', reference, '--display', DISPLAY, '--quiet'];
  const said = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return said.trim().split('\n').map(Number);
}
