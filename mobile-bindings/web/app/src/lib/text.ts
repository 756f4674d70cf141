// Texts and numbers as people read them. Pure functions.

// Without diacritics and capitals, as the core folds: "Đường" -> "duong".
export const fold = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'd').toLowerCase();

// 1200000 -> "1.200.000"; big ones come as text.
export function numberText(value: number | string): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, '.') : text;
}
// What a person typed: "1.200.000", "1 200 000" or "1200000"; undefined when it is no whole number.
export function parseInteger(text: string): number | string | undefined {
  const digits = text.trim().replace(/(?<=\d)[.\s](?=\d{3}(\D|$))/g, '');
  if (!/^-?\d{1,18}$/.test(digits)) return undefined;
  const n = Number(digits);
  return Number.isSafeInteger(n) ? n : digits;
}
export const hectares = (squareMetres: number) => (squareMetres / 10_000).toFixed(2).replace('.', ',').replace(/,?0+$/, '');

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let n = bytes / 1000;
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) [n, unit] = [n / 1000, unit + 1];
  return `${n < 10 ? n.toFixed(1).replace('.', ',') : Math.round(n)} ${units[unit]}`;
}

// As core/base/ids.hpp says it: "n69g-1" where the id counts, else the last six characters.
export function shortId(id: string): string {
  const tail = id.slice(-9);
  const found = /^0*([0-9a-z]+)$/.exec(tail);
  return id.length === 26 && tail.startsWith('0') && found !== null ? `${id.slice(-13, -9)}-${found[1]}` : id.slice(-6);
}

// A table for a spreadsheet: UTF-8 with its mark, so that it opens with diacritics; fields that a spreadsheet would
// take for a formula are kept as text.
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r;]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
