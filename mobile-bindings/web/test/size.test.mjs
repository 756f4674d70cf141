// What a phone has to fetch before it can open a vault: the module and its script, as a server sends them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const kMost = 1_800_000; // bytes by brotli, as the server sends it; the app beside it has two hundred thousand

test('the module is small enough', (t) => {
  let all = 0;
  for (const name of ['gandan.wasm', 'gandan.mjs']) {
    const content = readFileSync(new URL(`../dist/generated/${name}`, import.meta.url));
    const zipped = gzipSync(content, { level: 9 }).length;
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    t.diagnostic(`${name}: ${content.length} bytes, gzip ${zipped}, brotli ${brotli}`);
    all += brotli;
  }
  assert.ok(all < kMost, `${all} bytes`);
});
