#!/usr/bin/env node
// Verifies a proof file of Gần Dân by the realm's fingerprint alone: no vault, no network, and no code of the programs. See README.md.
import { readFileSync } from 'node:fs';
import { isPrinted, verifyFigures } from './figures.mjs';
import { isLogProof, isReportProof, verifyLog } from './log.mjs';
import { verifyProof } from './proof.mjs';
import { figuresReportOf, logReportOf, reportOf } from './report.mjs';
import { Refused, refuse } from './wire.mjs';

const usage = {
  en: 'Usage: node verify.mjs FILE --root FINGERPRINT [--file REPORT] [--lang vi|en] [--json]\nExit status: 0 it holds, 1 it does not, 2 wrong use',
  vi: 'Cách gõ: node verify.mjs TỆP --root VÂN-TAY [--file BÁO-CÁO] [--lang vi|en] [--json]\nMã thoát: 0 khớp, 1 không khớp, 2 gõ lệnh sai',
};
const roleVi = { admin: 'quản trị', cadre: 'cán bộ', office: 'văn phòng', supervisor: 'giám sát', auditor: 'kiểm toán' };

function readArguments(list) {
  const out = { lang: 'vi', json: false };
  for (let i = 0; i < list.length; ++i) {
    if (list[i] === '--json') out.json = true;
    else if (list[i] === '--root' && out.root === undefined) out.root = list[++i]?.replace(/\s/g, '').toLowerCase();
    else if (list[i] === '--file' && out.printed === undefined) out.printed = list[++i];
    else if (list[i] === '--lang') out.lang = list[++i];
    else if (!list[i].startsWith('--') && out.file === undefined) out.file = list[i];
    else return null;
  }
  const complete = out.file !== undefined && /^[0-9a-f]{64}$/.test(out.root ?? '') && ['vi', 'en'].includes(out.lang);
  return complete ? out : null;
}

function print(report, vi) {
  const say = (a, b) => (vi ? a : b);
  const line = (text) => console.log(text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '�')); // nothing that moves a terminal's cursor
  line(say(`KHỚP với vân tay ${report.fingerprint}`, `HOLDS under fingerprint ${report.fingerprint}`));
  if (report.report) printReport(report, line, say);
  else if (report.log) printLog(report.log, line, say);
  else line(say(`Hồ sơ ${report.record}; sổ cái ${report.ledger_size} mục.`, `Record ${report.record}; ledger of ${report.ledger_size} entries.`));
  let record = report.record;
  for (const c of report.changes) {
    if (c.record !== record) line(say(`\nHồ sơ ${c.record}`, `\nRecord ${c.record}`));
    record = c.record;
    const value = c.value === null ? say('(để trống)', '(empty)') : Array.isArray(c.value) ? c.value.join(', ') : String(c.value);
    line(`\n${c.path.replaceAll('\n', '�')} = ${value.replace(/\n/g, '\n    ')}`);
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
  if (report.report) printLimits(line, say);
  else if (report.log) line(say('Điều máy chưa bao giờ gửi, hoặc gửi sau bảng kê, không nằm trong chứng minh này; ai ghi là lời của máy.',
    'What a device never sent, or sent behind the map, is outside of this; who wrote is the device’s word.'));
  else line(say('Tệp không chứng tỏ đây là mọi thay đổi của hồ sơ, cũng không nói gì về sau điểm chốt.',
    'It does not show that these are all changes of the record, nor what came after the checkpoint.'));
}

function printReport({ report, log }, line, say) {
  line(say(`Báo cáo ${report.report}, bản ${report.version}, đơn vị ${report.units[0]}, từ ${report.from} đến ${report.until}, tính đến hết ${report.as_of}.`,
    `Report ${report.report}, version ${report.version}, unit ${report.units[0]}, ${report.from} to ${report.until}, as of the end of ${report.as_of}.`));
  line(say(`Mốc sổ cái ${report.size} mục, mã gốc ${report.root} (mục cuối nhận lúc ${report.checkpoint_at}): so với mốc in trên báo cáo.`,
    `Checkpoint of ${report.size} entries, root ${report.root} (last entry received ${report.checkpoint_at}): compare it with the one printed.`));
  if (report.printed) line(say(`Tệp báo cáo có SHA-256 ${report.printed}.`, `The report's file has SHA-256 ${report.printed}.`));
  for (const f of report.figures) {
    const [least, most] = bound(f, log, say);
    line(say(`\n${f.label.vi} (${f.id}): ${least}${f.value}${most}: đếm lại từ ${f.records.length} hồ sơ nêu dưới.`,
      `\n${f.label.en} (${f.id}): ${least}${f.value}${most}: counted again, from ${f.records.length} records below.`));
    line(say(`    cách đếm: hồ sơ loại ${f.kind}, ${definitionOf(f, true)}`, `    it counts records of kind ${f.kind}, ${definitionOf(f, false)}`));
    if (f.where) line(say(`    điều kiện, tự đối chiếu với giá trị nêu dưới: ${f.where}`, `    condition, to be held against the values below: ${f.where}`));
    if (f.sum) line(say(`    cộng: ${f.sum}`, `    sum of: ${f.sum}`));
    if (f.distinct) line(say(`    đếm khác nhau: ${f.distinct}`, `    different ones of: ${f.distinct}`));
  }
  line(say(`\nĐủ mọi phần nhật ký của ${report.whole_units} đơn vị, từ ${log.from} đến bảng kê ở mục ${log.map_index}.`,
    `\nEvery segment of ${report.whole_units} units from ${log.from} to the feed map at entry ${log.map_index} is here.`));
  printHidden(log, line, say, say('của hồ sơ khác, mục khác, người khác, hoặc do người đưa tệp bỏ bớt', 'of other records, fields and people, or left out by whoever handed the file on'));
}

/** A line of its own: what the segments are signed to hold, and the file does not open. */
function printHidden({ undisclosed }, line, say, whose) {
  if (undisclosed === 0) line(say('Mọi thay đổi của các phần này đều nêu ở đây: đó là tất cả, không thiếu gì.', 'No change of these segments is hidden: these are all, and none is missing.'));
  else line(say(`${undisclosed} thay đổi của các phần này không nêu ở đây: ${whose}; chúng nói gì thì không chứng tỏ được.`,
    `${undisclosed} changes of these segments are not shown: ${whose}; what they say is not proven.`));
}

/** What stands before the number, and behind it: a hidden change may be of one more record. */
function bound(f, log, say) {
  if (log.undisclosed === 0 && !f.any_time) return ['', ''];
  return f.sum ? [say('cộng được ', 'comes to '), say(' theo những gì nêu ở đây', ' by what is shown')]
    : [say('ít nhất ', 'at least '), say(' theo những gì nêu ở đây', ' by what is shown')];
}

function definitionOf(f, vi) {
  const day = f.day || '–';
  const time = f.any_time ? (vi ? `ngày ở mục ${day}, CẢ TRƯỚC KỲ` : `by the day in ${day}, ALSO OF BEFORE THE PERIOD`)
    : (vi ? `ngày ở mục ${day}, trong kỳ` : `by the day in ${day}, of the period`);
  const drafts = f.drafts ? (vi ? 'CẢ BẢN CHƯA CHỐT' : 'DRAFTS TOO') : (vi ? 'đã chốt' : 'finalised');
  return `${time}, ${drafts}${f.where ? '.' : vi ? ', không điều kiện nào khác.' : ', under no other condition.'}`;
}

function printLimits(line, say) {
  line(say('Không chứng tỏ: rằng trong các thay đổi không nêu không có hồ sơ nào lẽ ra cũng được tính, hay thay đổi nào thay giá trị, rút hồ sơ đã nêu.',
    'It does not show that no change which is not shown is of a record that should count as well, or replaces a value or withdraws a record shown here.'));
  line(say('Người đọc được đơn vị thì biết: lập lại báo cáo từ cùng mốc sổ cái, phải ra đúng từng byte.',
    'Who reads the unit can tell: the report made again under the same checkpoint has the same bytes.'));
}

function printLog(log, line, say) {
  line(say(`Nhật ký của người dùng ${log.holder}, đơn vị ${log.unit}`, `The log of holder ${log.holder}, unit ${log.unit}`));
  line(say(`từ ${log.from} đến trước ${log.until}.`, `from ${log.from} to before ${log.until}.`));
  line(say(`Đủ mọi phần máy chủ đã nhận đến bảng kê lúc ${log.map_at} (mục ${log.map_index} của sổ cái), không thiếu phần nào.`,
    `Every segment that the server had received by the feed map of ${log.map_at} (ledger entry ${log.map_index}) is here, no segment is missing.`));
  for (const f of log.feeds) {
    line(say(`    máy ${f.device}: ${f.segments} phần, ${f.changes} thay đổi, nêu ${f.shown}`,
      `    device ${f.device}: ${f.segments} segments, ${f.changes} changes, ${f.shown} shown`));
  }
  line(say(`${log.devices} máy được hoặc từng được ghi ở đó.`, `${log.devices} devices may write there, or might once.`));
  printHidden(log, line, say, say('của người khác, của hồ sơ khác, ghi sau kỳ, hoặc của chính người này mà người đưa tệp bỏ bớt',
    'other people’s, other records’, of after the period, or this person’s own and left out by whoever handed the file on'));
}

function reportOn(file, root, fingerprint, printed) {
  if (isReportProof(file)) {
    const shown = verifyFigures(file, root);
    if (printed !== null) isPrinted(shown.scope, printed);
    return figuresReportOf(shown, fingerprint);
  }
  if (printed !== null) refuse('log_proof.md 4', 'the proof names no report’s file', 'bằng chứng không nêu tệp báo cáo nào');
  return isLogProof(file) ? logReportOf(verifyLog(file, root), fingerprint) : reportOf(verifyProof(file, root), fingerprint);
}

function main() {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    console.error(`${usage.vi}\n${usage.en}`);
    return 2;
  }
  const vi = args.lang === 'vi';
  let [file, printed] = [null, null];
  try {
    file = readFileSync(args.file);
    if (args.printed !== undefined) printed = readFileSync(args.printed);
  } catch (error) {
    console.error(`${vi ? 'Không đọc được tệp' : 'Cannot read the file'}: ${error.code ?? error.message}`);
    return 2;
  }
  try {
    const root = Buffer.from(args.root, 'hex');
    const report = reportOn(file, root, args.root, printed);
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
