// Slows a browser down, all of it: each process of Debian's Chromium below a given one has one turn of `rate`, and stands
// still for the others. What Chromium's own tools slow is the page's thread alone; the core works in another.
//
//   node slow.mjs PID RATE      PID: whose children are slowed; until SIGTERM
//
// and, for the stories:  const fast = await slowDown(4); …; fast();
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const kTurn = 5; // ms

// Processes of the browser below that one: a renderer is three generations down.
function browsersOf(root) {
  const parents = new Map();
  const names = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const end = stat.lastIndexOf(')');
      names.set(pid, stat.slice(stat.indexOf('(') + 1, end));
      parents.set(pid, Number(stat.slice(end + 2).split(' ')[1]));
    } catch {
      // It has just ended.
    }
  }
  const below = (pid) => {
    for (let one = pid; one > 1; one = parents.get(one) ?? 0) if (one === root) return true;
    return false;
  };
  return [...names].filter(([pid, name]) => /^chrom/.test(name) && below(pid)).map(([pid]) => pid);
}
function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has just ended.
    }
  }
}
const rest = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

async function run(root, rate) {
  let ending = false;
  process.on('SIGTERM', () => { ending = true; });
  console.log('slow');
  for (let turn = 0, pids = []; !ending; ++turn) {
    if (turn % 10 === 0) pids = browsersOf(root); // new ones come seldom
    const begin = performance.now();
    signal(pids, 'SIGCONT');
    rest(kTurn);
    signal(pids, 'SIGSTOP');
    rest((performance.now() - begin) * (rate - 1)); // a busy machine makes a turn longer
    await new Promise((resolve) => setImmediate(resolve)); // SIGTERM is heard
  }
  signal(browsersOf(root), 'SIGCONT');
}

export async function slowDown(rate) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), String(process.pid), String(rate)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(Number(process.argv[2]), Number(process.argv[3]));
