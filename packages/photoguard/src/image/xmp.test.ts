import { expect, it } from 'vitest';
import { latin1 } from './bytes.ts';
import { base64, hiddenPicture, xmpWith } from './testing/carriers.ts';
import { normaliseXmp } from './xmp.ts';

it('XMP that cannot be cut goes as a whole where it has a picture, and stays as it is where it has none', async () => {
  const packet = new TextDecoder().decode(
    xmpWith('', `<xmp:Thumbnails>${base64(await hiddenPicture())}</xmp:Thumbnails>`),
  );
  for (const damaged of [Buffer.from(packet.slice(0, -40)), Buffer.from(`\ufeff${packet}`, 'utf16le')])
    expect(normaliseXmp(damaged)).toEqual({ hadPictures: true });
  const harmless = latin1('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>');
  expect(normaliseXmp(harmless)).toEqual({ xmp: harmless, hadPictures: false });
});

it('XMP does not point to extended XMP, which is not carried', () => {
  const note = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/"';
  const plain = xmpWith(note, '');
  const pointing = [
    xmpWith(`${note} xmpNote:HasExtendedXMP="0123456789ABCDEF"`, ''),
    xmpWith(note, '<xmpNote:HasExtendedXMP>0123456789ABCDEF</xmpNote:HasExtendedXMP>'),
  ];
  for (const xmp of pointing) expect(normaliseXmp(xmp)).toEqual({ xmp: plain, hadPictures: false });
});
