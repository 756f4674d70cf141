// Sync with the real server, by fetch: an office and a phone, an attachment; and what goes on while a server is silent.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { GandanError } from '../dist/index.js';
import { startCore } from '../dist/node/index.js';
import { listed, makeRealm } from './realm.mjs';
import { TestServer } from './server.mjs';
import { rawKey } from './stories.mjs';

// Node reads whom it trusts when it starts: so the test itself starts once more, with the server's certificate.
const folder = process.env.GANDAN_WEB_FOLDER;
if (folder === undefined) {
  test('sync with the real server', () => {
    const made = mkdtempSync(join(tmpdir(), 'gandan-web-'));
    try {
      const ledgerKey = new TestServer(made).init();
      const { NODE_TEST_CONTEXT, ...environment } = process.env;
      const run = spawnSync(process.execPath, ['--test-reporter=spec', new URL(import.meta.url).pathname], {
        env: { ...environment, GANDAN_WEB_FOLDER: made, GANDAN_LEDGER_KEY: ledgerKey, NODE_EXTRA_CA_CERTS: join(made, 'tls.pem') },
        encoding: 'utf8',
      });
      assert.equal(run.status, 0, run.stdout + run.stderr);
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });
} else {
  test('two devices', async () => {
    const server = new TestServer(folder);
    const office = startCore(join(folder, 'office'));
    const phone = startCore(join(folder, 'phone'));
    try {
      await office.open({ raw_key: rawKey(0), create: true });
      const card = await office.newPath('realm.card');
      const { unit } = await makeRealm(office, { ledgerKey: process.env.GANDAN_LEDGER_KEY, card });
      await server.run(new Uint8Array(await (await office.getFile(card)).arrayBuffer()));

      await phone.open({ raw_key: rawKey(1), create: true });
      const { request } = await phone.request('device.request', { label: 'máy 1' });
      const out = await office.newPath('phone.join');
      await office.request('device.approve', { request, role: 'cadre', unit, out });
      const join_file = await phone.putFile('phone.join', await office.getFile(out));
      await phone.request('bundle.import', { file: join_file });
      await phone.request('holder.add', { code: 'CB02', role: 'cadre', display: 'Cán bộ', use: true });

      const village = (name) => phone.request('record.add', { kind: 'village', unit, record: { kind: 'thon', name } });
      const { id } = await phone.request('record.add', { kind: 'mobilisation_visit', record: {
        project: 'Đường nối', household: 'H017', stage: 'inventory', start: '2026-02-01T01:00:00Z', end: '2026-02-01T02:00:00Z',
        place: 'Tại nhà', met: 'land_user', outcome: 'considering' } });
      const picture = crypto.getRandomValues(new Uint8Array(60_000));
      const file = await phone.putFile('ảnh.jpg', new Blob([picture]));
      await phone.request('attachment.add', { record: id, file });

      const events = [];
      office.events((event) => events.push(event));
      const first = await office.request('sync.run', { server: server.address });
      assert.ok(first.bytes_sent > 0);
      const sent = await phone.request('sync.run', { server: server.address });
      assert.ok(sent.segments_sent >= 1 && sent.chunks_sent >= 1, JSON.stringify(sent));
      const { arrival } = await phone.request('record.show', { id });
      assert.equal(arrival.state, 'received');
      await office.request('sync.run', { server: server.address });
      assert.ok((await office.request('record.list')).records.some((row) => row.id === id));
      assert.ok(events.some((event) => event.method === 'sync.run'));
      const { attachments } = await office.request('attachment.list', { record: id });
      const copy = await office.newPath('ảnh.jpg');
      await office.request('attachment.read', { record: id, path: attachments[0].path, out: copy });
      assert.deepEqual(new Uint8Array(await (await office.getFile(copy)).arrayBuffer()), picture);

      // Nobody answers there; a server that is silent keeps neither saves nor lists waiting, and is left when told so.
      await assert.rejects(phone.request('sync.run', { server: 'https://localhost:9' }), { code: 'net.unreachable' });
      const sockets = [];
      let meanwhile;
      const silent = createServer((socket) => sockets.push(socket));
      await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
      try {
        const server = `http://127.0.0.1:${silent.address().port}`;
        const stop = new AbortController();
        let ended = false;
        const endless = phone.request('sync.run', { server }, { signal: stop.signal });
        endless.catch(() => { ended = true; });
        ({ id: meanwhile } = await village('Thôn trong lúc chờ'));
        assert.ok((await listed(phone)).has(meanwhile));
        assert.equal(ended, false);
        // What brings in others' work waits its turn, and can be taken back.
        const taken = new AbortController();
        const second = phone.request('sync.run', { server }, { signal: taken.signal });
        taken.abort();
        await assert.rejects(second, { code: 'cancelled' });
        assert.equal(ended, false);
        stop.abort();
        await assert.rejects(endless, (fault) => fault instanceof GandanError && fault.is('cancelled'));

        // Whoever locks the vault ends it, too.
        await phone.request('keys.add', { kind: 'passphrase', passphrase: 'mật khẩu của máy' });
        const cut = phone.request('sync.run', { server });
        await phone.request('vault.lock');
        assert.equal((await phone.state()).open, false);
        for (const socket of sockets) socket.destroy();
        await assert.rejects(cut, { code: 'vault.closed' });
        await phone.open({ passphrase: 'mật khẩu của máy' });
        assert.ok((await listed(phone)).has(meanwhile));
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
      await phone.request('sync.run', { server: server.address });
      await office.request('sync.run', { server: server.address });
      assert.ok((await listed(office)).has(meanwhile));
      await assert.rejects(phone.request('sync.run', { server: 'http://example.org' }), { code: 'request.bad' });
    } finally {
      await office.close();
      await phone.close();
      await server.stop();
    }
  });
}
