// Supervision: where visits were made, when, how well villages and households are covered, and where rules do not hold.
import { useMemo } from 'preact/hooks';
import { Page } from '../frame';
import { addDays, local, period, todayText } from '../lib/dates';
import { isPosition, type Position } from '../lib/geo';
import { query, setQuery } from '../router';
import { DayLine } from '../ui/day';
import { Empty, Fault, Loading, Segments, SelectLine } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { words } from '../words';
import { Coverage } from './watch_coverage';
import { VisitMap } from './watch_map';
import { Signals } from './watch_signals';
import { Talks } from './watch_talks';
import { TimeLine } from './watch_timeline';

export interface Visit {
  id: string;
  title: string;
  unit: string;
  date: string;
  household: string; // its code
  affected: string; // its record, where the visit names it
  project: string;
  outcome: string;
  met: string;
  start: string;
  end: string;
  position: Position | undefined;
}
const kFields = ['affected', 'household', 'project', 'outcome', 'met', 'start', 'end', 'position'];
type View = 'map' | 'timeline' | 'coverage' | 'signals' | 'talks';

export function WatchScreen() {
  const w = words.value;
  const view = (query.value.get('view') ?? 'map') as View;
  const from = query.value.get('from') ?? addDays(todayText(), -365);
  const until = query.value.get('until') ?? todayText();
  const unit = query.value.get('unit') ?? '';
  const range = { from, until, ...(unit === '' ? {} : { unit }) };
  const answer = useAsk('record.table', view === 'talks' ? undefined : { kind: 'mobilisation_visit', fields: kFields, ...range });
  const units = useAsk('unit.list', {}).data?.units ?? [];
  const visits = useMemo(() => (answer.data?.rows ?? []).map(({ record, values }): Visit => {
    const value = (name: string) => values[kFields.indexOf(name)];
    const text = (name: string) => (Array.isArray(value(name)) ? String((value(name) as unknown[])[0] ?? '') : typeof value(name) === 'string' ? String(value(name)) : '');
    const position = value('position');
    return { id: record.id, title: record.title, unit: record.unit_name, date: local(text('start')).day || record.date, household: text('household'), affected: text('affected'), project: text('project'), outcome: text('outcome'), met: text('met'), start: text('start'), end: text('end'), position: isPosition(position) ? position : undefined };
  }), [answer.data]);
  const quarter = period('quarter', todayText());
  return (
    <Page title={w.watch.title} wide>
      <div class="stack loose">
        <Segments<View> label={w.watch.title} value={view} options={[['map', w.watch.map], ['timeline', w.watch.timeline], ['coverage', w.watch.coverage], ['signals', w.watch.signals], ['talks', w.talk.tab]]} onChange={(next) => setQuery('view', next)} />
        <div class="filters">
          <DayLine label={w.report.from} value={from} onDay={(value) => value !== '' && setQuery('from', value)} />
          <DayLine label={w.report.until} value={until} onDay={(value) => value !== '' && setQuery('until', value)} />
          <SelectLine label={w.list.unit} value={unit} options={[['', w.all], ...units.map((one) => [one.id, `${'  '.repeat(one.depth)}${one.name}`] as const)]} onChange={(value) => setQuery('unit', value)} />
        </div>
        <p class="chips"><button type="button" class="chip" aria-pressed={from === quarter.from} onClick={() => { setQuery('from', quarter.from); setQuery('until', quarter.until); }}>{w.report.quarter(quarter.number, quarter.year)}</button></p>
        <Fault error={answer.error} retry={answer.reload} />
        {view === 'talks' ? <Talks range={range} /> : view === 'signals' ? <Signals range={range} /> : answer.data === undefined ? answer.error === undefined && <Loading />
          : visits.length === 0 && view !== 'coverage' ? <Empty icon="map">{w.report.none}</Empty>
          : view === 'map' ? <VisitMap visits={visits} /> : view === 'timeline' ? <TimeLine visits={visits} from={from} until={until} /> : <Coverage visits={visits} range={range} />}
      </div>
    </Page>
  );
}
