// How well villages, units and households are covered: how often, when last, with what outcome.
import { useMemo, useState } from 'preact/hooks';
import { dayText } from '../lib/dates';
import { fold } from '../lib/text';
import { href } from '../router';
import { kinds } from '../session';
import { SectionTitle, Tag, TextLine } from '../ui/kit';
import { choiceText } from '../ui/values';
import { words } from '../words';
import type { Visit } from './watch';
import type { Range } from './watch_signals';
import { Villages } from './watch_villages';

const kShown = 200; // households at once: further ones by searching

interface Group {
  name: string;
  visits: Visit[];
}
function grouped(visits: readonly Visit[], of: (visit: Visit) => string): Group[] {
  const out = new Map<string, Visit[]>();
  for (const visit of visits) out.set(of(visit), [...(out.get(of(visit)) ?? []), visit]);
  return [...out].map(([name, found]) => ({ name, visits: found.sort((a, b) => b.date.localeCompare(a.date)) }));
}

export function Coverage({ visits, range }: { visits: readonly Visit[]; range: Range }) {
  const w = words.value.watch;
  const [wanted, setWanted] = useState('');
  const units = useMemo(() => grouped(visits, (visit) => visit.unit).sort((a, b) => b.visits.length - a.visits.length), [visits]);
  const households = useMemo(() => grouped(visits, (visit) => `${visit.household}\n${visit.project}`).sort((a, b) => (a.visits[0]?.date ?? '').localeCompare(b.visits[0]?.date ?? '')), [visits]);
  const found = households.filter((one) => fold(one.name).includes(fold(wanted)));
  const most = Math.max(1, ...units.map((one) => one.visits.length));
  const outcome = kinds.value.get('mobilisation_visit')?.survey.find((one) => one.name === 'outcome');
  const distinct = (group: Group) => new Set(group.visits.map((visit) => visit.household)).size;
  return (
    <div class="stack loose">
      <Villages visits={visits} range={range} />
      <section class="stack tight">
        <SectionTitle>{w.byUnit}</SectionTitle>
        <ul class="card stack tight">
          {units.map((one) => (
            <li key={one.name}>
              <span class="row between"><b>{one.name}</b><span class="small">{w.visits(one.visits.length)}, {w.households(distinct(one))}</span></span>
              <span class="figure-bar" aria-hidden="true"><i style={{ width: `${(100 * one.visits.length) / most}%` }} /></span>
            </li>
          ))}
        </ul>
      </section>
      <section class="stack tight">
        <SectionTitle>{w.byHousehold}</SectionTitle>
        {households.length > 10 && <TextLine label={words.value.form.search} type="search" value={wanted} onInput={setWanted} />}
        <div class="table-scroll card flush" tabIndex={0} role="region" aria-label={w.byHousehold}>
          <table class="stacks">
            <thead><tr><th scope="col">{w.household}</th><th scope="col" class="n">{w.times}</th><th scope="col">{w.last}</th><th scope="col">{w.outcome}</th></tr></thead>
            <tbody>
              {found.slice(0, kShown).map((one) => {
                const last = one.visits[0];
                const [household, project] = one.name.split('\n');
                return (
                  <tr key={one.name}>
                    <td data-label={w.household}><span><a href={href(['records', last?.id ?? ''])}><b>{household}</b></a><span class="small quiet line-about">{project}</span></span></td>
                    <td class="n" data-label={w.times}>{one.visits.length}</td>
                    <td class="nowrap" data-label={w.last}>{dayText(last?.date ?? '')}</td>
                    <td data-label={w.outcome}>{last?.outcome !== undefined && last.outcome !== '' && <Tag tone={last.outcome === 'agreed' ? 'good' : last.outcome === 'disagreed' ? 'bad' : 'warn'}>{outcome === undefined ? last.outcome : choiceText(outcome, last.outcome)}</Tag>}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  );
}
