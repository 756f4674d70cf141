// Writes x.br beside each file of build/app that gets smaller: the server sends that to whoever takes it, and every
// browser does over TLS.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../../../build/app', import.meta.url));
const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
for (const file of files(dist)) {
  if (file.endsWith('.br')) {
    rmSync(file);
    continue;
  }
  const content = readFileSync(file);
  const small = brotliCompressSync(content);
  if (small.length < content.length * 0.9) writeFileSync(`${file}.br`, small);
}
