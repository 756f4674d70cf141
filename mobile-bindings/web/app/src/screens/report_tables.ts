// A period's figures as tables: the figures, and the records behind them, each line one record of one figure.
import type { Figure, ReportPeriodResult, Row } from 'gandan';
import { dayText } from '../lib/dates';
import type { Cell, Table } from '../lib/table';
import { shortId } from '../lib/text';
import { ask } from '../session';
import { said, words } from '../words';
import { aboutTable } from './register';

const kMost = 10_000; // rows that the core answers at once

export function figureTable(report: ReportPeriodResult): Table {
  const w = words.value.report;
  const before = report.previous !== undefined;
  const aimed = report.figures.some((one) => one.target !== undefined);
  const kept = ({ target }: Figure) => (target?.met === undefined ? '' : target.at_most ? (target.met ? w.within : w.above) : target.met ? w.met : w.notMet);
  return {
    name: w.title,
    columns: [
      { head: w.figure, type: 'text' }, { head: w.value, type: 'integer' },
      ...(aimed ? [{ head: w.targetHead, type: 'integer' }, { head: w.outcome, type: 'text' }] as const : []),
      ...(before ? [{ head: w.before, type: 'integer' }, { head: w.change, type: 'integer' }] as const : []),
      { head: w.measure, type: 'text' }, { head: w.draftCount, type: 'integer' },
    ],
    // What is withheld reads "<3", and has no difference.
    rows: report.figures.map((one) => [said(one.label), one.value ?? one.shown, ...(aimed ? [one.target?.value ?? null, kept(one)] : []), ...(before ? [one.previous?.value ?? one.previous?.shown ?? null, one.difference ?? null] : []), said(one.unit), one.drafts.length]),
  };
}

// What each is called; one that is not in any list is named by its id alone.
async function rowsById(): Promise<ReadonlyMap<string, Row>> {
  const out = new Map<string, Row>();
  for (let offset = 0, more = true; more; offset += kMost) {
    const { records } = await ask('record.list', { deleted: true, limit: kMost, offset });
    for (const row of records) out.set(row.id, row);
    more = records.length === kMost;
  }
  return out;
}

export async function reportTables(report: ReportPeriodResult, unit: string): Promise<Table[]> {
  const w = words.value;
  const known = await rowsById();
  const line = (figure: string, id: string, counted: boolean): Cell[] => {
    const row = known.get(id);
    return [figure, shortId(id), row?.date ?? null, row?.title ?? '', row?.unit_name ?? '', counted ? w.report.countedYes : w.report.countedNo];
  };
  const behind: Table = {
    name: w.report.records,
    columns: [
      { head: w.report.figure, type: 'text' }, { head: w.record.id, type: 'text' }, { head: w.days.day, type: 'day' },
      { head: w.list.title, type: 'text' }, { head: w.list.unit, type: 'text' }, { head: w.report.counted, type: 'text' },
    ],
    rows: report.figures.flatMap((one) => [...one.records.map((id) => line(said(one.label), id, true)), ...one.drafts.map((id) => line(said(one.label), id, false))]),
  };
  const facts = [
    [w.report.from, dayText(report.from)], [w.report.until, dayText(report.until)], ...(unit === '' ? [] : [[w.list.unit, unit]]),
    [w.report.checkpoint, `${report.checkpoint.size} · ${report.checkpoint.root}`], [w.report.version, `${report.report} ${report.version}`],
  ] as [string, string][];
  return [figureTable(report), behind, aboutTable(said(report.label), facts)];
}
