// Reads an .xlsx file as far as the stories look into it: its sheets' cells with what kind they are.
import { unzipSync } from 'fflate';

const text = (xml) => xml.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');

export function readBook(bytes) {
  const files = Object.fromEntries(Object.entries(unzipSync(new Uint8Array(bytes))).map(([name, content]) => [name, Buffer.from(content).toString('utf8')]));
  const shared = [...(files['xl/sharedStrings.xml'] ?? '').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t>.*?<\/si>/gs)].map((found) => text(found[1]));
  const formats = new Map([...files['xl/styles.xml'].matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map((found) => [found[1], text(found[2])]));
  const styles = [...files['xl/styles.xml'].match(/<cellXfs.*?<\/cellXfs>/s)[0].matchAll(/<xf [^>]*?(?:numFmtId="(\d+)")?[^>]*>/g)].map((found) => formats.get(/numFmtId="(\d+)"/.exec(found[0])?.[1] ?? ''));
  const cell = (attributes, inner) => {
    const kind = /t="(\w+)"/.exec(attributes)?.[1];
    const value = /<v>(.*?)<\/v>/s.exec(inner)?.[1];
    if (kind === 's') return { type: 'text', value: shared[Number(value)] };
    if (kind === 'inlineStr') return { type: 'text', value: text(/<t[^>]*>(.*?)<\/t>/s.exec(inner)?.[1] ?? '') };
    return value === undefined ? { type: 'none' } : { type: 'number', value: Number(value), format: styles[Number(/s="(\d+)"/.exec(attributes)?.[1] ?? 0)] };
  };
  const place = (name) => [...name].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const sheet = (xml) => [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map((row) => {
    const cells = [];
    for (const found of row[1].matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) cells[place(found[1])] = cell(found[2], found[3] ?? '');
    return cells;
  });
  const names = Object.keys(files).filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort();
  return { sheets: names.map((name) => sheet(files[name])) };
}
const epoch = Date.UTC(1899, 11, 30);
const instant = (serial) => new Date(epoch + Math.round(serial * 86_400_000)).toISOString();
export const excelDay = (serial) => instant(serial).slice(0, 10);
export const excelTime = (serial) => instant(serial).slice(11, 16);
