// Debian's Chromium with a profile of its own, the package served to it, and cores in its pages as this process sees
// them. Chromium is a process of ours, so that it can be killed like a phone whose battery is taken out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { GandanError } from '../dist/index.js';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
const web = new URL('..', import.meta.url).pathname;

// Serves dist/ and test/; under /isolated/ with the headers that let memory be shared. /v1/sync is always busy.
export async function servePackage() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/v1/sync') return response.writeHead(503).end();
    const isolated = pathname.startsWith('/isolated/');
    try {
      const content = await readFile(join(web, pathname.replace(/^\/(isolated|plain)\//, '')));
      response.writeHead(200, {
        'Content-Type': types[extname(pathname)] ?? 'application/octet-stream',
        ...(isolated ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {}),
      }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://localhost:${server.address().port}`, close: () => server.close() };
}

export class Chromium {
  #process;
  #browser;

  static async start(profile) {
    const out = new Chromium();
    out.#process = spawn(process.env.GANDAN_CHROMIUM ?? 'chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
      '--no-first-run', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    out.#process.stderr.setEncoding('utf8');
    const address = await new Promise((resolve, reject) => {
      out.#process.on('error', reject);
      out.#process.on('exit', (code) => reject(new Error(`chromium ended with ${code}: ${said}`)));
      out.#process.stderr.on('data', (text) => {
        said += text;
        const found = /DevTools listening on (\S+)/.exec(said);
        if (found) resolve(found[1]);
      });
    });
    out.#browser = await chromium.connectOverCDP(address);
    return out;
  }
  // A page with the package in it, as `gandan`.
  async page(address) {
    const page = await this.#browser.contexts()[0].newPage();
    await page.goto(`${address}/test/page.html`);
    await page.waitForFunction('window.gandan !== undefined');
    return page;
  }
  async crash(page) {
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    await page.close();
  }
  // All its processes at once.
  async kill() {
    const exit = once(this.#process, 'exit');
    process.kill(-this.#process.pid, 'SIGKILL');
    await exit;
  }
  async stop() {
    await this.#browser.close().catch(() => undefined);
    if (this.#process.exitCode === null) await this.kill();
  }
}

// A core in a page, with a Core's calls. `clock`: ms, if the core is to have one of its own.
export class PageCore {
  #page;
  #name;

  static async start(page, name, clock) {
    const out = new PageCore();
    out.#page = page;
    out.#name = name;
    await page.evaluate(([core, at]) => window.start(core, at), [name, clock]);
    return out;
  }
  async #do(call, ...args) {
    const answer = await this.#page.evaluate(([name, what, given]) => window.call(name, what, given), [this.#name, call, args]);
    if (answer.failure !== undefined) throw new GandanError(answer.failure);
    return answer.value;
  }
  state() { return this.#do('state'); }
  open(options) { return this.#do('open', options); }
  request(method, params = {}) { return this.#do('request', method, params); }
  newPath(name) { return this.#do('newPath', name); }
  close() { return this.#do('close'); }
  setClock(ms) { return this.#page.evaluate((at) => window.setClock(at), ms); }
  async putFile(name, content) { return this.#do('putFile', name, await base64(content)); }
  async putFolder(files) {
    const given = {};
    for (const [path, content] of files) given[path] = await base64(content);
    return this.#do('putFolder', given);
  }
  async getFile(path) { return new Blob([Buffer.from(await this.#do('getFile', path), 'base64')]); }
}

async function base64(content) {
  return Buffer.from(await content.arrayBuffer()).toString('base64');
}
