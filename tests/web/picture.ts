// Makes the pictures of the page in docs/images, from the real page: node --conditions=source tests/web/picture.ts [recipe]
import { join } from 'node:path';
import sharp from 'sharp';
import { launch } from '../browser/chromium.ts';
import { ROOT } from '../browser/serve.ts';
import { open, servePage } from './built-page.ts';
import { card, choose, done, protect } from './steps.ts';

const settings = process.argv[2] === undefined ? null : { recipe: process.argv[2] };
const SEEN = [
  { name: 'page', viewport: { width: 1000, height: 900 }, colorScheme: 'light' },
  { name: 'page-dark', viewport: { width: 1000, height: 900 }, colorScheme: 'dark' },
  { name: 'page-phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
] as const;

const built = await servePage();
const browser = await launch();
const { page } = await open(browser, built.url, { settings, viewport: SEEN[0].viewport });
const name = 'portrait.png';
// At half its size, so that a photo takes a minute on one core.
const photo = await sharp(join(ROOT, 'examples', name))
  .resize(256, 320)
  .png()
  .toBuffer();
await choose(page, { [name]: photo });
await protect(page);
await done(card(page, name), 600_000);
await card(page, name).getByText('What it does, and what not').click();
for (const { name: picture, viewport, colorScheme } of SEEN) {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const png = await page.screenshot({ fullPage: true });
  await sharp(png)
    .jpeg({ quality: 80, mozjpeg: true })
    .toFile(join(ROOT, `docs/images/${picture}.jpg`));
}
await browser.close();
await built.close();
