// What the first visit loads, as the server sends it: everything that the page needs before it can be used. At most 2 MB.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kMost = 2_000_000; // bytes
const dist = fileURLToPath(new URL('../../../../build/app', import.meta.url));
const files = (folder) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
let [plain, sent] = [0, 0];
for (const file of files(dist).filter((name) => !name.endsWith('.br'))) {
  plain += statSync(file).size;
  sent += statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
}
console.log(`the whole app: ${plain} bytes, ${sent} as the server sends it`);
if (sent > kMost) {
  console.error(`more than ${kMost} bytes`);
  process.exit(1);
}
