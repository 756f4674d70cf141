#!/usr/bin/env node
// Verifies a proof file of Gần Dân by the realm's fingerprint alone: no vault, no network, and no code of the programs. See README.md.
import { readFileSync } from 'node:fs';
import { isLogProof, verifyLog } from './log.mjs';
import { verifyProof } from './proof.mjs';
import { logReportOf, reportOf } from './report.mjs';
import { Refused } from './wire.mjs';

const usage = {
  en: 'Usage: node verify.mjs FILE --root FINGERPRINT [--lang vi|en] [--json]\nExit status: 0 it holds, 1 it does not, 2 wrong use',
  vi: 'Cách gõ: node verify.mjs TỆP --root VÂN-TAY [--lang vi|en] [--json]\nMã thoát: 0 khớp, 1 không khớp, 2 gõ lệnh sai',
};
const roleVi = { admin: 'quản trị', cadre: 'cán bộ', office: 'văn phòng', supervisor: 'giám sát', auditor: 'kiểm toán' };

function readArguments(list) {
  const out = { lang: 'vi', json: false };
  for (let i = 0; i < list.length; ++i) {
    if (list[i] === '--json') out.json = true;
    else if (list[i] === '--root' && out.root === undefined) out.root = list[++i]?.replace(/\s/g, '').toLowerCase();
    else if (list[i] === '--lang') out.lang = list[++i];
    else if (!list[i].startsWith('--') && out.file === undefined) out.file = list[i];
    else return null;
  }
  const complete = out.file !== undefined && /^[0-9a-f]{64}$/.test(out.root ?? '') && ['vi', 'en'].includes(out.lang);
  return complete ? out : null;
}

function print(report, vi) {
  const say = (a, b) => (vi ? a : b);
  const line = (text) => console.log(text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '�')); // nothing that moves a terminal's cursor
  line(say(`KHỚP với vân tay ${report.fingerprint}`, `HOLDS under fingerprint ${report.fingerprint}`));
  if (report.log) printLog(report.log, line, say);
  else line(say(`Hồ sơ ${report.record}; sổ cái ${report.ledger_size} mục.`, `Record ${report.record}; ledger of ${report.ledger_size} entries.`));
  let record = report.record;
  for (const c of report.changes) {
    if (c.record !== record) line(say(`\nHồ sơ ${c.record}`, `\nRecord ${c.record}`));
    record = c.record;
    const value = c.value === null ? say('(để trống)', '(empty)') : Array.isArray(c.value) ? c.value.join(', ') : String(c.value);
    line(`\n${c.path} = ${value.replace(/\n/g, '\n    ')}`);
    const role = say(roleVi[c.role], c.role) + (c.accepted ? say(' (được chấp nhận sau khi thu hồi)', ' (accepted after a removal)') : '');
    line(say(`    ký bởi máy ${c.device}, ${role}, đơn vị ${c.unit}`, `    signed by device ${c.device}, ${role}, unit ${c.unit}`));
    if (c.holder) line(say(`    máy ghi người dùng ${c.holder} (lời của máy)`, `    holder ${c.holder} (the device's word)`));
    line(say(`    không sớm hơn ${c.not_before ?? 'không rõ'}, không muộn hơn ${c.not_after} (mục ${c.ledger_index} của sổ cái)`,
      `    not before ${c.not_before ?? 'unknown'}, not after ${c.not_after} (ledger entry ${c.ledger_index})`));
    line(say(`    đồng hồ của máy: ${c.written_at}`, `    the device's own clock: ${c.written_at}`) +
      (c.suspect ? say(' – ĐÁNG NGỜ: sau lúc nhận', ' – SUSPECT: beyond its receipt') : '') +
      (c.replaced ? say(' – đã được thay', ' – replaced') : ''));
  }
  const names = report.witnesses.map((w) => say(`${w.device} (lúc ${w.time}, theo lời máy đó)`, `${w.device} (at ${w.time}, by its own word)`));
  line(say(`\nMáy làm chứng cùng ký điểm chốt: ${names.join('; ') || 'không có trong tệp này'}.`,
    `\nWitnesses that cosigned the checkpoint: ${names.join('; ') || 'none in this file'}.`));
  if (report.log) line(say('Điều máy chưa bao giờ gửi, hoặc gửi sau bảng kê, không nằm trong chứng minh này; ai ghi là lời của máy.',
    'What a device never sent, or sent behind the map, is outside of this; who wrote is the device’s word.'));
  else line(say('Tệp không chứng tỏ đây là mọi thay đổi của hồ sơ, cũng không nói gì về sau điểm chốt.',
    'It does not show that these are all changes of the record, nor what came after the checkpoint.'));
}

function printLog(log, line, say) {
  line(say(`Nhật ký của người dùng ${log.holder}, đơn vị ${log.unit}`, `The log of holder ${log.holder}, unit ${log.unit}`));
  line(say(`từ ${log.from} đến trước ${log.until}.`, `from ${log.from} to before ${log.until}.`));
  line(say(`Đủ mọi phần máy chủ đã nhận đến bảng kê lúc ${log.map_at} (mục ${log.map_index} của sổ cái), không thiếu phần nào.`,
    `Every segment that the server had received by the feed map of ${log.map_at} (ledger entry ${log.map_index}) is here, none is missing.`));
  for (const f of log.feeds) {
    line(say(`    máy ${f.device}: ${f.segments} phần, ${f.changes} thay đổi, nêu ${f.shown}`,
      `    device ${f.device}: ${f.segments} segments, ${f.changes} changes, ${f.shown} shown`));
  }
  line(say(`${log.devices} máy được hoặc từng được ghi ở đó. ${log.undisclosed} thay đổi khác không nêu.`,
    `${log.devices} devices may write there, or might once. ${log.undisclosed} other changes not disclosed.`));
}

function main() {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    console.error(`${usage.vi}\n${usage.en}`);
    return 2;
  }
  const vi = args.lang === 'vi';
  let file;
  try {
    file = readFileSync(args.file);
  } catch (error) {
    console.error(`${vi ? 'Không đọc được tệp' : 'Cannot read the file'}: ${error.code ?? error.message}`);
    return 2;
  }
  try {
    const root = Buffer.from(args.root, 'hex');
    const report = isLogProof(file) ? logReportOf(verifyLog(file, root), args.root) : reportOf(verifyProof(file, root), args.root);
    if (args.json) console.log(JSON.stringify(report, (_, v) => (typeof v === 'bigint' ? v.toString() : v)));
    else print(report, vi);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) { // a fault of this verifier: nothing was shown
      console.error(`${vi ? 'KHÔNG KẾT LUẬN được, lỗi của bộ kiểm' : 'NOTHING IS SHOWN, a fault of this verifier'}: ${error.message}`);
      return 1;
    }
    console.error(`${vi ? 'KHÔNG KHỚP' : 'DOES NOT HOLD'}: ${vi ? error.vi : error.en} [${error.section}]`);
    return 1;
  }
}
process.exitCode = main();
