// What the first visit loads, compressed: everything that the page needs before it can be used. At most 2 MB.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const kMost = 2_000_000; // bytes
const dist = fileURLToPath(new URL('../../../../build/app', import.meta.url));
const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
let [plain, gzip, brotli] = [0, 0, 0];
for (const file of files(dist)) {
  const content = readFileSync(file);
  plain += content.length;
  gzip += Math.min(content.length, gzipSync(content, { level: 9 }).length);
  brotli += Math.min(content.length, brotliCompressSync(content).length);
}
console.log(`the whole app: ${plain} bytes, ${gzip} by gzip, ${brotli} by brotli`);
if (gzip > kMost) {
  console.error(`more than ${kMost} bytes`);
  process.exit(1);
}
