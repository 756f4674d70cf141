// Builds the app into build/app: static files for any server (gandan-server --app, gandan app). Nothing comes from outside.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// The service worker keeps every file of the build: their names, and a version that changes with any of them.
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle(_, bundle) {
      const folder = fileURLToPath(new URL('public', import.meta.url));
      const hash = createHash('sha256');
      const files = ['./', ...Object.keys(bundle).filter((name) => name !== 'index.html').map((name) => `./${name}`)];
      for (const [name, file] of Object.entries(bundle)) hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
      for (const name of readdirSync(folder).sort()) {
        hash.update(name).update(readFileSync(join(folder, name)));
        files.push(`./${name}`);
      }
      const head = `const VERSION = ${JSON.stringify(hash.digest('hex').slice(0, 16))};\nconst FILES = ${JSON.stringify(files)};\n`;
      const body = readFileSync(fileURLToPath(new URL('src/service_worker.js', import.meta.url)), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'service_worker.js', source: head + body });
    },
  };
}

export default defineConfig({
  base: './',
  resolve: { alias: { gandan: fileURLToPath(new URL('../dist/index.js', import.meta.url)) } },
  build: { outDir: fileURLToPath(new URL('../../../build/app', import.meta.url)), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
  worker: { format: 'es' },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  plugins: [offline()],
});
