// Village by village: whom somebody has been to see, whom nobody has, how often people met.
import { useMemo } from 'preact/hooks';
import { villageCoverage, type VillageCoverage } from '../lib/coverage';
import { href } from '../router';
import { Empty, Fault, Loading, SectionTitle, Tag } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { words } from '../words';
import type { Visit } from './watch';
import type { Range } from './watch_signals';

export function Villages({ visits, range }: { visits: readonly Visit[]; range: Range }) {
  const w = words.value.watch;
  const unit = range.unit === undefined ? {} : { unit: range.unit };
  const households = useAsk('record.table', { kind: 'affected_household', fields: ['code', 'village'], ...unit });
  const meetings = useAsk('record.table', { kind: 'community_meeting', fields: ['village'], ...range });
  const villages = useAsk('record.table', { kind: 'village', fields: ['name'], ...unit });
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const rows = useMemo(() => villageCoverage(
    (households.data?.rows ?? []).map(({ record, values }) => ({ id: record.id, code: text(values[0]), village: text(values[1]) })),
    visits, (meetings.data?.rows ?? []).map(({ values }) => text(values[0]))), [households.data, meetings.data, visits]);
  const titles = new Map((villages.data?.rows ?? []).map(({ record }) => [record.id, record.title]));
  const error = households.error ?? meetings.error ?? villages.error;
  return (
    <section class="stack tight">
      <SectionTitle>{w.byPlace}</SectionTitle>
      <Fault error={error} />
      {households.data === undefined || meetings.data === undefined || villages.data === undefined ? error === undefined && <Loading />
        : rows.length === 0 ? <Empty icon="map">{words.value.none}</Empty>
        : <ul class="card stack">{rows.map((row) => <Village key={row.village} row={row} name={row.village === '' ? w.noVillage : (titles.get(row.village) ?? words.value.record.notHere)} />)}</ul>}
    </section>
  );
}

function Village({ row, name }: { row: VillageCoverage; name: string }) {
  const w = words.value.watch;
  const reached = row.listed.length - row.unvisited.length;
  return (
    <li class="stack tight">
      <span class="row between wrap"><b>{name}</b><span class="small">{w.visits(row.visits)}, {w.meetings(row.meetings)}{row.listed.length > 0 && `, ${w.reached(reached, row.listed.length)}`}</span></span>
      {row.listed.length > 0 && <span class="figure-bar" aria-hidden="true"><i style={{ width: `${(100 * reached) / row.listed.length}%` }} /></span>}
      {row.unvisited.length > 0 && (
        <details>
          <summary><Tag tone="warn">{w.nobodyCame(row.unvisited.length)}</Tag></summary>
          <p class="chips">{row.unvisited.map((one) => <a key={one.id} class="chip" href={href(['records', one.id])}>{one.code}</a>)}</p>
        </details>
      )}
    </li>
  );
}
