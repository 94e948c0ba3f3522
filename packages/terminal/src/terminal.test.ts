import { describe, expect, it, vi } from 'vitest';
import { print, printable, printError, printJson, TERMINAL } from './terminal.ts';

const NASTY = 'a\x1b[2Jb\x1b]0;title\x07c\rd\ne\x9b31mf\u202eg\u2028h\x7fi\ud800';
const SHOWN = 'a\\x1b[2Jb\\x1b]0;title\\x07c\\rd\\ne\\x9b31mf\\u202eg\\u2028h\\x7fi\\ud800';

describe('printable', () => {
  it('shows what a terminal would obey', () => {
    expect(printable(NASTY)).toBe(SHOWN);
  });
  it('leaves text of any language, and pictures made of several characters', () => {
    for (const text of ['Grüße', '写真.png', 'صورة', 'C:\\new\\table.png', '👩‍👩‍👧 café'])
      expect(printable(text)).toBe(text);
  });
});

describe('what is printed', () => {
  const printed = (stream: NodeJS.WriteStream, act: () => void): string => {
    const write = vi.spyOn(stream, 'write').mockReturnValue(true);
    try {
      act();
      return write.mock.calls.map(([text]) => String(text)).join('');
    } finally {
      write.mockRestore();
    }
  };

  it('is one line for a text, and a line for each of several', () => {
    expect(printed(process.stdout, () => print(NASTY))).toBe(`${SHOWN}\n`);
    expect(printed(process.stderr, () => printError(['a', NASTY]))).toBe(`a\n${SHOWN}\n`);
  });
  it('on the line that is rewritten moves nothing either', () => {
    expect(printed(process.stderr, () => TERMINAL.show(NASTY))).toBe(`\r\x1b[K${SHOWN}`);
  });
  it('as JSON is exact', () => {
    const value = { [NASTY]: [NASTY, 'ü', 'two\nlines'] };
    const json = printed(process.stdout, () => printJson(value));
    expect(JSON.parse(json)).toEqual(value);
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e]/u);
  });
});
