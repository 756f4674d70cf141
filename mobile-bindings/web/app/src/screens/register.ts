// A register: every record of a list, or, of one kind, every field of each, as a table; and that table on paper (A4).
import type { RecordTableParams, RecordTableResult, Row } from 'gandan';
import { dayText, momentText, nowText, todayText } from '../lib/dates';
import { findField, type Field } from '../lib/form';
import { isPosition } from '../lib/geo';
import { cellText, type Cell, type Column, type Table } from '../lib/table';
import { shortId } from '../lib/text';
import { ask, device, kinds, realm, unitNames } from '../session';
import { stageText } from '../ui/record_line';
import { valueText, type Titles } from '../ui/values';
import { said, words } from '../words';

const kMost = 10_000; // rows that the core answers at once

const heads = (): Column[] => {
  const w = words.value;
  return [
    { head: w.record.id, type: 'text' }, { head: w.days.day, type: 'day' }, { head: w.list.title, type: 'text' },
    { head: w.list.kind, type: 'text' }, { head: w.list.unit, type: 'text' }, { head: w.list.state, type: 'text' },
  ];
};
const cells = (row: Row): Cell[] => [shortId(row.id), row.date, row.title, said(kinds.value.get(row.kind)?.label), row.unit_name, stageText(row.kind, row.workflow)];

export const listTable = (rows: readonly Row[], name: string): Table => ({ name, columns: heads(), rows: rows.map(cells) });

// All of one kind: the core answers so many at a time.
export async function wholeTable(range: Partial<RecordTableParams> & { kind: string }): Promise<RecordTableResult> {
  const whole = await ask('record.table', { ...range, limit: kMost });
  for (let got = whole.rows.length; got > 0 && got % kMost === 0;) {
    const more = await ask('record.table', { ...range, limit: kMost, offset: got });
    if (more.rows.length === 0) break;
    whole.rows.push(...more.rows);
    got += more.rows.length;
  }
  return whole;
}
async function titlesOf(fields: readonly (Field | undefined)[]): Promise<Titles> {
  const linked = new Set(fields.flatMap((field) => (field?.type === 'link' && field.link !== undefined ? [field.link] : [])));
  const titles = new Map<string, string>();
  for (const kind of linked)
    for (let offset = 0, more = true; more; offset += kMost) {
      const { records } = await ask('record.list', { kind, order: 'title', limit: kMost, offset });
      for (const row of records) titles.set(row.id, row.title);
      more = records.length === kMost;
    }
  return titles;
}

// A column of the form is one of the table, but a position, which is two numbers.
interface Shown {
  column: Column;
  cell: (value: unknown) => Cell;
}
function shown(field: Field | undefined, label: string, titles: Titles): Shown[] {
  const plain = (type: Column['type']): Shown => ({ column: { head: label, type }, cell: (value) => (typeof value === 'number' || typeof value === 'string' ? value : valueText(field, value, titles)) });
  switch (field?.type) {
    case 'integer':
    case 'repeat':
      return [plain('integer')];
    case 'date':
      return [plain('day')];
    case 'datetime':
      return [plain('moment')];
    case 'calculate':
      return [{ column: { head: label, type: 'text' }, cell: (value) => (typeof value === 'number' ? value : valueText(field, value, titles)) }];
    case 'geopoint':
      return ([['latitude_e7', words.value.list.latitude], ['longitude_e7', words.value.list.longitude]] as const).map(([part, name]) => ({
        column: { head: `${label}, ${name}`, type: 'degrees' }, cell: (value) => (isPosition(value) ? value[part] / 1e7 : null),
      }));
    default:
      return [{ column: { head: label, type: 'text' }, cell: (value) => valueText(field, value, titles) }];
  }
}
// Every field of one kind. `empty`: also columns in which nobody wrote anything.
export async function registerTable(range: Partial<RecordTableParams> & { kind: string }, empty = true): Promise<Table> {
  const table = await wholeTable(range);
  const survey = kinds.value.get(table.kind)?.survey ?? [];
  const fields = table.columns.map((column) => findField(survey, column.path));
  const titles = await titlesOf(fields);
  const used = table.columns.map((_, place) => empty || table.rows.some(({ values }) => values[place] !== null && values[place] !== '' && values[place] !== 0));
  const columns = table.columns.map((column, place) => (used[place] ? shown(fields[place], said(column.label), titles) : []));
  return {
    name: said(kinds.value.get(table.kind)?.label),
    columns: [...heads(), ...columns.flatMap((group) => group.map((one) => one.column))],
    rows: table.rows.map(({ record, values }) => [...cells(record), ...columns.flatMap((group, place) => group.map((one) => (values[place] === null ? null : one.cell(values[place]))))]),
  };
}

// What a spreadsheet was made from, as a sheet of its own.
export function aboutTable(name: string, facts: readonly (readonly [string, string])[]): Table {
  const w = words.value.list;
  return {
    name: w.about,
    columns: [{ head: w.about, type: 'text' }, { head: '', type: 'text' }],
    rows: [[w.register, name], ...facts, [w.madeAt, momentText(nowText())], [w.madeOn, shortId(device.value?.id ?? '')], ['', w.aboutNote]],
  };
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const kMostColumns = 8; // that fit beside each other on A4 landscape
const kKind = 3; // the column that says the same in every line of one kind's register

// Whose register, of when; then the table. What does not fit beside each other stands below its line.
export function registerHtml(table: Table, facts: readonly (readonly [string, string])[]): string {
  const w = words.value.list;
  const wide = table.columns.length > kMostColumns;
  const ends = wide ? heads().length : table.columns.length;
  const text = (row: readonly Cell[], place: number) => cellText(table.columns[place]!, row[place] ?? null);
  const places = table.columns.map((_, place) => place);
  const front = places.slice(0, ends).filter((place) => !wide || place !== kKind);
  const rows = table.rows.map((row, n) => {
    const line = `<td class="n">${n + 1}</td>${front.map((place) => `<td class="${table.columns[place]?.type}">${escaped(text(row, place))}</td>`).join('')}`;
    const below = wide ? places.slice(ends).filter((place) => text(row, place) !== '').map((place) => `<span><b>${escaped(table.columns[place]!.head)}:</b> ${escaped(text(row, place))}</span>`).join('; ') : '';
    return `<tbody><tr>${line}</tr>${below === '' ? '' : `<tr class="below"><td></td><td colspan="${front.length}">${below}</td></tr>`}</tbody>`;
  });
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><title>${escaped(table.name)}</title><style>
@page { size: A4 landscape; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font: 12pt "Times New Roman", serif; } }
@page :first { @top-center { content: none; } }
body { font: 12pt/1.3 "Times New Roman", serif; margin: 0; } h1 { font-size: 14pt; text-align: center; text-transform: uppercase; margin: 6pt 0; }
.of { display: flex; justify-content: space-between; gap: 12pt; } .facts { text-align: center; margin: 0 0 10pt; }
table { border-collapse: collapse; width: 100%; font-size: 11pt; } thead { display: table-header-group; } tbody { break-inside: avoid; }
th, td { border: 0.5pt solid #000; padding: 2pt 4pt; text-align: left; vertical-align: top; overflow-wrap: anywhere; } th { text-align: center; }
td.n, td.integer { text-align: right; } .n, td.day, td.moment { white-space: nowrap; overflow-wrap: normal; } tr.below td { font-size: 10.5pt; }
.end { break-inside: avoid; display: flex; justify-content: space-around; text-align: center; margin-top: 16pt; } .end i { display: block; font-style: italic; }
</style><body><div class="of"><b>${escaped(unitNames.value.join(', ') || (realm.value?.top.name ?? ''))}</b><span>${escaped(w.printedAt(dayText(todayText())))}</span></div>
<h1>${escaped(w.registerOf(table.name))}</h1><p class="facts">${[...facts.map(([name, value]) => `${escaped(name)}: ${escaped(value)}`), escaped(w.count(table.rows.length))].join(' · ')}</p>
<table><thead><tr><th class="n">${escaped(w.place)}</th>${front.map((place) => `<th>${escaped(table.columns[place]!.head)}</th>`).join('')}</tr></thead>${rows.join('')}</table>
<div class="end">${[w.writer, w.head].map((who) => `<div><b>${escaped(who)}</b><i>${escaped(w.signHere)}</i></div>`).join('')}</div></body></html>`;
}
