// One input for each plain type of a form. Each shows what is typed at once and says it by `set`.
import { useEffect, useState } from 'preact/hooks';
import type { Position } from '../lib/geo';
import { positionText } from '../lib/geo';
import { instantOf, local, nowText, parseTime, todayText } from '../lib/dates';
import type { Choice, Field } from '../lib/form';
import { hectares, numberText, parseInteger } from '../lib/text';
import { DayBox, useTyped } from '../ui/day';
import { Icon } from '../ui/icons';
import { said, words } from '../words';

export interface InputProps<T> {
  id: string;
  field: Field;
  value: T;
  invalid: boolean;
  describedBy: string | undefined;
  required: boolean;
  set: (value: unknown, soon?: boolean) => void;
  say: (problem: string | undefined) => void; // what was typed and cannot be read as this type
}
const marks = ({ id, invalid, describedBy, required }: Pick<InputProps<unknown>, 'id' | 'invalid' | 'describedBy' | 'required'>) => ({
  id, 'aria-invalid': invalid, 'aria-describedby': describedBy, 'aria-required': required,
});

export function TextInput(props: InputProps<string>) {
  const [shown, type, done] = useTyped(props.value);
  return (
    <textarea class="input" rows={1} value={shown} autocomplete="off" {...marks(props)}
      onInput={(event) => { type(event.currentTarget.value); props.set(event.currentTarget.value); }} onBlur={done} />
  );
}

export function IntegerInput(props: InputProps<number | string | undefined>) {
  const [shown, type, done] = useTyped(props.value === undefined ? '' : numberText(props.value));
  const area = props.field.name.endsWith('_m2') && typeof props.value === 'number' && props.value >= 1000;
  return (
    <>
      <input class="input numeric" inputMode="numeric" value={shown} autocomplete="off" {...marks(props)}
        onInput={(event) => {
          const text = event.currentTarget.value;
          const value = parseInteger(text);
          type(text);
          props.say(text.trim() === '' || value !== undefined ? undefined : words.value.form.badNumber);
          if (text.trim() === '') props.set(null);
          else if (value !== undefined) props.set(value);
        }} onBlur={done} />
      {area && <p class="hint">{words.value.form.square(hectares(props.value as number))}</p>}
    </>
  );
}

export function DateInput(props: InputProps<string>) {
  const w = words.value;
  return (
    <div class="with-button">
      <DayBox value={props.value} {...marks(props)} say={props.say} onDay={(day) => props.set(day ?? null, true)} />
      {props.value === '' && <button type="button" class="button" onClick={() => { props.say(undefined); props.set(todayText(), true); }}>{w.form.today}</button>}
    </div>
  );
}
export function MomentInput(props: InputProps<string>) {
  const w = words.value;
  const there = local(props.value);
  const [day, setDay] = useState(there.day);
  const [shown, type, done] = useTyped(there.time);
  useEffect(() => {
    if (there.day !== '') setDay(there.day);
  }, [there.day]);
  const put = (newDay: string, time: string) => {
    if (newDay !== '' && time !== '') props.set(instantOf(newDay, time), true);
    else if (props.value !== '') props.set(null, true);
  };
  return (
    <div class="with-button" style={{ flexWrap: 'wrap' }}>
      <DayBox value={day} {...marks(props)} say={props.say} onDay={(next) => { setDay(next ?? ''); put(next ?? '', parseTime(shown) ?? ''); }} />
      <input class="input time numeric" inputMode="text" placeholder={w.days.time} aria-label={`${said(props.field.label)}: ${w.days.time}`} value={shown} autocomplete="off"
        onInput={(event) => { type(event.currentTarget.value); const time = parseTime(event.currentTarget.value); if (time !== undefined && event.currentTarget.value.length > 3) put(day, time); }}
        onBlur={(event) => {
          const time = parseTime(event.currentTarget.value);
          if (event.currentTarget.value.trim() !== '' && time === undefined) return props.say(w.form.badTime);
          props.say(undefined);
          if ((time ?? '') !== there.time) put(day, time ?? '');
          done();
        }} />
      {props.value === '' && <button type="button" class="button" onClick={() => { const now = local(nowText()); setDay(now.day); done(); props.say(undefined); props.set(nowText(), true); }}>{w.form.now}</button>}
    </div>
  );
}

const kMostRadios = 7;
export function OneInput(props: InputProps<string> & { choices: readonly Choice[] }) {
  const w = words.value;
  if (props.choices.length > kMostRadios)
    return (
      <select class="input" value={props.value} {...marks(props)} onChange={(event) => props.set(event.currentTarget.value || null, true)}>
        <option value="">{w.form.choose}</option>
        {props.choices.map((choice) => <option key={choice.name} value={choice.name}>{said(choice.label)}</option>)}
      </select>
    );
  return (
    <div class="options" role="radiogroup" aria-labelledby={`${props.id}-label`} aria-describedby={props.describedBy} aria-invalid={props.invalid}>
      {props.choices.map((choice) => (
        <label key={choice.name} class="option">
          <input type="radio" name={props.id} value={choice.name} checked={choice.name === props.value} onChange={() => props.set(choice.name, true)}
            onClick={() => { if (choice.name === props.value && !props.required) props.set(null, true); }} />
          <span>{said(choice.label)}</span>
        </label>
      ))}
    </div>
  );
}
export function ManyInput(props: InputProps<readonly string[]> & { choices: readonly Choice[] }) {
  const flip = (code: string, on: boolean) => {
    const next = props.choices.map((choice) => choice.name).filter((name) => (name === code ? on : props.value.includes(name)));
    props.set(next.length === 0 ? null : next, true);
  };
  return (
    <div class="options" role="group" aria-labelledby={`${props.id}-label`} aria-describedby={props.describedBy}>
      {props.choices.map((choice) => (
        <label key={choice.name} class="option">
          <input type="checkbox" checked={props.value.includes(choice.name)} onChange={(event) => flip(choice.name, event.currentTarget.checked)} />
          <span>{said(choice.label)}</span>
        </label>
      ))}
    </div>
  );
}
export function YesNoInput(props: InputProps<boolean | undefined>) {
  const w = words.value;
  const press = (value: boolean) => props.set(props.value === value ? null : value, true);
  return (
    <div class="segments" role="group" aria-labelledby={`${props.id}-label`} aria-describedby={props.describedBy}>
      <button type="button" aria-pressed={props.value === true} onClick={() => press(true)}>{w.yes}</button>
      <button type="button" aria-pressed={props.value === false} onClick={() => press(false)}>{w.no}</button>
    </div>
  );
}

const kWait = 30_000; // ms for the satellites
export function PositionInput(props: InputProps<Position | undefined>) {
  const w = words.value.form;
  const [busy, setBusy] = useState(false);
  const take = () => {
    setBusy(true);
    props.say(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setBusy(false);
        props.set({
          latitude_e7: Math.round(coords.latitude * 1e7),
          longitude_e7: Math.round(coords.longitude * 1e7),
          accuracy_cm: Math.round(coords.accuracy * 100),
        }, true);
      },
      (fault) => {
        setBusy(false);
        props.say(fault.code === fault.PERMISSION_DENIED ? w.positionForbidden : w.positionNo);
      },
      { enableHighAccuracy: true, timeout: kWait, maximumAge: 60_000 },
    );
  };
  return (
    <div class="row wrap">
      <button type="button" class="button" disabled={busy} id={props.id} aria-describedby={props.describedBy} onClick={take}><Icon name="pin" />{busy ? w.positionBusy : w.position}</button>
      {props.value !== undefined && (
        <>
          <span class="numeric">{positionText(props.value)} <span class="quiet small">{w.accuracy(Math.round(props.value.accuracy_cm / 100))}</span></span>
          <button type="button" class="button plain" onClick={() => props.set(null, true)}>{w.clear}</button>
        </>
      )}
    </div>
  );
}
