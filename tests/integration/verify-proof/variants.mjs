// A proof file taken apart and put together in other ways (schema/wire/proof.md section 1), for test.mjs.
import { Reader, signed, varint, withLength } from '../../../tools/verify-proof/wire.mjs';

const magic = Buffer.from('gandan-proof\n');
const join = (...parts) => Buffer.concat(parts);
const list = (parts) => join(varint(parts.length), ...parts);

/** What read() reads, as the bytes that it lies in. */
const slice = (r, read) => {
  const start = r.at;
  read(r);
  return r.bytes.subarray(start, r.at);
};
const place = (r) => [r.varint(), r.varint(), r.hashes()];

function take(bytes) {
  const r = new Reader(bytes);
  r.raw(magic.length);
  r.varint();
  const file = { root: r.blob(), note: r.blob() };
  file.statements = r.list(() => ({ bytes: r.blob(), place: r.bool() ? slice(r, place) : null }));
  file.named = r.list(() => slice(r, () => [r.varint(), r.raw(42), r.hashes(), r.hashes()]));
  file.segments = r.list(() => ({ head: slice(r, () => [r.blob(), place(r)]), ops: r.list(() => slice(r, () => r.blob())) }));
  r.end();
  return file;
}

function put({ root, note, statements, named, segments, version = varint(1), count }) {
  const texts = statements.map((s) => join(withLength(s.bytes), s.place ? join(Buffer.from([1]), s.place) : Buffer.from([0])));
  return join(magic, version, withLength(root), withLength(note), count ?? varint(texts.length), ...texts, list(named),
    list(segments.map((s) => join(s.head, list(s.ops)))));
}

const without = (all, i) => all.filter((_, k) => k !== i);
const doubled = (all, i) => [...all.slice(0, i + 1), all[i], ...all.slice(i + 1)];
const swapped = (all, i) => [...all.slice(0, i), all[i + 1], all[i], ...all.slice(i + 2)];

/** {what, bytes, refused: where it must not hold}. */
export function variants(bytes) {
  const file = take(bytes);
  const out = [];
  const add = (what, changes, refused = false) => out.push({ what, bytes: put({ ...file, ...changes }), refused });
  if (!put(file).equals(bytes)) throw new Error('taken apart and put together, the file is another');
  for (const part of ['statements', 'named', 'segments']) {
    file[part].forEach((_, i) => {
      add(`${part} ${i} dropped`, { [part]: without(file[part], i) });
      add(`${part} ${i} doubled`, { [part]: doubled(file[part], i) }, true);
      if (i + 1 < file[part].length) add(`${part} ${i} and the next changed places`, { [part]: swapped(file[part], i) });
    });
    add(`no ${part}`, { [part]: [] });
  }
  file.statements.forEach((s, i) => {
    const other = (changed) => ({ statements: file.statements.map((x, k) => (k === i ? changed : x)) });
    const foreign = file.statements.find((x) => x.place)?.place ?? join(varint(0), varint(0), varint(0));
    add(`statement ${i} with its place the other way`, other({ ...s, place: s.place ? null : foreign }), true);
  });
  file.segments.forEach((s, i) => {
    const other = (ops) => ({ segments: file.segments.map((x, k) => (k === i ? { ...x, ops } : x)) });
    add(`segment ${i} without its last change`, other(s.ops.slice(0, -1)), s.ops.length === 1);
    add(`segment ${i} with its last change twice`, other([...s.ops, s.ops.at(-1)]), true);
    add(`segment ${i} with a change of another one`, other([...s.ops, file.segments[(i + 1) % file.segments.length].ops[0]]), true);
  });
  const text = file.note.toString();
  const note = (what, changed, refused) => add(what, { note: Buffer.from(changed) }, refused);
  const line = text.slice(text.indexOf('\n\n') + 2);
  note('a note with its signature twice', text + line);
  note('a note with the line of a stranger', `${text}— stranger AAAAAAA=\n`);
  note('a note with a line that is none', `${text}stranger\n`, true);
  note('a note without signature', text.slice(0, text.indexOf('\n\n') + 1), true);
  note('a note with an empty last line', `${text}\n`, true);
  note('a note with other line ends', text.replaceAll('\n', '\r\n'), true);
  note('a note with a further line', text.replace('\n\n', '\nfurther\n\n'), true);
  add('version 2', { version: varint(2) }, true);
  add('version 1 in two bytes', { version: Buffer.from([0x81, 0]) }, true);
  add('a count in two bytes', { count: Buffer.from([0x80 | file.statements.length, 0]) }, true);
  add('a count of very many', { count: Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]) }, true);
  add('another root', { root: file.statements[0].bytes }, true);
  return out;
}

const logMagic = Buffer.from('gandan-log-proof\n');

function takeLog(bytes) {
  const r = new Reader(bytes);
  r.raw(logMagic.length);
  r.varint();
  const file = { root: r.blob(), note: r.blob(), scope: { unit: r.raw(16), holder: r.raw(16), from: r.varint(), until: r.varint() } };
  file.statements = r.list(() => ({ bytes: r.blob(), place: r.bool() ? slice(r, place) : null }));
  file.map = slice(r, place);
  file.lines = r.blob();
  file.named = r.list(() => slice(r, () => [r.varint(), r.raw(42), r.hashes(), r.hashes()]));
  file.feeds = r.list(() => ({ id: r.raw(16), segments: r.list(() => ({ head: slice(r, () => [r.blob(), place(r)]), ops: r.list(() => slice(r, () => r.blob())) })) }));
  r.end();
  return file;
}

function putLog({ root, note, scope, statements, map, lines, named, feeds }) {
  const texts = statements.map((s) => join(withLength(s.bytes), s.place ? join(Buffer.from([1]), s.place) : Buffer.from([0])));
  const put1 = (s) => join(s.head, list(s.ops));
  return join(logMagic, varint(1), withLength(root), withLength(note), scope.unit, scope.holder, varint(scope.from), varint(scope.until), list(texts),
    map, withLength(lines), list(named), list(feeds.map((f) => join(f.id, list(f.segments.map(put1))))));
}

/** {what, bytes, code: the program's, says: what the sentence of the other has in it}. */
export function logVariants(bytes) {
  const file = takeLog(bytes);
  if (!putLog(file).equals(bytes)) throw new Error('taken apart and put together, the file is another');
  const out = [];
  const add = (what, changes, code, says) => out.push({ what, bytes: putLog({ ...file, ...changes }), code, says });
  const feeds = (i, segments) => file.feeds.map((f, k) => (k === i ? { ...f, segments } : f));
  file.feeds.forEach((f, i) => {
    add(`feed ${i} left out`, { feeds: without(file.feeds, i) }, 'proof.feed_missing', /a feed is left out/);
    f.segments.forEach((s, k) => {
      add(`segment ${k} of feed ${i} left out`, { feeds: feeds(i, without(f.segments, k)) }, 'proof.segment_missing', /a segment is left out/);
      add(`segment ${k} of feed ${i} twice`, { feeds: feeds(i, doubled(f.segments, k)) });
      if (s.ops.length > 0) {
        add(`segment ${k} of feed ${i} with its last change twice`, { feeds: feeds(i, f.segments.map((x, n) => (n === k ? { ...x, ops: [...x.ops, x.ops.at(-1)] } : x))) });
      }
    });
  });
  // The newest phone: its role and its opening are the last statements.
  const kept = file.statements.slice(0, -2);
  const own = file.feeds.findIndex((f) => f.segments.length === 1);
  add('a device left out', { statements: kept, feeds: without(file.feeds, own) }, 'proof.device_missing', /a device is left out/);
  const late = (file.scope.until + 40n * 86400000n * 2n);
  add('a map of before the end', { scope: { ...file.scope, until: late } }, 'proof.map_early', /before the period/);
  add('a line less', { lines: file.lines.subarray(56) }, 'proof.other_map', /another feed map/);
  const other = Buffer.from(file.lines);
  other[23] += 1;
  add('a line of another map', { lines: other }, 'proof.other_map', /another feed map/);
  add('another person', { scope: { ...file.scope, holder: Buffer.alloc(16, 7) } }, undefined, /another person/);
  add('a period that begins later', { scope: { ...file.scope, from: file.scope.from + 2n * 172800000n } });
  add('a note without signature', { note: Buffer.from(file.note.toString().slice(0, file.note.toString().indexOf('\n\n') + 1)) });
  return out;
}

/** The log with the last of the changes that a segment discloses left out, as anybody can leave it out: it holds, and says so. */
export function logWithLess(bytes) {
  const file = takeLog(bytes);
  const segment = file.feeds.flatMap((f) => f.segments).find((s) => s.ops.length > 1);
  segment.ops.pop();
  return putLog(file);
}

// --- figures of a report: section 4
const text = (r) => r.blob().toString();
const day = (r) => r.signed();

function takeFigures(bytes) {
  const r = new Reader(bytes);
  r.raw(logMagic.length);
  r.varint();
  const file = { root: r.blob(), note: r.blob() };
  file.scope = { units: r.list(() => r.raw(16)), from: r.signed(), report: text(r), version: r.varint(), first: day(r), last: day(r), asOf: day(r), size: r.varint(),
    root: r.raw(32), rosterSize: r.varint(), file: r.bool() ? r.raw(32) : null };
  file.scope.figures = r.list(() => ({ id: text(r), vi: text(r), en: text(r), value: r.signed(), kind: text(r), day: text(r), where: text(r), sum: text(r),
    distinct: text(r), anyTime: r.bool(), drafts: r.bool(), paths: r.list(() => text(r)), records: r.list(() => r.raw(16)) }));
  file.rest = r.bytes.subarray(r.at);
  return file;
}

const putText = (t) => withLength(Buffer.from(t));
const putFigure = (f) => join(...[f.id, f.vi, f.en].map(putText), signed(f.value), ...[f.kind, f.day, f.where, f.sum, f.distinct].map(putText),
  Buffer.from([f.anyTime ? 1 : 0, f.drafts ? 1 : 0]), list(f.paths.map(putText)), list(f.records));
const putFigures = ({ root, note, scope: s, rest, version = 2 }) => join(logMagic, varint(version), withLength(root), withLength(note), list(s.units), signed(s.from),
  putText(s.report), varint(s.version), signed(s.first), signed(s.last), signed(s.asOf), varint(s.size), s.root, varint(s.rosterSize),
  s.file ? join(Buffer.from([1]), s.file) : Buffer.from([0]), list(s.figures.map(putFigure)), rest);

/** {what, bytes, code, says} as logVariants. */
export function figureVariants(bytes) {
  const file = takeFigures(bytes);
  if (!putFigures(file).equals(bytes)) throw new Error('taken apart and put together, the file is another');
  const out = [];
  const add = (what, scope, code, says) => out.push({ what, bytes: putFigures({ ...file, scope: { ...file.scope, ...scope } }), code, says });
  const [visits, people, households] = file.scope.figures;
  const figure = (what, i, changes, code, says) => add(what, { figures: file.scope.figures.map((f, k) => (k === i ? { ...f, ...changes } : f)) }, code, says);
  figure('a number more', 0, { value: visits.value + 1n }, 'proof.other_count', /not 4/);
  figure('another sum', 1, { value: people.value - 1n }, 'proof.other_count');
  figure('another number of different ones', 2, { value: 3n }, 'proof.other_count');
  figure('another kind', 0, { kind: 'meeting' }, 'proof.other_count', /another kind/);
  add('a record that no figure names any more', { figures: file.scope.figures.map((f) => ({ ...f, records: f.records.slice(1) })) }, 'ledger.bad_proof', /no figure names/);
  figure('a record twice', 0, { records: [visits.records[0], ...visits.records] }, 'ledger.bad_proof');
  figure('a record that is not shown', 0, { records: [...visits.records, Buffer.alloc(16, 255)], value: 4n }, 'proof.other_count');
  figure('a formula that nobody can count', 2, { distinct: 'lower(household)' }, 'ledger.bad_proof', /malformed/);
  figure('a sum of what is not read', 1, { sum: 'wish' }, 'ledger.bad_proof', /malformed/);
  figure('a sum and different ones', 1, { distinct: 'people' }, 'ledger.bad_proof', /malformed/);
  figure('an empty name', 0, { id: '' }, 'ledger.bad_proof');
  add('a figure twice', { figures: [visits, people, households, visits] }, 'ledger.bad_proof');
  add('no figure', { figures: [] }, 'ledger.bad_proof');
  add('a figure that reads less', { figures: [visits] }, 'ledger.bad_proof', /no figure reads/);
  add('a period that begins later', { first: file.scope.first + 2n }, 'proof.other_count', /before the period/);
  add('a period that ends earlier', { last: file.scope.first + 1n, asOf: file.scope.first + 1n }, 'proof.other_count', /later day/);
  add('a period that is none', { first: file.scope.last + 1n }, 'ledger.bad_proof');
  add('another root', { root: Buffer.alloc(32, 3) });
  add('a smaller checkpoint', { size: file.scope.size - 1n });
  add('no roster', { rosterSize: 0n }, 'ledger.bad_proof');
  add('a roster that never was', { rosterSize: 1000n }, 'ledger.bad_proof');
  add('no unit', { units: [] }, 'ledger.bad_proof');
  add('an unknown unit', { units: [Buffer.alloc(16, 9)] });
  add('logs that begin later', { from: file.scope.from + 864000000n }, 'ledger.bad_proof', /begin behind/);
  add('logs that begin a moment later', { from: file.scope.first * 86400000n - 25200000n + 1n }, 'ledger.bad_proof', /begin behind/);
  add('a day that had not come', { asOf: file.scope.asOf + 2n }, 'ledger.bad_proof', /has not reached/);
  // Whatever ends a line, moves a cursor or turns a direction, in whatever is printed.
  const forged = (c) => `Visits${c}A witness cosigned the checkpoint`;
  for (const code of [0, 8, 9, 10, 13, 27, 31, 0x7f, 0x80, 0x85, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069]) {
    figure(`a label with U+${code.toString(16)}`, 0, { en: forged(String.fromCharCode(code)) }, 'ledger.bad_proof', /direction characters/);
  }
  for (const part of ['id', 'vi', 'kind', 'day', 'where']) figure(`a line end in ${part}`, 0, { [part]: forged('\n') }, 'ledger.bad_proof', /direction characters/);
  figure('a line end in a text that is joined', 2, { distinct: "household || '\n'" }, 'ledger.bad_proof', /direction characters/);
  figure('a line end in a path', 2, { paths: ['a\nb', ...households.paths] }, 'ledger.bad_proof', /direction characters/);
  add('a line end in the report’s name', { report: forged('\n') }, 'ledger.bad_proof', /direction characters/);
  out.push({ what: 'a later version', bytes: putFigures({ ...file, version: 3 }) });
  out.push({ what: 'called a log', bytes: putFigures({ ...file, version: 1 }) });
  return out;
}

/** The first figure under other rules: they hold, and must be seen. */
export function figuresRedefined(bytes) {
  const file = takeFigures(bytes);
  const [first, ...others] = file.scope.figures;
  return putFigures({ ...file, scope: { ...file.scope, figures: [{ ...first, anyTime: true, drafts: true }, ...others] } });
}
