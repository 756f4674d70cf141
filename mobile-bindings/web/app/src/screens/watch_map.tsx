// Visits on a plane: no picture comes from outside. Boundaries come from a file that the office has (GeoJSON), and stay on
// this device. Moved and zoomed by mouse, touch, buttons and keys.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { dayText } from '../lib/dates';
import { boundaries, boxOf, clusters, pointOf, scaleBar, type Boundary, type Box, type Point } from '../lib/geo';
import { href } from '../router';
import { kinds } from '../session';
import { Icon } from '../ui/icons';
import { Empty, Sheet, showError } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { choiceText } from '../ui/values';
import { words } from '../words';
import type { Visit } from './watch';

const kColours: Record<string, string> = { agreed: 'var(--green)', partly: 'var(--amber)', considering: 'var(--accent)', disagreed: 'var(--red)', not_met: 'var(--ink-2)' };
const kStore = 'boundaries';
const [kWidth, kHeight] = [1000, 640];

// Public borders, not records: kept beside the app.
async function keptBoundaries(): Promise<Boundary[]> {
  const found = await (await caches.open(kStore)).match('./boundaries.geojson');
  return found === undefined ? [] : boundaries(await found.json());
}

export function VisitMap({ visits }: { visits: readonly Visit[] }) {
  const w = words.value.watch;
  const [borders, setBorders] = useState<readonly Boundary[]>([]);
  const [view, setView] = useState<Box | undefined>(undefined);
  const [open, setOpen] = useState<readonly Visit[] | undefined>(undefined);
  const drag = useRef<{ x: number; y: number } | undefined>(undefined);
  const svg = useRef<SVGSVGElement>(null);
  const placed = useMemo(() => visits.flatMap((visit) => (visit.position === undefined ? [] : [{ at: pointOf(visit.position), what: visit }])), [visits]);
  const whole = useMemo(() => {
    const found = boxOf(placed.length > 0 ? placed.map((one) => one.at) : borders.flatMap((one) => one.rings.flat()));
    if (found === undefined) return undefined;
    const scale = Math.max(found.width / kWidth, found.height / kHeight);
    const [width, height] = [scale * kWidth, scale * kHeight];
    return { x: found.x + (found.width - width) / 2, y: found.y + (found.height - height) / 2, width, height };
  }, [placed, borders]);
  useEffect(() => {
    void keptBoundaries().then(setBorders, () => undefined);
  }, []);
  const shown = view ?? whole;
  const field = kinds.value.get('mobilisation_visit')?.survey.find((one) => one.name === 'outcome');
  const load = async (file: File) => {
    try {
      const found = boundaries(JSON.parse(await file.text()));
      await (await caches.open(kStore)).put('./boundaries.geojson', new Response(file));
      setBorders(found);
    } catch (error) {
      showError(error);
    }
  };
  if (shown === undefined) return <div class="stack"><Empty icon="map">{w.noPositions}</Empty><PickFile icon="map" accept=".geojson,.json" label={w.boundaries} onPick={load} /></div>;
  const zoom = (factor: number, at: Point = [0.5, 0.5]) => {
    const width = Math.min(1, Math.max(1e-7, shown.width * factor));
    const height = (width * kHeight) / kWidth;
    setView({ x: shown.x + (shown.width - width) * at[0], y: shown.y + (shown.height - height) * at[1], width, height });
  };
  const pan = (dx: number, dy: number) => setView({ ...shown, x: shown.x + dx * shown.width, y: shown.y + dy * shown.height });
  const to = ([x, y]: Point): Point => [((x - shown.x) / shown.width) * kWidth, ((y - shown.y) / shown.height) * kHeight];
  const line = (ring: readonly Point[]) => ring.map((point, n) => `${n === 0 ? 'M' : 'L'}${to(point).map((v) => v.toFixed(1)).join(' ')}`).join('');
  const groups = clusters(placed, shown.width / 28);
  const middle = placed[0]?.what.position?.latitude_e7 ?? 218_000_000;
  const bar = scaleBar(shown.width, kWidth, middle / 1e7);
  const keys: Record<string, () => void> = { ArrowLeft: () => pan(-0.2, 0), ArrowRight: () => pan(0.2, 0), ArrowUp: () => pan(0, -0.2), ArrowDown: () => pan(0, 0.2), '+': () => zoom(0.6), '=': () => zoom(0.6), '-': () => zoom(1.6), '0': () => setView(undefined) };
  const outcomes = [...new Set(visits.map((one) => one.outcome))].filter((one) => one !== '');
  return (
    <div class="stack">
      <div class="map">
        <svg ref={svg} viewBox={`0 0 ${kWidth} ${kHeight}`} tabindex={0} role="application" aria-label={`${w.map}. ${w.withPosition(placed.length, visits.length)}`}
          onKeyDown={(event) => { const act = keys[event.key]; if (act !== undefined) { event.preventDefault(); act(); } }}
          onWheel={(event) => { event.preventDefault(); const box = event.currentTarget.getBoundingClientRect(); zoom(event.deltaY > 0 ? 1.25 : 0.8, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]); }}
          onPointerDown={(event) => { drag.current = { x: event.clientX, y: event.clientY }; }}
          onPointerMove={(event) => {
            if (drag.current === undefined || event.buttons === 0) return;
            const box = event.currentTarget.getBoundingClientRect();
            pan((drag.current.x - event.clientX) / box.width, (drag.current.y - event.clientY) / box.height);
            drag.current = { x: event.clientX, y: event.clientY };
          }} onPointerUp={() => { drag.current = undefined; }}>
          {borders.map((one, n) => <path key={n} d={one.rings.map((ring) => `${line(ring)}Z`).join('')} class="border"><title>{one.name}</title></path>)}
          {groups.map((group) => {
            const [x, y] = to(group.at);
            const first = group.members[0];
            const size = Math.min(34, 13 + 4 * Math.sqrt(group.members.length));
            const label = group.members.length === 1 ? `${first?.title}, ${dayText(first?.date ?? '')}` : w.visits(group.members.length);
            const mixed = group.members.some((one) => one.outcome !== first?.outcome);
            return (
              <g key={`${group.at[0]} ${group.at[1]}`} tabindex={0} role="button" aria-label={label} class="mark" onClick={() => setOpen(group.members)} onKeyDown={(event) => event.key === 'Enter' && setOpen(group.members)}>
                <circle cx={x} cy={y} r={size} style={{ fill: mixed ? 'var(--accent)' : (kColours[first?.outcome ?? ''] ?? 'var(--accent)') }} />
                {group.members.length > 1 && <text x={x} y={y}>{group.members.length}</text>}
              </g>
            );
          })}
          <g class="scale"><path d={`M24 ${kHeight - 24}v-8v8h${bar.pixels.toFixed(0)}v-8`} /><text x={28} y={kHeight - 36}>{bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`}</text></g>
        </svg>
        <div class="map-buttons">
          <button type="button" class="button" aria-label={w.zoomIn} onClick={() => zoom(0.6)}><Icon name="plus" /></button>
          <button type="button" class="button" aria-label={w.zoomOut} onClick={() => zoom(1.6)}><Icon name="minus" /></button>
          <button type="button" class="button" aria-label={w.fit} onClick={() => setView(undefined)}><Icon name="map" /></button>
        </div>
      </div>
      <div class="row between wrap">
        <p>{w.withPosition(placed.length, visits.length)}</p>
        <PickFile icon="map" accept=".geojson,.json,application/geo+json" label={w.boundaries} onPick={load} />
      </div>
      <ul class="chips">{outcomes.map((code) => <li key={code} class="row"><i class="dot" style={{ background: kColours[code] ?? 'var(--accent)' }} />{field === undefined ? code : choiceText(field, code)}</li>)}</ul>
      {open !== undefined && (
        <Sheet title={w.visits(open.length)} onClose={() => setOpen(undefined)}>
          <ul class="list card flush">{open.map((one) => <li key={one.id}><a href={href(['records', one.id])}><span class="grow"><b class="line-title">{one.title}</b><span class="small quiet">{dayText(one.date)} · {one.unit} · {field === undefined ? '' : choiceText(field, one.outcome)}</span></span></a></li>)}</ul>
        </Sheet>
      )}
    </div>
  );
}
