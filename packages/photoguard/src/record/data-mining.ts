// What a photo's XMP says about data mining: the property DataMining of PLUS, which IPTC took over in 2023. Its value is one
// of the terms that begin with DMI-, as an attribute, a text or a resource.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { RDF } from './xmp-packet.ts';

const PLUS = 'http://ns.useplus.org/ldf/xmp/1.0/';
const TERM = /(DMI-[A-Z-]{1,60})\/?$/;

/** The term of a packet, such as `DMI-PROHIBITED`; undefined where there is none, or the packet cannot be read. */
export function readDataMining(xmp: Uint8Array | undefined): string | undefined {
  if (xmp === undefined) return undefined;
  const text = new TextDecoder().decode(xmp).replace(/\0+$/, '');
  if (!text.includes(PLUS)) return undefined;
  const found: string[] = [];
  let inside = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', (tag: SaxesTagNS) => {
    inside = tag.uri === PLUS && tag.local === 'DataMining';
    for (const { uri, local, value } of Object.values(tag.attributes))
      if ((uri === PLUS && local === 'DataMining') || (inside && uri === RDF && local === 'resource'))
        found.push(value);
  });
  parser.on('text', (more) => {
    if (inside) found.push(more);
  });
  parser.on('closetag', () => {
    inside = false;
  });
  try {
    parser.write(text).close();
  } catch {
    return undefined; // not XML: nobody can have meant anything by it
  }
  return found.map((value) => TERM.exec(value.trim())?.[1]).find((term) => term !== undefined);
}
