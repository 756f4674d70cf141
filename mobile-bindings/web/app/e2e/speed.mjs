// Ten thousand records are written one by one, none slower for those before it, and scroll smoothly; also in the browser's
// own vault after a first sync. There the app starts within two seconds with all of the browser slowed four times, the
// core's thread too, and with Chromium's own brake at four.
import assert from 'node:assert/strict';
import { enter, goTo, joinByCard } from './acts.mjs';
import { newPage, phone } from './page.mjs';
import { slowDown } from './slow.mjs';
import { kPassphrase } from './world.mjs';

const kRecords = Number(process.env.GANDAN_APP_RECORDS ?? 10_000);
const kFrame = 33.4; // ms: two turns of a screen at 60 Hz
const kShare = 0.95;
const kStart = 2000; // ms
const kSlower = 4; // times
const kLoaded = 2_000_000; // bytes that the first visit fetches
const kGrowth = 4; // a machine that others use is uneven; comparing each with all would be ten times
const kTries = 3; // of a measure that others on the machine can spoil: the best counts

async function fill(page) {
  const made = await page.evaluate(async (number) => {
    const ask = async (method, params) => (await (await fetch('/request', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ method, params }) })).json());
    const there = (await ask('status', {})).ok.records;
    const times = []; // of each thousand, ms
    for (let n = there; n < number; ++n) {
      const start = performance.now();
      const answer = await ask('record.add', { kind: 'opinion_note', record: { summary: `Phản ánh số ${n} về đường vào thôn` } });
      if (answer.error) return answer.error;
      const thousand = Math.floor((n - there) / 1000);
      times[thousand] = (times[thousand] ?? 0) + performance.now() - start;
    }
    return { records: (await ask('status', {})).ok.records, times };
  }, kRecords);
  assert.ok(made.records >= kRecords, JSON.stringify(made));
  const said = made.times.map((ms) => (ms / 1000).toFixed(1)).join(', ');
  const [first, last] = [made.times[0], made.times.at(-2)]; // whole thousands
  assert.ok(last === undefined || last < kGrowth * first, `each thousand of records took longer than the one before: ${said} s`);
  return `${made.records} records; a thousand took ${said} s`;
}

// Frames while the list moves from its top by so many pixels a frame; all of it was scrolled to before.
async function scroll(page, step) {
  return await page.evaluate(async ({ step, share }) => {
    scrollTo(0, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const times = [];
    let last = performance.now();
    const end = last + 6000;
    let empty = 0;
    await new Promise((resolve) => {
      const frame = (now) => {
        times.push(now - last);
        last = now;
        if (document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('.virtual li') == null) empty += 1;
        scrollBy(0, step);
        now < end ? requestAnimationFrame(frame) : resolve();
      };
      requestAnimationFrame(frame);
    });
    times.sort((a, b) => a - b);
    return { at: times[Math.floor(times.length * share)], frames: times.length, empty, reached: scrollY, bottom: document.documentElement.scrollHeight - innerHeight - 1 };
  }, { step, share: kShare });
}
async function scrolls(page) {
  await goTo(page, 'records');
  await page.locator('.virtual a').first().waitFor();
  const rows = await page.evaluate(async (wanted) => { // pages of rows come as one scrolls
    const size = () => Number(document.querySelector('.virtual li')?.getAttribute('aria-setsize') ?? 0);
    for (let n = 0; n < 200 && size() < wanted; ++n) {
      scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return size();
  }, kRecords);
  assert.ok(rows >= kRecords, `${rows} rows came`);
  const said = [];
  for (const [how, step] of [['by a finger', 220], ['flung through all', 4000]]) {
    let best;
    for (let n = 0; n < kTries && !(best?.at <= kFrame); ++n) {
      const one = await scroll(page, step);
      if (best === undefined || one.at < best.at) best = one;
    }
    assert.ok(best.at <= kFrame, `${how}: 95 % of ${best.frames} frames within ${best.at.toFixed(1)} ms`);
    assert.ok(best.reached >= Math.min(step * 100, best.bottom), `it did not move: ${best.reached}`);
    assert.ok(best.empty <= (1 - kShare) * best.frames, `${how}: nothing was drawn in ${best.empty} of ${best.frames} frames`);
    said.push(`${how} ${best.at.toFixed(1)} ms`);
  }
  return `${rows} rows, 95 % of frames: ${said.join(', ')}`;
}

// From the address to the screen that asks for the passphrase, with the core running behind it.
const shown = (page) => page.locator('.cover-body form').first().waitFor();
async function reloads(page) {
  const took = [];
  for (let n = 0; n < kTries && !(took.at(-1) <= kStart); ++n) {
    const start = performance.now();
    await page.reload();
    await shown(page);
    took.push(Math.round(performance.now() - start));
  }
  return took;
}
async function startsSlowed(page) {
  const fast = await slowDown(kSlower);
  try {
    const slower = await page.evaluate(() => {
      const start = performance.now();
      for (let n = 0, x = 0; n < 5e7; ++n) x = (x * 31 + n) | 0;
      return performance.now() - start;
    });
    return { slow: await reloads(page), loop: slower };
  } finally {
    await fast();
  }
}

export default async function* speed(world, browser) {
  const { child, address } = await world.screens('phone2');
  const desk = await newPage(browser, phone);
  await enter(desk, address);
  yield await fill(desk);
  yield `gandan app: ${await scrolls(desk)}`;
  await desk.context().close();
  child.kill('SIGTERM');
  world.sync('phone2');

  const page = await newPage(browser, phone);
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  let loaded = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => { loaded += encodedDataLength; });
  const began = performance.now();
  await page.goto(`${world.serverAddress}/app/`);
  await shown(page);
  const first = Math.round(performance.now() - began);
  await page.waitForTimeout(1000);
  yield `the first visit fetched ${loaded} bytes by the page itself and showed itself after ${first} ms`;
  assert.ok(loaded > 0 && loaded <= kLoaded, `${loaded} bytes`);
  await joinByCard(page, world);
  yield `in the browser: ${await scrolls(page)}`;

  await page.evaluate(() => navigator.serviceWorker.ready);
  const plain = await page.evaluate(() => {
    const start = performance.now();
    for (let n = 0, x = 0; n < 5e7; ++n) x = (x * 31 + n) | 0;
    return performance.now() - start;
  });
  const { slow, loop } = await startsSlowed(page);
  assert.ok(loop > 0.85 * kSlower * plain, `it was slowed ${(loop / plain).toFixed(1)} times only`);
  const most = kStart * Math.max(1, loop / plain / kSlower); // who else uses the machine slows it further; by how much is measured
  assert.ok(Math.min(...slow) <= most, `with all of the browser slowed ${(loop / plain).toFixed(1)} times the app showed itself after ${slow.join(', ')} ms`);
  await client.send('Emulation.setCPUThrottlingRate', { rate: kSlower });
  const took = await reloads(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  assert.ok(Math.min(...took) <= kStart, `the app showed itself after ${took.join(', ')} ms`);
  yield `starts in ${took.join(', ')} ms on a processor slowed four times; with all of the browser slowed ${(loop / plain).toFixed(1)} times in ${slow.join(', ')} ms`;
  const opening = performance.now();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('navigation').waitFor();
  yield `opens ${kRecords} records in ${Math.round(performance.now() - opening)} ms, as fast as the machine is`;
}
