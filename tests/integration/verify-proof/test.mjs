// Two verifiers of proof files that share no code: 'gandan audit verify-proof' and tools/verify-proof. Both must hold what is whole,
// say the same of it, and refuse it once a bit, a byte or the fingerprint is another. Where they disagree, the test fails.
//
//   node test.mjs GANDAN FOLDER         the folder as realms.sh leaves it
//
// Bits are flipped in every byte of a small proof, and at places spread over others; the program, which takes longer, is asked at
// some of them. GANDAN_EVERY_BIT=1 asks the verifier in this process for every bit of every proof, and the program for every byte.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readNote, signedBy } from '../../../tools/verify-proof/ledger.mjs';
import { isPrinted, verifyFigures } from '../../../tools/verify-proof/figures.mjs';
import { isLogProof, isReportProof, verifyLog } from '../../../tools/verify-proof/log.mjs';
import { figuresReportOf, logReportOf, reportOf } from '../../../tools/verify-proof/report.mjs';
import { verifyProof } from '../../../tools/verify-proof/proof.mjs';
import { Refused } from '../../../tools/verify-proof/wire.mjs';
import { figureVariants, figuresRedefined, logVariants, logWithLess, variants } from './variants.mjs';

const [gandan, folder] = process.argv.slice(2);
const tool = fileURLToPath(new URL('../../../tools/verify-proof/verify.mjs', import.meta.url));
const thorough = process.env.GANDAN_EVERY_BIT === '1';
const env = { ...process.env, GANDAN_VAULT: undefined, GANDAN_PASSPHRASE: undefined };
const file = (name) => join(folder, name);
const names = readdirSync(folder).filter((f) => f.endsWith('.proof')).map((f) => f.slice(0, -6)).sort();
const rootOf = (name) => readFileSync(file(`${name}.root`), 'utf8').trim();
let [passed, failed] = [0, 0];

/** What people are told by each of the two, in that language. */
function told(bytes, root, lang) {
  const path = file('scratch-told');
  writeFileSync(path, bytes);
  const ask = (program, args, more = {}) => execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', env: { ...env, ...more } });
  return [ask(process.execPath, [tool, path, '--root', root, '--lang', lang]),
    ask(gandan, ['audit', 'verify-proof', path, '--root', root], { GANDAN_LANG: lang })];
}
/** Both say it, each on one line of its own. */
function bothTell(what, bytes, root, lang, pattern, never = null) {
  told(bytes, root, lang).forEach((text, i) => {
    claim(`${what}: said by ${i === 0 ? 'this verifier' : 'the program'} (${lang})`, text.split('\n').some((l) => pattern.test(l)), text.slice(0, 1500));
    if (never) claim(`${what}: not more than is proven (${lang})`, !never.test(text), text.slice(0, 1500));
  });
}

function claim(what, holds, detail = '') {
  if (holds) return ++passed;
  console.log(`NOT: ${what} ${detail}`);
  return ++failed;
}

/** This verifier's word: the report, or the refusal. Anything else that it throws is a crash. */
function ours(bytes, root) {
  try {
    const by = Buffer.from(root, 'hex');
    if (isReportProof(bytes)) return { ok: figuresReportOf(verifyFigures(bytes, by), root) };
    return { ok: isLogProof(bytes) ? logReportOf(verifyLog(bytes, by), root) : reportOf(verifyProof(bytes, by), root) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error };
    throw error;
  }
}

let scratch = 0;
/** The program's word: status 0, or a refusal (3: not a proof file, 6: it does not hold). */
function theirs(bytes, root) {
  const path = file(`scratch-${scratch++ % 8}`);
  writeFileSync(path, bytes);
  return new Promise((resolve) => {
    const child = spawn(gandan, ['--json', 'audit', 'verify-proof', path, '--root', root], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8'); // a letter may lie across two pieces
    child.stdout.on('data', (data) => (text += data));
    child.on('close', (status) => resolve({ status, ok: status === 0 ? JSON.parse(text).ok : null, text }));
  });
}
async function bothRefuse(what, bytes, root) {
  const [here, there] = [ours(bytes, root), await theirs(bytes, root)];
  claim(`${what}: refused by both`, !here.ok && (there.status === 3 || there.status === 6),
    `(here: ${here.refused?.message ?? 'HOLDS'}, there: ${there.status} ${there.text.slice(0, 120)})`);
}

// --- whole files: both hold, and say the same
const shared = ['record', 'path', 'written_at', 'not_after', 'device', 'role', 'accepted', 'suspect', 'replaced', 'unit', 'sequence', 'ledger_index'];
const instant = (text) => (text ? new Date(text).getTime() : null);
function sameReport(name, here, there) {
  claim(`${name}: one record, one ledger`, here.record === there.record && here.ledger_size === there.ledger_size);
  const saw = (report) => report.witnesses.map((w) => `${w.device} ${instant(w.at ?? w.time)}`).sort().join();
  claim(`${name}: the same witnesses`, saw(here) === saw(there), `${saw(here)} / ${saw(there)}`);
  claim(`${name}: as many changes`, here.changes.length === there.changes.length && here.changes.length > 0);
  here.changes.forEach((change, i) => {
    const other = there.changes[i] ?? {};
    const differs = shared.filter((k) => (k.endsWith('_at') || k === 'not_after' ? instant(change[k]) !== instant(other[k]) : change[k] !== other[k]));
    claim(`${name}: the same is said of ${change.path}`, differs.length === 0 && instant(change.not_before) === instant(other.not_before), differs);
    const plain = [1, 2, 3, 4].includes(change.type) || change.type === 6;
    if (plain) claim(`${name}: ${change.path} has the same value`, String(change.value) === String(other.value), `${change.value} / ${other.value}`);
  });
}

for (const name of names) {
  const [bytes, root] = [readFileSync(file(`${name}.proof`)), rootOf(name)];
  const [here, there] = [ours(bytes, root), await theirs(bytes, root)];
  claim(`${name}: both hold`, here.ok && there.ok, here.refused ? `${here.refused.message} [${here.refused.section}]` : there.text);
  if (here.ok && there.ok) sameReport(name, here.ok, there.ok);
}
const visit = readFileSync(file('visit.proof'));
claim('an acceptance is said', ours(readFileSync(file('accepted.proof')), rootOf('accepted')).ok.changes.every((c) => c.accepted));

// --- witnesses: the supervisor's cosignature travels with the proof, and a forged one is refused by both
{
  const [bytes, root] = [readFileSync(file('visit.proof')), rootOf('visit')];
  const seen = ours(bytes, root).ok.witnesses;
  claim('visit: cosigned by the supervisor', seen.length === 1, JSON.stringify(seen));
  const at = bytes.indexOf(Buffer.from('gandan-witness/'));
  claim('visit: the line stands in the file', at > 0);
  const line = bytes.indexOf(Buffer.from('\n'), at);
  // The last letters of base64 carry the signature's end; one other letter, and it is forged.
  const forged = Buffer.from(bytes);
  forged[line - 8] = forged[line - 8] === 0x41 ? 0x42 : 0x41;
  await bothRefuse('visit with a forged cosignature', forged, root);
  // Under another name it is a stranger's line, and says nothing.
  const renamed = Buffer.from(bytes);
  renamed[at] = 0x67 ^ 1;
  const [here, there] = [ours(renamed, root), await theirs(renamed, root)];
  claim('visit: a line under another name counts for nothing', here.ok?.witnesses.length === 0 && there.ok?.witnesses.length === 0);
}

// --- other files and other realms
const foreign = rootOf('foreign');
for (const name of ['plain', 'visit', 'two-persons']) {
  const bytes = readFileSync(file(`${name}.proof`));
  await bothRefuse(`${name} under another realm's fingerprint`, bytes, foreign);
  await bothRefuse(`${name} under a fingerprint with another digit`, bytes, rootOf(name).replace(/^./, (d) => (d === '0' ? '1' : '0')));
  await bothRefuse(`${name} with a byte more`, Buffer.concat([bytes, Buffer.from([0])]), rootOf(name));
  for (const part of [0, 1, 12, 13, 14, 300, Math.floor(bytes.length / 2), bytes.length - 33, bytes.length - 1]) {
    await bothRefuse(`${name} cut at ${part}`, bytes.subarray(0, part), rootOf(name));
  }
}
await bothRefuse("another realm's proof", readFileSync(file('foreign.proof')), rootOf('plain'));

// --- what is put together anew: parts dropped, doubled, changed places, or written in another way. Some of it holds by right
// (a disclosed change less); whatever the verdict, it is one.
for (const name of ['visit', 'accepted', 'two-persons']) {
  for (const { what, bytes, refused } of variants(readFileSync(file(`${name}.proof`)))) {
    const [here, there] = [ours(bytes, rootOf(name)), await theirs(bytes, rootOf(name))];
    const word = `(here: ${here.refused?.message ?? 'HOLDS'}, there: ${there.status} ${there.text.slice(0, 200)})`;
    claim(`${name}, ${what}: one verdict`, Boolean(here.ok) === (there.status === 0) && [0, 3, 6].includes(there.status), word);
    if (refused) claim(`${name}, ${what}: refused`, !here.ok, word);
  }
}

// --- bits
const flipped = (bytes, at, bit) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1 << bit;
  return copy;
};
/** Whether a byte lies in a witness's line: changed, its name or key is a stranger's, whose lines say nothing. */
const inWitnessLine = (bytes, at) => {
  const from = bytes.indexOf(Buffer.from('— gandan-witness/'));
  const end = bytes.lastIndexOf(Buffer.from('— gandan-witness/'));
  return from >= 0 && at >= from && at <= bytes.indexOf(Buffer.from('\n'), end);
};
/** So many places spread over a length. */
const spread = (length, count) => [...new Set(Array.from({ length: count }, (_, i) => Math.floor((i * length) / count)))];
for (const name of thorough ? names : ['foreign', 'plain', 'visit', 'accepted', 'two-persons']) {
  const [bytes, root] = [readFileSync(file(`${name}.proof`)), rootOf(name)];
  const bitOf = (at) => (at * 5) % 8;
  let holding = [];
  for (const at of spread(bytes.length, thorough || name === 'foreign' ? bytes.length : 400)) {
    if (inWitnessLine(bytes, at)) continue;
    for (const bit of thorough ? [0, 1, 2, 3, 4, 5, 6, 7] : [bitOf(at)]) {
      if (ours(flipped(bytes, at, bit), root).ok) holding.push([at, bit]);
    }
  }
  claim(`${name}: a flipped bit is refused`, holding.length === 0, JSON.stringify(holding));
  holding = [];
  for (const at of spread(bytes.length, thorough ? bytes.length : 80)) {
    if (inWitnessLine(bytes, at)) continue;
    const { status } = await theirs(flipped(bytes, at, bitOf(at)), root);
    if (status !== 3 && status !== 6) holding.push([at, status]);
  }
  claim(`${name}: the program refuses it, too`, holding.length === 0, JSON.stringify(holding));
}

// --- a witness's line on a checkpoint (ledger.md sections 3 and 7), made here: proofs that are whole may have none
{
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const text = 'origin\n1\n' + `${'A'.repeat(43)}=\n`;
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1700000000\n${text}`), privateKey);
  const id = createHash('sha256').update(Buffer.concat([Buffer.from('witness\n'), Buffer.from([4]), key])).digest().subarray(0, 4);
  const noteOf = (time, name = 'witness') => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    return readNote(Buffer.from(`${text}\n— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`));
  };
  const says = (note) => {
    try {
      return signedBy(note, 'witness', 4, key);
    } catch (error) {
      return error instanceof Refused ? 'refused' : 'crashed';
    }
  };
  claim('a cosignature counts, with its time', says(noteOf(1700000000n)) === 1700000000n);
  claim('one of another time spoils the note', says(noteOf(1700000001n)) === 'refused');
  claim('one under another name counts for nothing', says(noteOf(1700000000n, 'other')) === null);
}

// --- a record: golden files (tests/unit/audit/golden_test.cpp). A ledger that names a segment which its phone did not sign: all else
// is right, so nothing but the signature can refuse it.
{
  const lines = readFileSync(new URL('../../data/audit/golden.txt', import.meta.url), 'utf8').trim().split('\n').map((l) => l.split(' '));
  const golden = Object.fromEntries(lines);
  const root = golden['proof.fingerprint'];
  const [whole, unsigned] = [golden.proof, golden['proof.unsigned']].map((hex) => Buffer.from(hex, 'hex'));
  const [here, there] = [ours(whole, root), await theirs(whole, root)];
  claim('golden proof: both hold', here.ok && there.ok, here.refused?.message ?? there.text);
  if (here.ok && there.ok) sameReport('golden proof', here.ok, there.ok);
  await bothRefuse('a change that was not signed', unsigned, root);
  const [a, b] = [ours(unsigned, root), await theirs(unsigned, root)];
  claim('a change that was not signed: by its own sentence', /signature of a segment/.test(a.refused?.message ?? ''), a.refused?.message);
  claim('a change that was not signed: by its own code', JSON.parse(b.text).error?.code === 'crypto.bad_signature', b.text.slice(0, 160));
}

// --- logs: golden files (tests/unit/audit/log_test.cpp), for no server's period ends while a test runs
{
  const lines = readFileSync(new URL('../../data/audit/golden.txt', import.meta.url), 'utf8').trim().split('\n').map((l) => l.split(' '));
  const golden = Object.fromEntries(lines);
  const [bytes, root] = [Buffer.from(golden.log, 'hex'), golden['log.fingerprint']];
  const [here, there] = [ours(bytes, root), await theirs(bytes, root)];
  claim('log: both hold', here.ok && there.ok, here.refused ? `${here.refused.message} [${here.refused.section}]` : there.text);
  if (here.ok && there.ok) {
    sameReport('log', here.ok, there.ok);
    const plain = (log) => JSON.stringify({ ...log, from: instant(log.from), until: instant(log.until), map_at: instant(log.map_at),
      feeds: log.feeds.map((f) => [f.device, f.head, f.segments, f.changes, f.shown]).sort() }, Object.keys(log).sort());
    claim('log: the same scope and counts', plain(here.ok.log) === plain(there.ok.log), `${plain(here.ok.log)} / ${plain(there.ok.log)}`);
  }
  const cases = [...logVariants(bytes), { what: 'a head that is not the map’s', bytes: Buffer.from(golden['log.other_head'], 'hex'),
    code: 'proof.other_head', says: /not the one that the map names/ }];
  for (const { what, bytes: changed, code, says } of cases) {
    const [a, b] = [ours(changed, root), await theirs(changed, root)];
    const word = `(here: ${a.refused?.message ?? 'HOLDS'}, there: ${b.status} ${b.text.slice(0, 160)})`;
    claim(`log, ${what}: refused by both`, !a.ok && (b.status === 3 || b.status === 6), word);
    if (says) claim(`log, ${what}: by its own sentence`, says.test(a.refused?.message ?? ''), word);
    if (code) claim(`log, ${what}: by its own code`, JSON.parse(b.text).error?.code === code, word);
  }
  const hidden = here.ok.log.undisclosed;
  const less = logWithLess(bytes);
  const [a, b] = [ours(less, root), await theirs(less, root)];
  claim('log, a change less: held by both, and counted', a.ok?.log.undisclosed === hidden + 1 && b.ok?.log.undisclosed === hidden + 1);
  for (const [proof, count] of [[bytes, hidden], [less, hidden + 1]]) {
    bothTell('log: what is not shown', proof, root, 'en', new RegExp(`^${count} changes of these segments are not shown: .*what they say is not proven\\.$`), /these are all/);
    bothTell('log: what is not shown', proof, root, 'vi', new RegExp(`^${count} thay đổi của các phần này không nêu ở đây: .*không chứng tỏ được\\.$`), /đó là tất cả/);
    bothTell('log: what is whole', proof, root, 'en', /no segment is missing/, /none is missing/);
  }
  for (let at = 0; at < bytes.length; at += thorough ? 1 : 11) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << (at % 8);
    const said = ours(changed, root).ok?.log; // another period may be claimed, and hold, too
    if (said) claim(`log: a bit of byte ${at} is refused`, said.from !== here.ok.log.from || said.until !== here.ok.log.until);
    if (at % 77 === 0 && !said) await bothRefuse(`log with a bit of byte ${at} changed`, changed, root);
  }
  for (const part of [0, 5, 17, 18, 200, bytes.length - 1]) await bothRefuse(`log cut at ${part}`, bytes.subarray(0, part), root);
  await bothRefuse('log under another realm', bytes, rootOf('visit'));
}

// --- figures of a report: golden files (tests/unit/audit/report_proof_test.cpp)
{
  const lines = readFileSync(new URL('../../data/audit/golden.txt', import.meta.url), 'utf8').trim().split('\n').map((l) => l.split(' '));
  const golden = Object.fromEntries(lines);
  const [bytes, root] = [Buffer.from(golden.figures, 'hex'), golden['figures.fingerprint']];
  const [here, there] = [ours(bytes, root), await theirs(bytes, root)];
  claim('figures: both hold', here.ok && there.ok, here.refused ? `${here.refused.message} [${here.refused.section}]` : there.text);
  const moments = new Set(['from', 'until', 'map_at', 'checkpoint_at']);
  const plain = (x) => JSON.stringify(x, (k, v) => (k === 'device_short' ? undefined : typeof v === 'bigint' ? Number(v)
    : moments.has(k) && /T/.test(v) ? instant(v) : v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v));
  if (here.ok && there.ok) {
    sameReport('figures', here.ok, there.ok);
    for (const part of ['log', 'report'])
      claim(`figures: the same ${part}`, plain(here.ok[part]) === plain(there.ok[part]), `${plain(here.ok[part])} / ${plain(there.ok[part])}`);
    claim('figures: three of them, counted', here.ok.report.figures.map((f) => `${f.id} ${f.value}`).join() === 'visits 3,people 8,households 2');
  }
  bothTell('figures: what is not shown', bytes, root, 'en', /^[0-9]+ changes of these segments are not shown: .*what they say is not proven\.$/);
  bothTell('figures: a number is a least one', bytes, root, 'en', /^Visits \(visits\): at least 3 by what is shown: counted again, from 3 records/);
  bothTell('figures: a number is a least one', bytes, root, 'vi', /^Lượt vận động \(visits\): ít nhất 3 theo những gì nêu ở đây/);
  bothTell('figures: a sum', bytes, root, 'en', /\(people\): comes to 8 by what is shown/);
  const rules = 'records of kind visit, by the day in on, ';
  bothTell('figures: the rules', bytes, root, 'en', new RegExp(`^ +it counts ${rules}of the period, finalised, under no other condition\\.$`, 'i'), /BEFORE THE PERIOD|DRAFTS/);
  bothTell('figures: other rules', figuresRedefined(bytes), root, 'en', new RegExp(`^ +it counts ${rules}ALSO OF BEFORE THE PERIOD, DRAFTS TOO, under no other condition\\.$`, 'i'));
  bothTell('figures: other rules', figuresRedefined(bytes), root, 'vi', /CẢ TRƯỚC KỲ, CẢ BẢN CHƯA CHỐT, không điều kiện nào khác\.$/);
  const early = { what: 'a map of before the checkpoint', bytes: Buffer.from(golden['figures.early_map'], 'hex'), code: 'proof.map_early', says: /before the report’s checkpoint/ };
  for (const { what, bytes: changed, code, says } of [...figureVariants(bytes), early]) {
    const [a, b] = [ours(changed, root), await theirs(changed, root)];
    const word = `(here: ${a.refused?.message ?? 'HOLDS'}, there: ${b.status} ${b.text.slice(0, 160)})`;
    claim(`figures, ${what}: refused by both`, !a.ok && (b.status === 3 || b.status === 6), word);
    if (says) claim(`figures, ${what}: by its own sentence`, says.test(a.refused?.message ?? ''), word);
    if (code) claim(`figures, ${what}: by its own code`, JSON.parse(b.text).error?.code === code, word);
  }
  for (let at = 0; at < bytes.length; at += thorough ? 1 : 11) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << (at % 8);
    const said = ours(changed, root).ok; // a label or a day may be another, and hold, too
    if (said) claim(`figures: a bit of byte ${at} is refused`, plain(said.report) !== plain(here.ok.report) || said.log.from !== here.ok.log.from);
    if (at % 77 === 0) {
      const other = await theirs(changed, root);
      claim(`figures with a bit of byte ${at} changed: one verdict`, Boolean(said) === (other.status === 0) && [0, 3, 6].includes(other.status), other.text.slice(0, 160));
    }
  }
  await bothRefuse('figures under another realm', bytes, rootOf('visit'));
  const shown = verifyFigures(bytes, Buffer.from(root, 'hex'));
  let refused = false;
  try {
    isPrinted(shown.scope, Buffer.from('another report'));
  } catch (error) {
    refused = error instanceof Refused;
  }
  claim('figures: another report’s file is refused', refused);
}

// --- the command
const run = (...args) => {
  try {
    return { status: 0, text: execFileSync(process.execPath, [tool, ...args], { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    return { status: error.status, text: error.stderr };
  }
};
const root = rootOf('visit');
claim('it says KHỚP', run(file('visit.proof'), '--root', root).text.startsWith('KHỚP'));
claim('it says HOLDS', run(file('visit.proof'), '--root', root, '--lang', 'en').text.startsWith('HOLDS'));
claim('another realm is 1, with the section', /proof\.md 2\.1/.test(run(file('visit.proof'), '--root', foreign).text) && run(file('visit.proof'), '--root', foreign).status === 1);
claim('no root is bad use', run(file('visit.proof')).status === 2);
claim('a short root is bad use', run(file('visit.proof'), '--root', '12').status === 2);
claim('no file is bad use', run(file('none.proof'), '--root', root).status === 2);
writeFileSync(file('scratch-junk'), 'junk');
claim('junk is 1', run(file('scratch-junk'), '--root', root).status === 1);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
