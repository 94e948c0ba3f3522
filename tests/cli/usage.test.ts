// Wrong values that once did something else in silence: nothing is loaded, exit 2, one line that says why.
import { expect, it } from 'vitest';
import { photoguardHere } from './here.ts';

it.each([
  [
    ['evaluate', '--photos', 'examples', '--prompt', 'x', '--eps', '0.000001', '-o', 'nowhere'],
    '--eps is below one level of 255',
  ],
  [['evaluate', '--photos', 'examples', '--prompt', 'x', '-o', 'nowhere', '-m', ''], 'expected a name.'],
  [['edit', 'examples/portrait.png', '--prompt', 'x', '-m', ''], 'expected a name.'],
  [
    ['immunize', 'examples/portrait.png', '--attack', 'sds', '--rate', '3'],
    '--rate is not an option of the attack sds',
  ],
  [['immunize', 'examples/portrait.png', '--attack', 'mist', '--target', 'away'], '--target away'],
  [['immunize', 'examples/portrait.png', '--through', 'median:3'], 'transforms, character 1: a transform is expected'],
  [['immunize', 'examples/portrait.png', '-m', 'mini', '--attack', 'diffusionguard'], 'diffusionguard needs --mask'],
])('%j', async (args, message) => {
  const { status, stderr } = await photoguardHere(args);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});
