// A day as people write it, day first whatever the browser's language is; or picked from the device's own calendar.
import { useId, useRef, useState } from 'preact/hooks';
import { dayText, parseDay } from '../lib/dates';
import { words } from '../words';
import { Icon } from './icons';

// Text that was typed here stays as it was typed while the field is in use, whatever comes back from a save.
export function useTyped(value: string): [string, (text: string) => void, () => void] {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return [typed ?? value, setTyped, () => setTyped(undefined)];
}

interface DayBoxProps {
  value: string; // YYYY-MM-DD or empty
  onDay: (day: string | undefined) => void;
  say: (problem: string | undefined) => void;
  id: string;
  [attribute: `aria-${string}`]: string | boolean | undefined;
}
export function DayBox({ value, onDay, say, ...marks }: DayBoxProps) {
  const w = words.value;
  const [shown, type, done] = useTyped(dayText(value));
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input class="input numeric" inputMode="numeric" placeholder={w.days.format} value={shown} autocomplete="off" {...marks}
        onInput={(event) => {
          const text = event.currentTarget.value;
          const day = parseDay(text);
          type(text);
          say(undefined);
          if (text.trim() === '') onDay(undefined);
          else if (day !== undefined && /\d{4}$/.test(text.trim())) onDay(day);
        }}
        onBlur={(event) => {
          const text = event.currentTarget.value.trim();
          const day = parseDay(text);
          if (text !== '' && day === undefined) return say(w.form.badDate);
          if (day !== undefined && day !== value) onDay(day);
          done();
        }} />
      <input ref={picker} class="picker" type="date" tabIndex={-1} aria-hidden="true" value={value} onChange={(event) => { done(); say(undefined); onDay(event.currentTarget.value || undefined); }} />
      <button type="button" class="button" aria-label={w.days.pick} onClick={() => picker.current?.showPicker?.()}><Icon name="calendar" /></button>
    </>
  );
}

// A labelled day outside of records: filters, periods.
export function DayLine({ label, value, onDay }: { label: string; value: string; onDay: (day: string) => void }) {
  const id = useId();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      <div class="with-button"><DayBox id={id} value={value} say={setProblem} aria-invalid={problem !== undefined} onDay={(day) => onDay(day ?? '')} /></div>
      {problem !== undefined && <p class="fault">{problem}</p>}
    </div>
  );
}
