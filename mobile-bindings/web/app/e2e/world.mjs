// A small province for the stories: a server, a realm, and one vault for each role, made by the command line; each role's
// screens served by `gandan app`. All in a folder of its own, on loopback.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const bin = process.env.GANDAN_BIN ?? join(root, 'build/bin');
export const app = fileURLToPath(new URL('../../../../build/app', import.meta.url));
const kAddress = /http:\/\/127\.0\.0\.1:\d+\/\S*/;
export const kPassphrase = 'gan dan trong dan';

const day = (back) => new Date(Date.now() + 7 * 3600_000 - back * 86_400_000).toISOString().slice(0, 10);
const at = (back, time) => new Date(Date.parse(`${day(back)}T${time}:00+07:00`)).toISOString().replace('.000', '');

export class World {
  folder = mkdtempSync(join(tmpdir(), 'gandan-app-'));
  #children = [];
  #screens = [];

  vault(name) {
    return join(this.folder, name);
  }
  gandan(vault, ...args) {
    const out = execFileSync(join(bin, 'gandan'), ['--vault', this.vault(vault), '--json', ...args], {
      env: { ...process.env, GANDAN_PASSPHRASE: kPassphrase, GANDAN_ROOT_PASSPHRASE: kPassphrase, GANDAN_LANG: 'en' }, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28,
    });
    const answer = JSON.parse(out.toString());
    return answer.ok ?? answer;
  }
  // As Chromium names a key: SHA-256 of its SPKI, base64.
  serverKey() {
    const spki = new X509Certificate(readFileSync(join(this.folder, 'server.pem'))).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('base64');
  }
  // A join request as it was shown on a screen.
  approve(text, ...more) {
    const file = join(this.folder, 'request');
    writeFileSync(file, text);
    return this.gandan('admin', 'device', 'approve', file, ...more);
  }
  record(vault, kind, record, ...more) {
    const file = join(this.folder, 'record.json');
    writeFileSync(file, JSON.stringify(record));
    return this.gandan(vault, 'record', 'add', kind, '--file', file, ...more).id;
  }

  bin = bin;
  // Screens that are started in a way of their own.
  async program(path, args) {
    const made = await this.#run(path, args, kAddress);
    this.#screens.push(made.child);
    return made;
  }
  // A program that says where it listens in a line that matches.
  async #run(path, args, pattern) {
    const child = spawn(path, args, { env: { ...process.env, GANDAN_LANG: 'en' }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    let said = '';
    return await new Promise((resolve, reject) => {
      const look = (chunk) => {
        said += chunk;
        const found = pattern.exec(said);
        if (found) resolve({ child, address: found[0] });
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('exit', (code) => reject(new Error(`${path} ended with ${code}: ${said}`)));
    });
  }
  async screens(vault) {
    return await this.program(join(bin, 'gandan'), ['--vault', this.vault(vault), 'app', '--files', app]);
  }
  async server() {
    const port = join(this.folder, 'port');
    rmSync(port, { force: true });
    const child = spawn(join(bin, 'gandan-server'), ['run', '--data', this.vault('server'), '--listen', '127.0.0.1:0', '--cert', join(this.folder, 'server.pem'), '--key', join(this.folder, 'server.key'), '--port-file', port, '--app', app], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    for (let n = 0; n < 200 && !existsSync(port); ++n) {
      if (child.exitCode !== null) throw new Error(`gandan-server ended: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.serverAddress = `https://localhost:${readFileSync(port, 'utf8').trim()}`;
    return child;
  }
  sync(vault, ...more) {
    return this.gandan(vault, 'sync', '--server', this.serverAddress, '--ca', join(this.folder, 'server.pem'), ...more);
  }

  async make() {
    const { folder } = this;
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.pem')], { stdio: 'ignore' });
    execFileSync(join(bin, 'gandan-server'), ['init', '--data', this.vault('server')], { stdio: 'ignore' });
    const ledger = execFileSync(join(bin, 'gandan-server'), ['key', '--data', this.vault('server')]).toString().trim();
    const card = join(folder, 'realm.card');
    this.fingerprint = this.gandan('admin', 'realm', 'create', 'Lạng Sơn', '--code', '20', '--ledger-key', ledger, '--root-key', join(folder, 'root.key'), '--card', card).fingerprint;
    execFileSync(join(bin, 'gandan-server'), ['realm', 'admit', card, '--data', this.vault('server'), '--quota', '1GiB'], { stdio: 'ignore' });
    await this.server();
    this.gandan('admin', 'unit', 'add', 'Cơ quan tiếp nhận khu vực Một', '--parent', '20', '--kind', 'office', '--code', '20.KV1');
    this.gandan('admin', 'unit', 'add', 'Xã Chiến Thắng', '--parent', '20.KV1', '--kind', 'xa', '--code', '20.X1', '--set', 'place_name=Chiến Thắng');
    this.gandan('admin', 'unit', 'add', 'Xã Bằng Mạc', '--parent', '20.KV1', '--kind', 'xa', '--code', '20.X2', '--set', 'place_name=Bằng Mạc');
    this.village = this.gandan('admin', 'unit', 'add', 'Khòn Nưa', '--parent', '20.X1', '--kind', 'thon').record;
    this.roll = this.record('admin', 'household_roll', { village: this.village, as_of: day(60), households: Array.from({ length: 12 }, (_, n) => ({ code: `H${String(n + 1).padStart(2, '0')}`, representative: n % 3 === 0 ? 'Đại diện hộ' : '' })) }, '--unit', '20.X1');
    this.gandan('admin', 'record', 'finalize', this.roll);
    this.sync('admin');
    for (const [name, role, unit, holder, title] of [['phone', 'cadre', '20.X1', 'CB01', 'Cán bộ dân vận'], ['phone2', 'cadre', '20.X1', 'CB02', 'Cán bộ Mặt trận'], ['office', 'office', '20.KV1', 'TN01', 'Văn thư'], ['supervisor', 'supervisor', '20', 'GS01', 'Giám sát viên']]) {
      this.enrol(name, role, unit);
      if (role !== 'supervisor') this.gandan(name, 'holder', 'add', holder, '--role', role, '--display', title, '--use');
    }
    return this;
  }
  // A new vault becomes a member, by files.
  enrol(name, role, unit) {
    const request = join(this.folder, `${name}.request`);
    const enrolment = join(this.folder, `${name}.enrolment`);
    const { code } = this.gandan(name, 'device', 'request', `may-${name}`, '--out', request);
    this.gandan('admin', 'device', 'approve', request, '--code', code, '--role', role, '--unit', unit, '--out', enrolment);
    this.sync('admin');
    this.gandan(name, 'bundle', 'import', enrolment, '--root', this.fingerprint);
  }
  // Visits of the last weeks, with places around the commune; most of them finalised and at the office.
  visits(vault, number) {
    const outcomes = ['agreed', 'considering', 'disagreed', 'partly', 'agreed'];
    for (let n = 0; n < number; ++n) {
      const id = this.record(vault, 'mobilisation_visit', {
        project: n % 4 === 3 ? 'Hồ chứa nước Bản Lải' : 'Đường nối vành đai', household: `H${String((n * 5) % 12 + 1).padStart(3, '0')}`, stage: 'inventory_persuasion',
        team: [{ name: 'Phó Chủ tịch UBND xã', organisation: 'ubnd' }, { name: 'Chủ tịch Mặt trận xã', organisation: 'mttq' }],
        start: at(3 * n + 2, n % 5 === 0 ? '19:40' : '09:10'), end: at(3 * n + 2, n % 5 === 0 ? '20:30' : '10:25'), place: 'Nhà hộ dân, thôn Khòn Nưa',
        position: { latitude_e7: 218534210 + ((n * 137) % 40 - 20) * 3000, longitude_e7: 1067618850 + ((n * 89) % 50 - 25) * 4000, accuracy_cm: 1200 },
        met: 'land_user', issues: ['price', 'graves'].slice(0, n % 3), explained: 'Đơn giá bồi thường, chính sách tái định cư.',
        commitments: n % 2 === 0 ? [{ party: 'clearance_unit', what: 'Đo lại ranh giới phía đông', due: day(n < 2 ? 1 : -3) }] : [],
        outcome: outcomes[n % outcomes.length], minutes: 'signed', next_date: day(-7),
      });
      if (n !== 1) this.gandan(vault, 'record', 'finalize', id);
    }
  }
  // The vaults are the command line's again, also where a story ended in its middle.
  closeScreens() {
    for (const child of this.#screens.splice(0)) child.kill('SIGTERM');
  }
  stop() {
    for (const child of this.#children) child.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
export { at, day };
