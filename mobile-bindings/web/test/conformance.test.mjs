// Every conformance story, over the module in worker threads of Node.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startCore } from '../dist/node/index.js';
import { rawKey, stories, Story, storyStart } from './stories.mjs';

for (const story of stories())
  test(story.name, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gandan-web-'));
    const memory = new SharedArrayBuffer(8);
    const clock = new Float64Array(memory);
    clock[0] = storyStart;
    const open = async (name, number) => {
      const worker = new URL('./story_worker.mjs', import.meta.url);
      const core = startCore(name === 'none' ? '' : join(folder, name), { worker, workerData: { clock: memory }, auto_lock: 0 });
      if (name !== 'none') await core.open({ raw_key: rawKey(number), create: true });
      return core;
    };
    try {
      await new Story(open, () => { clock[0] += 1000; }).run(story);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
