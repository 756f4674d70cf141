// What was acknowledged survives a loss of power, whatever the disk kept of what was not flushed: the module over
// handles in memory, stopped before every operation of a save, and after each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Engine } from '../dist/engine.js';
import factory from '../dist/generated/gandan.mjs';
import { Pool } from '../dist/pool.js';
import { Disk } from './memory.mjs';
import { addVillage, listed, makeRealm } from './realm.mjs';
import { rawKey } from './stories.mjs';

const compiled = new WebAssembly.Module(readFileSync(new URL('../dist/generated/gandan.wasm', import.meta.url)));
const host = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  event: () => false,
};

async function opened(disk, options = {}) {
  const engine = await Engine.start(factory, compiled, new Pool(disk.handles), host);
  const answer = JSON.parse(engine.open(JSON.stringify({ raw_key: rawKey(0), ...options })));
  assert.ok(answer.ok, JSON.stringify(answer));
  return {
    newPath: async (name) => engine.newPath(name),
    request: async (method, params) => {
      const { ok, error } = JSON.parse(engine.request(JSON.stringify({ method, params })));
      if (error !== undefined) throw Object.assign(new Error(error.code), error);
      return ok;
    },
  };
}

const kept = [() => 0, () => 1, () => 0.5, (i) => i % 2];

test('every acknowledged save is there after the power went', async () => {
  const disk = new Disk();
  for (let i = 0; i < 12; ++i) disk.handle();
  const core = await opened(disk, { create: true });
  const { unit } = await makeRealm(core);
  const saved = new Map();
  for (let n = 0; n < 3; ++n) {
    const before = disk.flushes;
    saved.set(await addVillage(core, unit, `Thôn số ${n}`), n);
    assert.ok(disk.flushes > before, 'a save is flushed before its answer');
    for (const keep of kept) {
      const after = await listed(await opened(disk.after(keep)));
      for (const id of saved.keys()) assert.ok(after.has(id), `${id} of save ${n}`);
    }
  }

  // Again from here, stopped before each operation of the next save.
  const measured = disk.after(() => 1);
  const measuring = await opened(measured);
  const from = measured.operations;
  await addVillage(measuring, unit, 'Thôn thử');
  const needed = measured.operations - from;
  assert.ok(needed >= 2, `${needed} operations`);
  for (let stop = 0; stop < needed; ++stop) {
    const cut = disk.after(() => 1);
    const working = await opened(cut);
    cut.stopBefore = cut.operations + stop;
    await assert.rejects(addVillage(working, unit, 'Thôn bị ngắt'), (fault) => /^disk\./.test(fault.code), `${stop} of ${needed}`);
    for (const keep of kept) {
      const again = await opened(cut.after(keep));
      const after = await listed(again);
      for (const id of saved.keys()) assert.ok(after.has(id), `${id}, stopped before ${stop} of ${needed}`);
      assert.ok(after.size <= saved.size + 1);
      assert.equal((await again.request('vault.check', {})).held, true);
    }
  }
});

test('a full disk refuses a save, keeps what was, and takes saves again when there is room', async () => {
  const disk = new Disk();
  for (let i = 0; i < 12; ++i) disk.handle();
  const core = await opened(disk, { create: true });
  const { unit } = await makeRealm(core);
  const first = await addVillage(core, unit, 'Thôn đầu');
  const writes = disk.handles.map((handle) => handle.write);
  for (const handle of disk.handles)
    handle.write = () => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' });
    };
  await assert.rejects(addVillage(core, unit, 'Thôn không có chỗ'), { code: 'disk.full' });
  disk.handles.forEach((handle, i) => { handle.write = writes[i]; });
  const second = await addVillage(core, unit, 'Thôn sau');
  const after = await listed(await opened(disk.after(() => 0)));
  assert.deepEqual([...after.keys()].sort(), [first, second].sort());
});
