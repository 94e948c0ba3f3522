// JSON.parse silently keeps the last of two equal keys. In a header that would hide a tensor, so the text is scanned
// once more: a string followed by a colon is a key of the innermost open object.

/**
 * The first key that occurs twice in an object of this JSON text; undefined if there is none. The text must be valid.
 */
export function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = []; // arrays have one too, which stays empty
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      if (isFollowedByColon(json, end + 1)) {
        const key = JSON.parse(json.slice(at, end + 1)) as string;
        const keys = open[open.length - 1];
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

function isFollowedByColon(json: string, start: number): boolean {
  let at = start;
  while (at < json.length && ' \t\r\n'.includes(json[at]!)) at++;
  return json[at] === ':';
}
