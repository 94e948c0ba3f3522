// The record in a photo's XMP: written, read, taken out. One text property in a namespace of our own, since that is what
// programs that rewrite XMP leave as it is. All else in the packet stays byte for byte.
import { PhotoGuardError } from '../errors.ts';
import { cut } from '../image/index.ts';
import { type ImmunizationRecord, parseRecord, recordText } from './record.ts';
import { NAMESPACE, PROPERTY, RDF, type Scan, scanPacket } from './xmp-packet.ts';

/** What a photo's XMP says: a record, or why there is one that cannot be used; neither where there is none. */
export interface FoundRecord {
  readonly record?: ImmunizationRecord;
  readonly problem?: string;
}

const EMPTY =
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  `<rdf:RDF xmlns:rdf="${RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/**
 * The packet with the record in it, last of all. A record that is there already is replaced: a photo that is immunized
 * again has the record of the last time, whose `original` is the photo that it was then.
 *
 * @param xmp a packet as it was read; absent: a new one is made
 * @throws PhotoGuardError `input` for a packet that is no XMP in UTF-8: nothing can be put into it without harm; for a
 *   record that could not be read again
 */
export function withRecord(xmp: Uint8Array | undefined, record: ImmunizationRecord): Uint8Array {
  const text = xmp === undefined ? EMPTY : decoded(xmp);
  const scan = scanned(text);
  const { rdf } = scan;
  if (!rdf) throw unusable('it has no rdf:RDF');
  const property =
    `<rdf:Description xmlns:rdf="${RDF}" rdf:about="${escaped(scan.about).replaceAll('"', '&quot;')}" xmlns:photoguard="${NAMESPACE}">` +
    `<photoguard:${PROPERTY}>${escaped(recordText(record))}</photoguard:${PROPERTY}></rdf:Description>`;
  const head = cut(text.slice(0, rdf.start), scan.ours);
  const tag = text.slice(rdf.start, rdf.end);
  const name = /^<\/?\s*([^\s/>]+)/.exec(tag)![1]!;
  const middle = rdf.selfClosing ? `${tag.replace(/\s*\/>$/, '>')}${property}</${name}>` : property + tag;
  const packet = new TextEncoder().encode(withoutPadding(head + middle + text.slice(rdf.end), text.length));
  const { problem } = readRecord(packet);
  if (problem !== undefined) throw new PhotoGuardError('input', problem);
  return packet;
}

/** The packet without a record. The very same bytes where there is none, or where it cannot be read as XMP. */
export function withoutRecord(xmp: Uint8Array): Uint8Array {
  try {
    const text = decoded(xmp);
    const { ours } = scanned(text);
    return ours.length === 0 ? xmp : new TextEncoder().encode(cut(text, ours));
  } catch (error) {
    if (error instanceof PhotoGuardError) return xmp;
    throw error;
  }
}

/**
 * The record of a photo's XMP. Where there are several (another program merged packets), the last one counts. Damage is
 * told in `problem`, never thrown: a photo without a usable record is still a photo.
 */
export function readRecord(xmp: Uint8Array | undefined): FoundRecord {
  if (xmp === undefined) return {};
  // A packet that is damaged is our business only where it speaks of us.
  const mentioned = new TextDecoder().decode(xmp).includes(NAMESPACE);
  if (!mentioned) return {};
  try {
    const value = scanned(decoded(xmp)).values.at(-1);
    return value === undefined ? {} : { record: parseRecord(value) };
  } catch (error) {
    if (error instanceof PhotoGuardError) return { problem: error.message };
    throw error;
  }
}

function decoded(xmp: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(xmp).replace(/\0+$/, '');
  } catch (cause) {
    throw unusable('it is not in UTF-8', cause);
  }
}

function scanned(text: string): Scan {
  try {
    return scanPacket(text);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`it is not well-formed XML, ${said.replace(/\s+/g, ' ').slice(0, 120)}`, cause);
  }
}

const unusable = (what: string, cause?: unknown): PhotoGuardError =>
  new PhotoGuardError('input', `the photo's XMP cannot be used: ${what}`, cause === undefined ? {} : { cause });

// White space before the end of a packet is there to be written over (XMP specification, part 3): what was added is
// taken from it, so that a packet that fitted its place still does.
function withoutPadding(text: string, before: number): string {
  const [padding = '', end = ''] = /(\s*)(<\?xpacket\s+end=[^?]*\?>\s*)$/.exec(text)?.slice(1) ?? [];
  const spare = Math.min(padding.length, Math.max(0, text.length - before));
  const kept = text.length - padding.length - end.length;
  return text.slice(0, kept) + padding.slice(spare) + end;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
