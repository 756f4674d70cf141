// A small file as a few QR codes, shown one after another: each code carries its place, so that they may be read in any
// order. "GD1:<name>:<place>/<number>:<base64>", the name being the same for all parts of one file. Pure functions.
export const kPartBytes = 1200; // of the file, in one code: a cheap phone reads it
export const kMostParts = 24;

const head = /^GD1:([0-9a-z]+):(\d{1,2})\/(\d{1,2}):([A-Za-z0-9+/=]*)$/;

export function split(content: Uint8Array): string[] {
  const number = Math.max(1, Math.ceil(content.length / kPartBytes));
  if (number > kMostParts) return [];
  let sum = content.length;
  for (const byte of content) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return Array.from({ length: number }, (_, place) => {
    const part = content.subarray(place * kPartBytes, (place + 1) * kPartBytes);
    return `GD1:${sum.toString(36)}:${place + 1}/${number}:${btoa(String.fromCharCode(...part))}`;
  });
}
export const isPart = (text: string) => head.test(text);

export interface Gathered {
  name: string;
  parts: readonly (string | undefined)[];
}
// With one more part; of another file: begins anew. undefined: not a part.
export function gather(before: Gathered | undefined, text: string): Gathered | undefined {
  const found = head.exec(text);
  if (found === null) return undefined;
  const [name, place, number, data] = [found[1] ?? '', Number(found[2]), Number(found[3]), found[4] ?? ''];
  if (place < 1 || place > number || number > kMostParts) return undefined;
  const same = before?.name === name && before.parts.length === number;
  const parts = same ? [...before.parts] : new Array<string | undefined>(number).fill(undefined);
  parts[place - 1] = data;
  return { name, parts };
}
export const missing = (gathered: Gathered) => gathered.parts.filter((part) => part === undefined).length;
// The file, once no part is missing.
export function whole(gathered: Gathered): Uint8Array | undefined {
  if (missing(gathered) > 0) return undefined;
  const texts = gathered.parts.map((part) => atob(part ?? ''));
  return Uint8Array.from(texts.join(''), (character) => character.charCodeAt(0));
}
