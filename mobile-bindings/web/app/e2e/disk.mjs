// An office computer whose disk is full: the vault lies on a small one of its own (a tmpfs in a mount namespace, so that nothing
// else is touched), the screens are those of `gandan app`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { enter, goTo, quiet, saved, savedNow } from './acts.mjs';
import { fits, look, newPage, phone } from './page.mjs';
import { app, kPassphrase } from './world.mjs';

const kDisk = '24m';
const kInside = 'mkdir -p "$1" && mount -t tmpfs -o size="$2" tmpfs "$1" && cp -a "$3" "$1/vault" && exec "$4" --vault "$1/vault" app --files "$5"';

// Until not a byte more is taken. A path that leads into the other's namespace.
function fill(path) {
  const file = openSync(path, 'w');
  try {
    for (let piece = 1 << 20; piece >= 1;) {
      try {
        if (writeSync(file, Buffer.alloc(piece)) < piece) piece >>= 1;
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
        piece >>= 1;
      }
    }
  } finally {
    closeSync(file);
  }
}

// What did not go any more. What the files have already may still be written.
async function writeUntilFull(page, content) {
  const failed = page.getByText('Chưa lưu được', { exact: true });
  let typed = '';
  for (let n = 0; n < 60 && (await failed.count()) === 0; ++n) {
    typed = `Lần ${n}. ${'Dân muốn có mặt khi đo đất. '.repeat(300)}`;
    await content.fill(typed);
    await page.locator('.save-state').getByText(/Đã lưu|Chưa lưu được/).waitFor();
    await page.waitForTimeout(400);
  }
  await failed.waitFor();
  return typed;
}

export default async function* disk(world, browser) {
  try {
    execFileSync('unshare', ['-rm', 'true'], { stdio: 'ignore' });
  } catch {
    yield 'NOT TRIED: this machine gives no mount namespace for a small disk';
    return;
  }
  const place = join(world.folder, 'small');
  const copy = join(world.folder, 'phone-for-disk');
  cpSync(world.vault('phone'), copy, { recursive: true });
  mkdirSync(place);
  const start = () => world.program('unshare', ['-rm', 'sh', '-c', kInside, 'sh', place, kDisk, copy, join(world.bin, 'gandan'), app]);
  const { child, address } = await start();
  const filler = `/proc/${child.pid}/root${place}/filler`;
  const page = await newPage(browser, phone);
  await enter(page, address);
  await goTo(page, 'write/new/opinion_note');
  await page.getByLabel('Tóm tắt').fill('Dân hỏi việc đo đất');
  await saved(page);
  const content = page.getByLabel('Nội dung').first();
  fill(filler);
  const typed = await writeUntilFull(page, content);
  await page.getByText('Bộ nhớ đầy: lần ghi này chưa được lưu, những lần trước vẫn còn.').waitFor();
  await page.getByText('disk.full').waitFor();
  await look(page, 'disk-full', { full: false, themes: ['dark'] });
  await fits(page);
  yield 'a full disk under gandan app is said in words, and what was written stays on the screen';

  await goTo(page, 'today');
  await page.getByText('điều vừa ghi chưa lưu được').waitFor();
  await page.getByText('Ổ đĩa của máy tính này gần đầy').waitFor();
  await goTo(page, 'records');
  await page.locator('.virtual a', { hasText: 'Dân hỏi việc đo đất' }).waitFor();
  await page.locator('.virtual a').nth(1).click();
  await page.getByText('Tới chưa?').waitFor();
  yield 'everything can still be read';

  await goTo(page, 'today');
  await page.getByRole('link', { name: /điều vừa ghi chưa lưu được/ }).click();
  rmSync(filler);
  await savedNow(page);
  assert.equal(await content.inputValue(), typed);
  await page.reload();
  await content.waitFor();
  assert.equal(await content.inputValue(), typed);
  yield 'with room again it is saved, and there after a reload';

  fill(filler);
  await writeUntilFull(page, content);
  await goTo(page, 'more');
  await page.getByRole('button', { name: 'Khoá ngay' }).click();
  await page.getByText('Sổ đang khoá.').waitFor();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(kPassphrase);
  await page.getByRole('button', { name: 'Mở sổ' }).click();
  await page.getByRole('navigation').waitFor();
  await goTo(page, 'records');
  await page.locator('.virtual a', { hasText: 'Dân hỏi việc đo đất' }).click();
  await page.getByText(/Lần \d+\. Dân muốn có mặt/).first().waitFor();
  yield 'locked and opened on the full disk: what was acknowledged is there';
  quiet(page, [/4\d\d/]);
  child.kill('SIGTERM');
}
