// The figures of a period, each with the records behind it.
import { useEffect, useState } from 'preact/hooks';
import type { Figure, ReportPeriodResult, Row } from 'gandan';
import { Page } from '../frame';
import { dayText, period, todayText } from '../lib/dates';
import { saveFile } from '../lib/image';
import { numberText } from '../lib/text';
import { workbook } from '../lib/workbook';
import { href, query, setQuery } from '../router';
import { ask } from '../session';
import { DayLine } from '../ui/day';
import { Act, Empty, Fault, Loading, SelectLine, Sheet, toast } from '../ui/kit';
import { printHtml } from '../ui/print';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';
import { reportTables } from './report_tables';

const kSubordinate = /^(Trong đó|Of these)/;

// "kỳ trước 8 (+50%)"; what is withheld has no difference.
function changeText(figure: Figure): string {
  const w = words.value.report;
  const by = figure.difference;
  const signed = by === undefined || Number(by) === 0 ? '' : `${Number(by) > 0 ? '+' : ''}${numberText(by)}`;
  const share = figure.per_mille === undefined || signed === '' ? '' : `, ${Number(figure.per_mille) > 0 ? '+' : ''}${String(Number(figure.per_mille) / 10).replace('.', ',')}%`;
  return `${w.beforeWas(numberText(figure.previous?.shown ?? ''))}${signed === '' ? '' : ` (${signed}${share})`}`;
}

// "chỉ tiêu giao 400, đạt 87,5%"; what is withheld has no share.
function targetText({ target }: Figure): string {
  const w = words.value.report;
  if (target === undefined) return '';
  const reached = target.per_mille === undefined ? '' : `, ${w.reached(`${String(Number(target.per_mille) / 10).replace('.', ',')}%`)}`;
  const kept = !target.at_most || target.met === undefined ? '' : `, ${target.met ? w.within : w.above}`;
  return `${target.at_most ? w.targetAtMost(numberText(target.value)) : w.target(numberText(target.value))}${reached}${kept}`;
}

export function ReportScreen() {
  const w = words.value;
  const today = todayText();
  const usual = period('quarter', today);
  const from = query.value.get('from') ?? usual.from;
  const until = query.value.get('until') ?? usual.until;
  const unit = query.value.get('unit') ?? '';
  const [zeros, setZeros] = useState(false);
  const [behind, setBehind] = useState<Figure | undefined>(undefined);
  const asked = { from, until, ...(unit === '' ? {} : { unit }) };
  const answer = useAsk('report.period', asked);
  const units = useAsk('unit.list', {}).data?.units ?? [];
  const report = answer.data;
  const figures = (report?.figures ?? []).filter((figure) => zeros || figure.shown !== '0' || figure.drafts.length > 0 || figure.target !== undefined);
  const set = (range: { from: string; until: string }) => {
    setQuery('from', range.from);
    setQuery('until', range.until);
  };
  const choices = [period('month', today), period('month', today, 1), period('quarter', today), period('quarter', today, 1), period('year', today)];
  const names = [w.report.month(choices[0]!.number, choices[0]!.year), w.report.month(choices[1]!.number, choices[1]!.year), w.report.quarter(choices[2]!.number, choices[2]!.year), w.report.quarter(choices[3]!.number, choices[3]!.year), w.report.year(choices[4]!.year)];
  const most = Math.max(1, ...figures.filter((figure) => said(figure.unit) !== 'm²').map((figure) => Number(figure.value ?? 0)));
  const unitName = units.find((one) => one.id === unit)?.name ?? '';
  const name = `so-lieu-${from}-${until}`;
  // What leaves the device is what the core makes for that: small counts of denunciations withheld, told as of the last
  // checkpoint where there is one.
  const toLeave = async (format: 'csv' | 'html', report: ReportPeriodResult) => {
    const made = await ask('report.period', { ...asked, format, unsent: report.checkpoint.size === 0 });
    if (made.unsent || (made.left_out ?? 0) > 0) toast(made.unsent ? w.report.unsent : w.report.leftOut(made.left_out ?? 0));
    return made;
  };
  const saveSheet = async (report: ReportPeriodResult) => saveFile(await workbook(await reportTables(await toLeave('csv', report), unitName)), `${name}.xlsx`);
  const saveText = async (report: ReportPeriodResult) => saveFile(new Blob([(await toLeave('csv', report)).csv ?? ''], { type: 'text/csv' }), `${name}.csv`);
  const printPaper = async (report: ReportPeriodResult) => printHtml((await toLeave('html', report)).html ?? '');
  return (
    <Page title={w.report.title} wide>
      <div class="stack loose">
        <div class="stack no-print">
          <div class="chips">{choices.map((range, place) => <button key={place} type="button" class="chip" aria-pressed={range.from === from && range.until === until} onClick={() => set(range)}>{names[place]}</button>)}</div>
          <div class="filters">
            <DayLine label={w.report.from} value={from} onDay={(value) => value !== '' && setQuery('from', value)} />
            <DayLine label={w.report.until} value={until} onDay={(value) => value !== '' && setQuery('until', value)} />
            <SelectLine label={w.list.unit} value={unit} options={[['', w.all], ...units.map((one) => [one.id, `${'  '.repeat(one.depth)}${one.name}`] as const)]} onChange={(value) => setQuery('unit', value)} />
          </div>
          <div class="row wrap">
            {report !== undefined && <Act icon="print" run={() => printPaper(report)}>{w.report.print}</Act>}
            {report !== undefined && <Act icon="download" run={() => saveSheet(report)}>{w.report.exportXlsx}</Act>}
            {report !== undefined && <Act icon="download" run={() => saveText(report)}>{w.report.export}</Act>}
            <button type="button" class="chip" aria-pressed={!zeros} onClick={() => setZeros(!zeros)}>{w.report.hideZero}</button>
          </div>
        </div>
        <Fault error={answer.error} retry={answer.reload} />
        {report === undefined ? answer.error === undefined && <Loading /> : (
          <>
            <div><h2>{said(report.label)}</h2><p class="quiet">{dayText(from)} – {dayText(until)} · {w.report.note}</p>
              <p class="quiet small">{report.about_previous !== undefined ? said(report.about_previous) : report.previous !== undefined && w.report.against(said(report.previous.label))}</p>
              {(report.about_targets ?? []).map((one) => <p key={one.en} class="quiet small">{said(one)}</p>)}</div>
            {figures.length === 0 && <Empty icon="chart">{w.report.none}</Empty>}
            <ul class="figures">
              {figures.map((figure) => (
                <li key={figure.id}>
                  <button type="button" class={`figure-line ${kSubordinate.test(figure.label.vi) ? 'below' : ''}`} aria-haspopup="dialog" disabled={figure.records.length + figure.drafts.length === 0} onClick={() => setBehind(figure)}>
                    <span class="grow">{said(figure.label)}{figure.drafts.length > 0 && <span class="small quiet line-about">{w.report.drafts(figure.drafts.length)}</span>}
                      {figure.target !== undefined && <span class="small quiet line-about">{targetText(figure)}</span>}
                      {figure.previous !== undefined && <span class="small quiet line-about">{changeText(figure)}</span>}
                      {said(figure.unit) !== 'm²' && <span class="figure-bar" aria-hidden="true"><i style={{ width: `${(100 * Number(figure.value ?? 0)) / most}%` }} /></span>}
                    </span>
                    <span class="figure-value"><b>{numberText(figure.shown)}</b> <span class="small quiet">{said(figure.unit)}</span></span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {behind !== undefined && <Behind figure={behind} onClose={() => setBehind(undefined)} />}
    </Page>
  );
}

// The records behind one number: opened, or printed one after another.
function Behind({ figure, onClose }: { figure: Figure; onClose: () => void }) {
  const w = words.value;
  const [rows, setRows] = useState<readonly Row[] | undefined>(undefined);
  const ids = [...new Set([...figure.records, ...figure.drafts])];
  useEffect(() => {
    let over = false;
    void Promise.all(ids.slice(0, 500).map((id) => ask('record.show', { id }))).then((records) => {
      if (over) return;
      setRows(records.map(({ document, workflow }) => ({
        id: document.id, kind: document.kind, title: document.title ?? '', date: '', unit: document.unit, unit_name: '', conflict: document.conflicts.length > 0, late_edits: (document.late ?? []).length > 0,
        state: document.state === 'withdrawn' ? 'deleted' : document.state, workflow: workflow.state,
      })));
    }, () => undefined);
    return () => {
      over = true;
    };
  }, [figure.id]);
  const printAll = async () => {
    const pages: string[] = [];
    for (const id of figure.records) pages.push((await ask('record.print', { id })).html ?? '');
    printHtml(joined(pages));
  };
  return (
    <Sheet title={said(figure.label)} onClose={onClose} footer={figure.records.length > 0 ? <Act icon="print" run={printAll}>{w.record.print} ({figure.records.length})</Act> : undefined}>
      <div class="stack">
        <p class="figure">{numberText(figure.shown)} <span class="small quiet">{said(figure.unit)}</span></p>
        <h3>{w.report.records}</h3>
        {rows === undefined ? <Loading /> : <ul class="list card flush">{rows.map((row) => <li key={row.id}><RecordLine row={row} to={href(['records', row.id])} /></li>)}</ul>}
      </div>
    </Sheet>
  );
}

// Several documents of the core as one, each on a page of its own.
export function joined(pages: readonly string[]): string {
  const parser = new DOMParser();
  const documents = pages.map((page) => parser.parseFromString(page, 'text/html'));
  const styles = documents[0] === undefined ? '' : [...documents[0].querySelectorAll('style')].map((style) => style.outerHTML).join('');
  const bodies = documents.map((one) => `<div style="break-after:page">${one.body.innerHTML}</div>`);
  return `<!doctype html><meta charset="utf-8">${styles}<body>${bodies.join('')}`;
}
