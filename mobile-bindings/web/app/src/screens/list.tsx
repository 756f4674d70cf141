// Records that are here: searched by words, narrowed by kind, state, time and unit; ten thousand of them scroll smoothly.
// For an office these are what came in, those that wait for it first.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Hit, Row } from 'gandan';
import { Page } from '../frame';
import { href, path, query, setQuery } from '../router';
import { ask, kinds, revision } from '../session';
import { textSize } from '../look';
import { Icon } from '../ui/icons';
import { DayLine } from '../ui/day';
import { Empty, Fault, Loading, Segments, SelectLine, Sheet } from '../ui/kit';
import { RecordLine } from '../ui/record_line';
import { useAsk } from '../ui/use_ask';
import { VirtualList } from '../ui/virtual_list';
import { said, words } from '../words';
import { Exports } from './exports';
import { DetailPane } from './record';
import { SavedFilters } from './saved_filters';

const kPage = 500; // records a request
const kMost = 10_000; // that the core answers at once
const kRow = 116; // pixels at the usual text size
const kTypingPause = 200; // ms

type State = 'draft' | 'finalized' | 'withdrawn';
interface Filter {
  text: string;
  kind: string;
  unit: string;
  state: string;
  from: string;
  until: string;
  conflicts: boolean;
}
const filterOf = (params: URLSearchParams): Filter => ({
  text: params.get('q') ?? '', kind: params.get('kind') ?? '', unit: params.get('unit') ?? '', state: params.get('state') ?? '', from: params.get('from') ?? '', until: params.get('until') ?? '', conflicts: params.get('conflicts') === 'yes',
});
const asked = (filter: Filter) => ({
  ...(filter.kind === '' ? {} : { kind: filter.kind }), ...(filter.unit === '' ? {} : { unit: filter.unit }), ...(filter.state === '' ? {} : { state: filter.state as State }),
  ...(filter.from === '' ? {} : { from: filter.from }), ...(filter.until === '' ? {} : { until: filter.until }), ...(filter.conflicts ? { conflicts: true } : {}),
});

// Rows page by page, as far as one has scrolled.
interface Records {
  rows: readonly (Row | Hit)[];
  more: () => void;
  all: () => Promise<readonly (Row | Hit)[]>; // also those that were not scrolled to
  busy: boolean;
  error: unknown;
  whole: boolean;
}
function useRecords(filter: Filter): Records {
  const key = JSON.stringify(filter);
  const seen = revision.value;
  const [state, setState] = useState<{ rows: readonly (Row | Hit)[]; key: string; whole: boolean; error?: unknown }>({ rows: [], key: '', whole: false });
  const latest = useRef(0);
  const asking = useRef(false);
  const get = (limit: number, offset: number): Promise<readonly (Row | Hit)[]> =>
    filter.text.trim() === '' ? ask('record.list', { ...asked(filter), limit, offset }).then((list) => list.records) : ask('search', { text: filter.text, ...asked(filter), limit, offset }).then((found) => found.hits);
  const begin = (limit: number, offset: number, take: (rows: readonly (Row | Hit)[]) => void) => {
    const turn = ++latest.current;
    asking.current = true;
    get(limit, offset).then(
      (rows) => turn === latest.current && take(rows),
      (error: unknown) => turn === latest.current && setState((before) => ({ ...before, key, error })),
    ).finally(() => {
      if (turn === latest.current) asking.current = false;
    });
  };
  useEffect(() => {
    const limit = state.key === key ? Math.min(kMost, Math.max(kPage, state.rows.length)) : kPage;
    begin(limit, 0, (rows) => setState({ rows, key, whole: rows.length < limit }));
  }, [key, seen]);
  const more = () => {
    if (state.whole || state.key !== key || asking.current) return;
    begin(kPage, state.rows.length, (rows) => setState((now) => ({ ...now, rows: [...now.rows, ...rows], whole: rows.length < kPage })));
  };
  const all = async () => {
    const out: (Row | Hit)[] = [];
    for (let last = kMost; last === kMost;) {
      const rows = await get(kMost, out.length);
      out.push(...rows);
      last = rows.length;
    }
    return out;
  };
  return { rows: state.rows, more, all, busy: state.key !== key, error: state.error, whole: state.whole };
}

export function ListScreen({ inbox = false }: { inbox?: boolean }) {
  const w = words.value;
  const base = inbox ? 'inbox' : 'records';
  const [filtering, setFiltering] = useState(false);
  const filter = filterOf(query.value);
  const [typed, setTyped] = useState(filter.text);
  useEffect(() => {
    const timer = setTimeout(() => typed !== filter.text && setQuery('q', typed), kTypingPause);
    return () => clearTimeout(timer);
  }, [typed]);
  const view = inbox ? (query.value.get('view') ?? 'review') : 'all';
  const tasks = useAsk('task.list', inbox ? { days: 0, limit: 1000 } : undefined);
  const all = useRecords(filter);
  const waiting = useMemo(() => (tasks.data?.tasks ?? []).filter((task) => task.what === 'review' && task.record !== undefined).map((task) => task.record as Row), [tasks.data]);
  const rows = view === 'review' && filter.text === '' ? waiting : all.rows;
  const chosen = path.value[1];
  const number = [filter.kind, filter.unit, filter.state, filter.from, filter.until].filter((one) => one !== '').length + (filter.conflicts ? 1 : 0);
  const height = Math.round((kRow * textPercent()) / 100);
  return (
    <Page title={inbox ? w.list.inbox : w.list.title} wide>
      <div class={`two-panes ${chosen === undefined ? '' : 'has-detail'}`}>
        <div class="pane-list stack">
          <div class="with-button">
            <input class="input" type="search" aria-label={w.list.search} placeholder={w.form.search} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            <button type="button" class="button" aria-haspopup="dialog" onClick={() => setFiltering(true)}><Icon name="filter" /><span class="hidden">{w.list.filters}</span>{number > 0 && <span class="badge">{number}</span>}</button>
          </div>
          {inbox && <Segments label={w.list.inbox} value={view} options={[['review', `${w.list.toReview} (${waiting.length})`], ['all', w.list.allReceived]]} onChange={(next) => setQuery('view', next)} />}
          <p class="row between small quiet" aria-live="polite"><span>{(all.error ?? tasks.error) === undefined && w.list.count(rows.length)}{!all.whole && view !== 'review' && rows.length > 0 ? '+' : ''}</span><Exports some={rows.length > 0} all={async () => (rows === waiting ? waiting : await all.all())} range={asked(filter)} /></p>
          <Fault error={all.error ?? tasks.error} />
          {rows.length === 0 ? ((all.error ?? tasks.error) !== undefined ? null : all.busy ? <Loading /> : <Empty icon="records">{filter.text === '' ? w.list.empty : w.list.notFound}</Empty>) : (
            <VirtualList rows={rows} rowHeight={height} label={w.list.title} keyOf={(row) => row.id} onNear={(last) => last > rows.length - kPage / 2 && all.more()}
              draw={(row) => <RecordLine row={row} to={href([base, row.id], Object.fromEntries(query.value))} current={row.id === chosen} snippet={'snippet' in row ? row.snippet : undefined} />} />
          )}
        </div>
        <div class="pane-detail"><DetailPane id={chosen} /></div>
      </div>
      {filtering && <FilterSheet filter={filter} onClose={() => setFiltering(false)} />}
    </Page>
  );
}
const textPercent = () => ({ s: 100, m: 115, l: 130, x: 150 })[textSize.value];

function FilterSheet({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const w = words.value;
  const units = useAsk('unit.list', {}).data?.units ?? [];
  const types = [...kinds.value.values()].sort((a, b) => said(a.label).localeCompare(said(b.label), 'vi'));
  return (
    <Sheet title={w.list.filters} onClose={onClose} footer={
      <>
        <button type="button" class="button" onClick={() => { for (const name of ['kind', 'unit', 'state', 'from', 'until', 'conflicts']) setQuery(name, undefined); }}>{w.list.clear}</button>
        <button type="button" class="button primary" onClick={onClose}>{w.show}</button>
      </>
    }>
      <div class="stack">
        <SelectLine label={w.list.kind} value={filter.kind} options={[['', w.all], ...types.map((type) => [type.kind, said(type.label)] as const)]} onChange={(value) => setQuery('kind', value)} />
        <SelectLine label={w.list.state} value={filter.state} options={[['', w.all], ['draft', w.stage.draft], ['finalized', w.stage.finalized], ['withdrawn', w.stage.withdrawn]]} onChange={(value) => setQuery('state', value)} />
        <SelectLine label={w.list.unit} value={filter.unit} options={[['', w.all], ...units.map((unit) => [unit.id, `${'  '.repeat(unit.depth)}${unit.name}`] as const)]} onChange={(value) => setQuery('unit', value)} />
        <div class="filters">
          <DayLine label={w.list.from} value={filter.from} onDay={(value) => setQuery('from', value)} />
          <DayLine label={w.list.until} value={filter.until} onDay={(value) => setQuery('until', value)} />
        </div>
        <label class="option"><input type="checkbox" checked={filter.conflicts} onChange={(event) => setQuery('conflicts', event.currentTarget.checked ? 'yes' : undefined)} /><span>{w.list.conflictsOnly}</span></label>
        <SavedFilters now={{ ...asked(filter), ...(filter.text.trim() === '' ? {} : { text: filter.text }) }} />
      </div>
    </Sheet>
  );
}
