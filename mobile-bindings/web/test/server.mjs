// A gandan-server with a realm, for tests: its address, and the environment in which Node trusts it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stories.mjs';

const program = process.env.GANDAN_SERVER ?? join(root, 'build/bin/gandan-server');

export class TestServer {
  #folder;
  #process;
  address = '';

  constructor(folder) {
    assert.ok(existsSync(program), `${program} is not there: build gandan-server first`);
    this.#folder = folder;
  }
  get certificate() {
    return join(this.#folder, 'tls.pem');
  }

  // The ledger's key, for realm.create.
  init() {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(this.#folder, 'tls.key'),
      '-out', this.certificate], { stdio: 'ignore' });
    const said = execFileSync(program, ['init', '--data', join(this.#folder, 'data')], { encoding: 'utf8' });
    return /[0-9a-f]{64}/.exec(said)[0];
  }

  async run(card) {
    writeFileSync(join(this.#folder, 'realm.card'), card);
    const data = join(this.#folder, 'data');
    execFileSync(program, ['realm', 'admit', join(this.#folder, 'realm.card'), '--data', data, '--quota', '1GiB'], { stdio: 'ignore' });
    const port = join(this.#folder, 'port');
    this.#process = spawn(program, ['run', '--data', data, '--listen', '127.0.0.1:0', '--cert', this.certificate,
      '--key', join(this.#folder, 'tls.key'), '--port-file', port], { stdio: 'ignore' });
    for (let i = 0; i < 200 && !existsSync(port); ++i) await new Promise((resolve) => setTimeout(resolve, 50));
    this.address = `https://localhost:${readFileSync(port, 'utf8').trim()}`;
  }

  async stop() {
    if (this.#process === undefined) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exit;
  }
}
