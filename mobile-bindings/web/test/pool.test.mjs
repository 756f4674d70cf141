// The pool's promise: create, rename and remove are whole or not at all, and stay once they returned, whenever the power
// goes and whatever the disk kept of what was not flushed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { counted } from '../dist/opfs.js';
import { kContent, NoFreeHandle, Pool } from '../dist/pool.js';
import { Disk, PowerLoss } from './memory.mjs';

const text = (bytes) => new TextDecoder().decode(bytes);
const bytes = (words) => new TextEncoder().encode(words);
function content(pool, name) {
  const slot = pool.find(name);
  if (slot === undefined) return undefined;
  const out = new Uint8Array(slot.size);
  slot.handle.read(out, { at: kContent });
  return text(out);
}
function write(pool, slot, words) {
  slot.handle.write(bytes(words), { at: kContent });
  slot.size = words.length;
  slot.handle.flush();
}
const state = (pool) => Object.fromEntries(pool.names.sort().map((name) => [name, content(pool, name)]));

// What the vault does to its files: each step with the state that it leads to.
const steps = [
  [(pool) => write(pool, pool.create('key'), 'one'), { key: 'one' }],
  [(pool) => write(pool, pool.create('key.new'), 'two'), { key: 'one', 'key.new': 'two' }],
  [(pool) => pool.rename(pool.find('key.new'), 'key'), { key: 'two' }],
  [(pool) => write(pool, pool.create('db'), 'rows'), { db: 'rows', key: 'two' }],
  [(pool) => write(pool, pool.create('wal'), 'frames'), { db: 'rows', key: 'two', wal: 'frames' }],
  [(pool) => pool.remove(pool.find('wal')), { db: 'rows', key: 'two' }],
  [(pool) => write(pool, pool.create('key.new'), 'three'), { db: 'rows', key: 'two', 'key.new': 'three' }],
  [(pool) => pool.rename(pool.find('key.new'), 'key'), { db: 'rows', key: 'three' }],
  [(pool) => pool.rename(pool.find('db'), 'database'), { database: 'rows', key: 'three' }],
];
const start = (disk) => new Pool(disk.handles);
const fresh = () => {
  const disk = new Disk();
  for (let i = 0; i < 4; ++i) disk.handle();
  return disk;
};

test('what was done is there after a restart', () => {
  const disk = fresh();
  const pool = start(disk);
  for (const [step, after] of steps) {
    step(pool);
    assert.deepEqual(state(pool), after);
    const lost = disk.after(() => 0); // nothing that was not flushed
    assert.deepEqual(state(start(lost)), after);
  }
});

test('the power goes before every operation, with every kind of torn write', () => {
  const counting = fresh();
  const whole = start(counting);
  for (const [step] of steps) step(whole);
  assert.ok(counting.operations > 40);
  const kinds = [() => 0, () => 1, () => 0.5, () => 0.05, (i) => i % 2, (i) => (i + 1) % 2];
  for (let stop = 0; stop < counting.operations; ++stop) {
    const disk = fresh();
    disk.stopBefore = stop;
    let done = 0;
    try {
      const pool = start(disk);
      for (const [step] of steps) {
        step(pool);
        done += 1;
      }
    } catch (fault) {
      if (!(fault instanceof PowerLoss)) throw fault;
    }
    const before = done === 0 ? {} : steps[done - 1][1];
    const after = steps[done]?.[1] ?? before;
    for (const keep of kinds) {
      const next = disk.after(keep);
      const pool = start(next);
      assert.equal(pool.damaged, 0);
      const found = state(pool);
      // A file that is being written may have any content; what was acknowledged has its own.
      for (const [name, words] of Object.entries(before)) {
        const moved = after[name] === undefined || after[name] !== words;
        if (!moved) assert.equal(found[name], words, `${name} before operation ${stop}`);
        else if (found[name] !== undefined) assert.ok(found[name] === words || found[name] === after[name], `${name}: ${found[name]}`);
      }
      // A rename never leaves neither.
      if (done === 8) assert.ok(found.db === 'rows' || found.database === 'rows');
      if (done === 2 || done === 7) assert.ok(found.key === before.key || found.key === after.key);
      for (const name of Object.keys(found)) assert.ok(name in before || name in after, `${name} came from nowhere`);
      // And it goes on from there.
      write(pool, pool.find('more') ?? pool.create('more'), 'more');
      assert.equal(content(start(next.after(() => 0)), 'more'), 'more');
    }
  }
});

test('a handle that lost both heads but has content is set aside, not given to another file', () => {
  const disk = fresh();
  const pool = start(disk);
  write(pool, pool.create('db'), 'rows');
  const raw = pool.find('db').handle;
  for (const at of [0, 4096]) raw.write(new Uint8Array(512).fill(7), { at });
  raw.flush();
  const again = start(disk.after(() => 1));
  assert.equal(again.damaged, 1);
  assert.equal(again.free, 3);
  assert.equal(again.find('db'), undefined);
});

test('a file that is open stays its reader’s until it is closed', () => {
  const disk = fresh();
  const pool = start(disk);
  const slot = pool.create('wal');
  pool.open(slot);
  write(pool, slot, 'frames');
  pool.remove(slot);
  assert.equal(pool.find('wal'), undefined);
  for (let i = 0; i < 3; ++i) assert.notEqual(pool.create(`file ${i}`), slot);
  assert.throws(() => pool.create('one more'), NoFreeHandle);
  pool.release(slot);
  assert.equal(pool.create('one more'), slot);
  assert.equal(slot.size, 0);
});

test('what a browser answers instead of a count of bytes is an error: no room, or another', () => {
  const answers = (count) => counted({ read: () => count, write: () => count });
  const eight = new Uint8Array(8);
  assert.equal(answers(8).write(eight, { at: 0 }), 8);
  assert.equal(answers(3).read(eight, { at: 0 }), 3);
  assert.throws(() => answers(2 ** 32 - 8).write(eight, { at: 0 }), { name: 'QuotaExceededError' });
  assert.throws(() => answers(2 ** 32 - 16).write(eight, { at: 0 }), { name: 'UnknownError' });
  assert.throws(() => answers(2 ** 32 - 16).read(eight, { at: 0 }), { name: 'UnknownError' });
});
