// A process that is killed between and in the middle of writes: everything it had said was saved is there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startCore } from '../dist/node/index.js';
import { listed, makeRealm } from './realm.mjs';
import { rawKey } from './stories.mjs';

test('killed six times, nothing that was acknowledged is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gandan-web-'));
  try {
    let core = startCore(folder);
    await core.open({ raw_key: rawKey(0), create: true });
    const { unit } = await makeRealm(core);
    await core.close();
    const acknowledged = [];
    for (let round = 0; round < 6; ++round) {
      const child = spawn(process.execPath, [new URL('./writer.mjs', import.meta.url).pathname, folder, unit], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.setEncoding('utf8');
      const some = new Promise((resolve) => {
        child.stdout.on('data', (text) => {
          output += text;
          if (output.split('\n').length > 3 + round) resolve();
        });
      });
      await Promise.race([some, once(child, 'exit').then(([code]) => assert.fail(`the writer ended by itself with ${code}`))]);
      await new Promise((resolve) => setTimeout(resolve, 7 * round));
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      acknowledged.push(...output.split('\n').slice(0, -1));
      core = startCore(folder);
      await core.open({ raw_key: rawKey(0) });
      const there = await listed(core);
      for (const id of acknowledged) assert.ok(there.has(id), `${id} in round ${round}`);
      assert.ok(there.size <= acknowledged.length + round + 1);
      assert.equal((await core.request('vault.check')).held, true);
      await core.close();
    }
    assert.ok(acknowledged.length >= 18);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
