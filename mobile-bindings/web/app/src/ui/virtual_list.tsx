// A long list of which only what is in sight is in the page: ten thousand rows scroll as smoothly as ten. All rows have
// one height, which the style gives them. Screen readers are told the place and the number of each.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const kBeyond = 6; // rows drawn above and below what is in sight

export function VirtualList<T>({ rows, rowHeight, label, keyOf, draw, onNear }: {
  rows: readonly T[]; rowHeight: number; label: string; keyOf: (row: T) => string; draw: (row: T) => ComponentChildren; onNear?: (last: number) => void;
}) {
  const box = useRef<HTMLUListElement>(null);
  const [range, setRange] = useState({ first: 0, last: 20 });
  const near = useRef(onNear);
  near.current = onNear;
  useEffect(() => {
    let asked = 0;
    const look = () => {
      asked = 0;
      const list = box.current;
      if (list === null) return;
      const top = -list.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / rowHeight) - kBeyond);
      const last = Math.min(rows.length, Math.ceil((top + innerHeight) / rowHeight) + kBeyond);
      setRange((now) => (now.first === first && now.last === last ? now : { first, last }));
      near.current?.(last);
    };
    const later = () => {
      if (asked === 0) asked = requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', later, { passive: true, capture: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(asked);
      removeEventListener('scroll', later, { capture: true });
      removeEventListener('resize', later);
    };
  }, [rows.length, rowHeight]);
  const shown = rows.slice(range.first, range.last);
  return (
    <ul ref={box} class="list card flush virtual" aria-label={label} style={{ height: `${rows.length * rowHeight}px` }}>
      {shown.map((row, place) => (
        <li key={keyOf(row)} aria-setsize={rows.length} aria-posinset={range.first + place + 1} style={{ height: `${rowHeight}px`, transform: `translateY(${(range.first + place) * rowHeight}px)` }}>
          {draw(row)}
        </li>
      ))}
    </ul>
  );
}
