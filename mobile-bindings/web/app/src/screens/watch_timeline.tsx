// When visits were made: how many each day, and each visit by its day and hour, so that a run of them at one minute, or
// at night, is seen.
import { addDays, dayNumber, dayText, daysBetween, local } from '../lib/dates';
import { go, href } from '../router';
import { SectionTitle } from '../ui/kit';
import { wide } from '../wide';
import { words } from '../words';
import type { Visit } from './watch';

const [kWidth, kBars, kHours] = [1000, 170, 300];

export function TimeLine({ visits, from, until }: { visits: readonly Visit[]; from: string; until: string }) {
  const w = words.value.watch;
  const dated = visits.filter((visit) => visit.date >= from && visit.date <= until);
  const first = dated.reduce((least, visit) => (visit.date < least ? visit.date : least), until);
  const days = Math.max(7, daysBetween(first, until) + 1);
  const step = days > 190 ? 7 : 1; // one bar a week where there are many days
  const counts = new Map<number, number>();
  for (const visit of dated) {
    const at = Math.floor(daysBetween(first, visit.date) / step);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const most = Math.max(1, ...counts.values());
  const bar = kWidth / Math.ceil(days / step);
  const x = (day: string) => ((dayNumber(day) - dayNumber(first) + 0.5) / days) * kWidth;
  const ticks = (wide.value ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1]).map((share) => addDays(first, Math.round(share * (days - 1))));
  const hour = (visit: Visit) => {
    const { time } = local(visit.start);
    return time === '' ? undefined : Number(time.slice(0, 2)) + Number(time.slice(3)) / 60;
  };
  return (
    <div class="stack loose">
      <section class="stack tight">
        <SectionTitle>{w.perDay}</SectionTitle>
        <div class="card">
          <svg class="chart" viewBox={`0 -14 ${kWidth} ${kBars + 54}`} role="img" aria-label={`${w.perDay}: ${w.visits(dated.length)}, ${dayText(first)} – ${dayText(until)}`}>
            {[0, 0.5, 1].map((share) => <g key={share}><path class="grid" d={`M0 ${kBars - share * kBars + 10}h${kWidth}`} /><text class="axis" x={0} y={kBars - share * kBars + 4}>{share === 0 ? '' : Math.round(share * most)}</text></g>)}
            {[...counts].map(([at, n]) => <rect key={at} x={at * bar + bar * 0.12} y={10 + kBars - (n / most) * kBars} width={Math.max(2, bar * 0.76)} height={(n / most) * kBars} rx={2}><title>{dayText(addDays(first, at * step))}: {n}</title></rect>)}
            {ticks.map((day, n) => <text key={n} class="axis" x={x(day)} y={kBars + 36} text-anchor={n === 0 ? 'start' : n === ticks.length - 1 ? 'end' : 'middle'}>{dayText(day)}</text>)}
          </svg>
        </div>
      </section>
      <section class="stack tight">
        <SectionTitle>{w.hour}</SectionTitle>
        <div class="card">
          <svg class="chart" viewBox={`0 -14 ${kWidth} ${kHours + 54}`} role="group" aria-label={w.hour}>
            <rect class="night" x={0} y={10} width={kWidth} height={(6 / 24) * kHours} /><rect class="night" x={0} y={10 + (22 / 24) * kHours} width={kWidth} height={(2 / 24) * kHours} />
            {[0, 6, 12, 18, 24].map((h) => <g key={h}><path class="grid" d={`M0 ${10 + (h / 24) * kHours}h${kWidth}`} /><text class="axis" x={0} y={4 + (h / 24) * kHours}>{h}:00</text></g>)}
            {dated.map((visit) => {
              const at = hour(visit);
              return at === undefined ? null : (
                <circle key={visit.id} class="visit" cx={x(visit.date)} cy={10 + (at / 24) * kHours} r={6} tabindex={0} role="link" aria-label={`${visit.title}, ${dayText(visit.date)} ${local(visit.start).time}`}
                  onClick={() => go(href(['records', visit.id]))} onKeyDown={(event) => event.key === 'Enter' && go(href(['records', visit.id]))}><title>{visit.title} · {dayText(visit.date)} {local(visit.start).time}</title></circle>
              );
            })}
            {ticks.map((day, n) => <text key={n} class="axis" x={x(day)} y={kHours + 36} text-anchor={n === 0 ? 'start' : n === ticks.length - 1 ? 'end' : 'middle'}>{dayText(day)}</text>)}
          </svg>
        </div>
      </section>
    </div>
  );
}
