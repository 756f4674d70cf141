// Pure functions of the app.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, daysBetween, dayText, instantOf, local, momentText, parseDay, parseTime, period, todayText } from '../src/lib/dates';
import { villageCoverage } from '../src/lib/coverage';
import { exifOf, withExif } from '../src/lib/exif';
import { findField, itemsAt, lookUp, placed, rollList, valueAt, type Field } from '../src/lib/form';
import { boundaries, boxOf, clusters, mercator, scaleBar } from '../src/lib/geo';
import { gather, missing, split, whole, type Gathered } from '../src/lib/parts';
import type { Change } from 'gandan';
import { conversation, linkedThen } from '../src/lib/talk';
import { isNearlyFull } from '../src/lib/room';
import { cellText, sheetName, sheetValue, tableTexts } from '../src/lib/table';
import { bytesText, csv, fold, hectares, numberText, parseInteger, shortId } from '../src/lib/text';
import { exifSegment, kPlace, kTaken, taken } from '../e2e/photo.mjs';
import { en } from '../src/words/en';
import { vi } from '../src/words/vi';

test('days are read as people write them', () => {
  assert.equal(parseDay('5/2/2026'), '2026-02-05');
  assert.equal(parseDay('05-02-26'), '2026-02-05');
  assert.equal(parseDay('5.2', '2026-09-09'), '2026-02-05');
  assert.equal(parseDay('05022026'), '2026-02-05');
  assert.equal(parseDay('2026-02-05'), '2026-02-05');
  assert.equal(parseDay('29/2/2026'), undefined);
  assert.equal(parseDay('2026'), undefined);
  assert.equal(dayText('2026-02-05'), '05/02/2026');
  assert.equal(dayText(''), '');
});

test('times of day', () => {
  assert.equal(parseTime('8:30'), '08:30');
  assert.equal(parseTime('8h30'), '08:30');
  assert.equal(parseTime('0830'), '08:30');
  assert.equal(parseTime('8'), '08:00');
  assert.equal(parseTime('24:00'), undefined);
  assert.equal(parseTime('8:61'), undefined);
});

test('instants are shown in Viet Nam', () => {
  assert.equal(momentText('2026-02-05T20:05:00Z'), '06/02/2026 03:05');
  assert.deepEqual(local(instantOf('2026-02-06', '03:05')), { day: '2026-02-06', time: '03:05' });
  assert.equal(instantOf('2026-02-06', '03:05'), '2026-02-05T20:05:00Z');
  assert.equal(momentText(''), '');
  assert.equal(todayText(Date.parse('2026-02-05T17:00:00Z')), '2026-02-06');
});

test('periods', () => {
  assert.deepEqual(period('quarter', '2026-02-05'), { from: '2026-01-01', until: '2026-03-31', year: 2026, number: 1 });
  assert.deepEqual(period('quarter', '2026-02-05', 1), { from: '2025-10-01', until: '2025-12-31', year: 2025, number: 4 });
  assert.deepEqual(period('month', '2026-01-31', 1), { from: '2025-12-01', until: '2025-12-31', year: 2025, number: 12 });
  assert.equal(period('year', '2024-05-05').until, '2024-12-31');
  assert.equal(addDays('2024-02-28', 1), '2024-02-29');
  assert.equal(daysBetween('2026-02-28', '2026-03-01'), 1);
});

test('texts and numbers', () => {
  assert.equal(fold('Đường Hữu Nghị'), 'duong huu nghi');
  assert.equal(numberText(1200000), '1.200.000');
  assert.equal(numberText('9007199254740993'), '9.007.199.254.740.993');
  assert.equal(parseInteger('1.200.000'), 1200000);
  assert.equal(parseInteger('1 200'), 1200);
  assert.equal(parseInteger('-5'), -5);
  assert.equal(parseInteger('9007199254740993'), '9007199254740993');
  assert.equal(parseInteger('1,5'), undefined);
  assert.equal(parseInteger('1.5'), undefined);
  assert.equal(hectares(12345), '1,23');
  assert.equal(hectares(20000), '2');
  assert.equal(bytesText(1234567), '1,2 MB');
  assert.equal(shortId('0000000000000n69g000000001'), 'n69g-1');
});

test('a table for a spreadsheet runs no formula', () => {
  assert.equal(csv([['a', 1], ['=HYPERLINK("x")', 'b,c']]), '\ufeffa,1\r\n"\'=HYPERLINK(""x"")","b,c"\r\n');
});

test('cells of a spreadsheet are what they say', () => {
  assert.deepEqual(sheetValue('day', '2026-02-05'), new Date(Date.UTC(2026, 1, 5)));
  assert.deepEqual(sheetValue('moment', '2026-02-05T20:05:00Z'), new Date(Date.UTC(2026, 1, 6, 3, 5))); // Viet Nam's clock
  assert.equal(sheetValue('integer', '1200000'), 1200000);
  assert.equal(sheetValue('integer', '9007199254740993'), '9007199254740993'); // would be rounded
  assert.equal(sheetValue('text', '=1+1'), '=1+1');
  assert.equal(sheetValue('text', '0123'), '0123');
  assert.equal(sheetValue('day', 'hôm qua'), 'hôm qua');
  assert.equal(sheetValue('day', ''), null);
  assert.equal(cellText({ head: '', type: 'degrees' }, 21.8), '21.80000');
  assert.equal(sheetName("Họp: bàn / biểu quyết ['a'] và những việc khác của thôn"), 'Họp  bàn   biểu quyết   a   và');
  assert.deepEqual(tableTexts({ name: '', columns: [{ head: 'Ngày', type: 'day' }, { head: 'Số', type: 'integer' }], rows: [['2026-02-05', 1200]] }), [['Ngày', 'Số'], ['05/02/2026', '1.200']]);
});

test('questions and answers come out of the changes of a record', () => {
  const author = (device: string, at: string) => ({ holder: '', holder_code: '', device, at, suspect: false });
  const change = (path: string, value: unknown, device: string, arrival: 'pending' | 'received' = 'received') => ({ path, label_vi: '', label_en: '', value, author: author(device, ''), replaces: 0, arrival }) as unknown as Change;
  const hash = 'ab'.repeat(32);
  const changes = [
    change('@final', { mark: true, content: hash }, 'phone'), change('@linked', `01h ${hash}\n02h feed:7`, 'phone'), change('@reason', 'before', 'phone'),
    change('@review', { mark: true, content: hash, reason: 'Ai đã ký?' }, 'supervisor'), change('@reason', 'Vợ chủ hộ', 'phone'), change('wishes', 'a', 'phone'),
    change('@reason', 'Vợ chủ hộ', 'phone'), change('@final', { mark: true, content: 'x' }, 'phone'), change('@reason', 'Vợ chủ hộ', 'phone', 'pending'), change('@review', { mark: true, content: 'x' }, 'office'),
  ];
  assert.deepEqual(conversation(changes).map((line) => [line.what, line.text]), [['question', 'Ai đã ký?'], ['answer', 'Vợ chủ hộ'], ['finalized', ''], ['accepted', '']]);
  assert.deepEqual(conversation(changes.filter((one) => one.author.device !== 'supervisor')), []); // accepted without a question
  assert.deepEqual([...linkedThen(changes)], [['01h', hash], ['02h', undefined]]);
  assert.deepEqual([...linkedThen([])], []);
});

const form: Field[] = [
  { name: 'site', path: 'site', type: 'group', label: { vi: '', en: '' }, children: [{ name: 'place', path: 'site.place', type: 'text', label: { vi: '', en: '' } }] },
  { name: 'attendance', path: 'attendance', type: 'repeat', label: { vi: '', en: '' }, children: [
    { name: 'household', path: 'attendance[].household', type: 'text', label: { vi: '', en: '' } },
    { name: 'present', path: 'attendance[].present', type: 'boolean', label: { vi: '', en: '' } }] },
];
test('fields and values find each other', () => {
  const present = findField(form, 'attendance[01h].present');
  assert.equal(present?.name, 'present');
  assert.equal(placed(present!, 'attendance[01h].'), 'attendance[01h].present');
  assert.equal(placed(findField(form, 'site.place')!, ''), 'site.place');
  assert.equal(rollList(form[1]!), 'present');
  const document = { values: { site: { place: 'Hội trường' } }, items: { attendance: [{ id: '01h', household: 'H1', present: true }] } };
  assert.equal(valueAt(document.values, 'site.place'), 'Hội trường');
  assert.equal(lookUp(document, 'attendance[01h].present'), true);
  assert.equal(lookUp(document, 'attendance[02h].present'), undefined);
  assert.equal(itemsAt(document.items, 'attendance').length, 1);
});

test('maps', () => {
  const [x, y] = mercator(106.76, 21.85);
  assert.ok(Math.abs(x - 0.7965) < 0.001 && Math.abs(y - 0.4379) < 0.002);
  const borders = boundaries({ type: 'FeatureCollection', features: [
    { type: 'Feature', properties: { name: 'Xã A' }, geometry: { type: 'MultiPolygon', coordinates: [[[[106, 21], [107, 21], [107, 22], [106, 21]]]] } },
    { type: 'Feature', properties: null, geometry: { type: 'Point', coordinates: [1, 2] } }, null] });
  assert.equal(borders.length, 1);
  assert.equal(borders[0]?.name, 'Xã A');
  assert.equal(borders[0]?.rings[0]?.length, 4);
  assert.deepEqual(boundaries('no map'), []);
  assert.equal(boxOf([]), undefined);
  assert.equal(clusters([{ at: [0.1, 0.1], what: 1 }, { at: [0.101, 0.101], what: 2 }, { at: [0.9, 0.9], what: 3 }], 0.05).length, 2);
  assert.ok([1, 2, 5].includes(Number(String(scaleBar(0.001, 1000, 21.8).metres)[0])));
});

// Every word is there in both languages; texts that take numbers do so in both.
test('words', () => {
  const walk = (a: unknown, b: unknown, place: string): void => {
    assert.equal(typeof a, typeof b, place);
    if (typeof a === 'string') assert.ok(a.trim() !== '' && String(b).trim() !== '', place);
    else if (typeof a === 'object') for (const key of Object.keys(a as object)) walk((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${place}.${key}`);
  };
  walk(vi, en, 'words');
  assert.deepEqual(JSON.stringify(vi).normalize('NFC'), JSON.stringify(vi));
});

test('a file as a few codes, read in any order', () => {
  const content = Uint8Array.from({ length: 3000 }, (_, n) => (n * 7) % 256);
  const parts = split(content);
  assert.equal(parts.length, 3);
  let got: Gathered | undefined;
  for (const part of [parts[2]!, parts[0]!, parts[2]!]) got = gather(got, part);
  assert.equal(missing(got!), 1);
  assert.equal(whole(got!), undefined);
  got = gather(got, parts[1]!);
  assert.deepEqual(whole(got!), content);
  assert.equal(gather(got, 'something else'), undefined);
  assert.equal(missing(gather(got, split(new Uint8Array(1300))[0]!)!), 1); // another file begins anew
  assert.deepEqual(split(new Uint8Array(100_000)), []);
  assert.ok(parts.every((part) => part.length < 2000));
});

test('what a camera said of a photo is found and carried into its copy', () => {
  const plain = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xda, 0, 2, 9, 9, 0xff, 0xd9]);
  assert.equal(exifOf(plain), undefined);
  for (const little of [true, false]) {
    const found = exifOf(taken(plain, exifSegment({ little })));
    assert.equal(found?.taken, kTaken);
    assert.ok(Math.abs(found!.place!.latitude - kPlace.latitude) < 1e-5 && Math.abs(found!.place!.longitude - kPlace.longitude) < 1e-5);
    const copy = withExif(plain, found!);
    assert.deepEqual(exifOf(copy), found);
    assert.deepEqual([copy.subarray(0, 2), copy.subarray(copy.length - plain.length + 2)], [plain.subarray(0, 2), plain.subarray(2)]);
    const orientation = 6 + 10 + 8; // in the segment: the name, then its place in IFD0
    assert.equal(new DataView(found!.segment.buffer).getUint16(orientation, little), 1, 'drawn upright, so not turned once more');
  }
  assert.equal(exifOf(taken(plain, exifSegment({ hidden: true })))?.place, undefined); // as phones hide it
  const whole = taken(plain);
  for (let end = 0; end < whole.length; ++end) exifOf(whole.subarray(0, end)); // cut anywhere: no fault
  const wild = exifSegment();
  wild.fill(0xff, 14);
  assert.equal(exifOf(taken(plain, wild)), undefined);
});

test('little room', () => {
  assert.ok(isNearlyFull({ free: 1.4e9, size: 1e10 }, false) && !isNearlyFull({ free: 1.6e9, size: 1e10 }, false));
  assert.ok(isNearlyFull({ free: 49e6, size: 1e8 }, false));
  assert.ok(isNearlyFull({ free: 4e8, size: 1e12 }, true) && !isNearlyFull({ free: 6e8, size: 1e12 }, true));
});

test('a village is covered by visits to its own households', () => {
  const listed = [{ id: 'a', code: 'H1', village: 'v1' }, { id: 'b', code: 'H2', village: 'v1' }, { id: 'c', code: 'H1', village: 'v2' }, { id: 'd', code: 'h9', village: 'v2' }];
  const rows = villageCoverage(listed, [{ affected: 'a', household: 'H1' }, { affected: '', household: 'H1' }, { affected: '', household: ' H9' }, { affected: '', household: 'H77' }], ['v1', 'v1', '']);
  const said = rows.map((row) => [row.village, row.visits, row.meetings, row.unvisited.map((one) => one.id).join()]);
  // Two villages have H1: a visit that names the code alone belongs to neither.
  assert.deepEqual(said, [['v1', 1, 2, 'b'], ['v2', 1, 0, 'c'], ['', 2, 1, '']]);
  assert.deepEqual(villageCoverage([], [], []), []);
});
