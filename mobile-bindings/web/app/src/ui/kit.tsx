// Small parts that every screen is made of.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { GandanError } from 'gandan';
import { said, words } from '../words';
import { Icon, type IconName } from './icons';

export type Tone = 'good' | 'bad' | 'warn' | 'calm';

export function Tag({ tone, icon, children }: { tone?: Tone | undefined; icon?: IconName; children: ComponentChildren }) {
  return <span class={`tag ${tone ?? ''}`}>{icon !== undefined && <Icon name={icon} />}{children}</span>;
}

const noticeIcons = { good: 'check', bad: 'warn', warn: 'warn', calm: 'info' } as const;
export function Notice({ tone = 'calm', icon, children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
  return <div class={`notice ${tone}`}><Icon name={icon ?? noticeIcons[tone]} /><div>{children}</div></div>;
}

// An error as the core says it: what happened, what was kept, what to do; the code small.
export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined || error === null) return null;
  return (
    <div role="alert"><Notice tone="bad">
      <p>{errorText(error)}</p>
      {error instanceof GandanError && error.fields.length > 0 && (
        <ul>{error.fields.map((field) => <li key={field.path + field.code}>{said(field)}</li>)}</ul>
      )}
      <p class="small quiet">{words.value.code(error instanceof GandanError ? `${error.code}${error.detail === '' ? '' : ` · ${error.detail}`}` : String(error))}</p>
      {retry !== undefined && <button type="button" class="button" onClick={retry}>{words.value.retry}</button>}
    </Notice></div>
  );
}
export const errorText = (error: unknown) => (error instanceof GandanError ? said(error) : words.value.wentWrong);

export function Empty({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return <div class="empty"><Icon name={icon} /><p>{children}</p></div>;
}
export const Loading = () => <div class="skeleton" role="status"><span class="hidden">{words.value.loading}</span></div>;

export function SectionTitle({ children }: { children: ComponentChildren }) {
  return <div class="section-title"><h2>{children}</h2></div>;
}

// A button whose work takes time: not pressed twice, and its error said in a toast or by `failed`.
export function Act({ run, failed, children, icon, kind = '', disabled = false, label }: {
  run: () => unknown; failed?: (error: unknown) => void; children?: ComponentChildren; icon?: IconName; kind?: string; disabled?: boolean; label?: string;
}) {
  const [busy, setBusy] = useState(false);
  const running = useRef(false); // at once: a second tap comes before the button is drawn anew
  const press = async () => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await run();
      failed?.(undefined);
    } catch (error) {
      if (failed === undefined) showError(error);
      else failed(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return (
    <button type="button" class={`button ${kind}`} disabled={busy || disabled} aria-busy={busy} aria-label={label} onClick={() => void press()}>
      {icon !== undefined && <Icon name={icon} />}{children}
    </button>
  );
}

// A sheet over the page: from below on a phone, in the middle on a desk. Escape and the back button of its corner close it.
export function Sheet({ title, onClose, footer, broad = false, children }: {
  title: string; onClose: () => void; footer?: ComponentChildren; broad?: boolean; children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // Whoever works by keys goes on where the sheet was opened; what is drawn anew meanwhile takes that away.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  }, []);
  return (
    <dialog ref={dialog} class={broad ? 'broad rise' : 'rise'} aria-labelledby={heading} onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="sheet">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" class="icon-button" aria-label={words.value.close} onClick={onClose}><Icon name="close" /></button>
        </header>
        <div class="body" tabIndex={-1}>{children}</div>
        {footer !== undefined && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}

interface ToastLine {
  id: number;
  text: string;
  bad: boolean;
  act?: { label: string; run: () => void } | undefined;
}
const toasts = signal<readonly ToastLine[]>([]);
let nextToast = 0;
const kToastTime = 5000; // ms
export function toast(text: string, bad = false, act?: ToastLine['act']): void {
  const id = ++nextToast;
  toasts.value = [...toasts.value.slice(-2), { id, text, bad, act }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((one) => one.id !== id);
  }, bad ? 2 * kToastTime : kToastTime);
}
export const showError = (error: unknown) =>
  toast(`${errorText(error)}${error instanceof GandanError ? ` [${error.code}]` : ''}`, true);
export function Toasts() {
  return (
    <div class="toasts" aria-live="polite" role="status">
      {toasts.value.map((one) => (
        <div key={one.id} class={`toast rise ${one.bad ? 'bad' : ''}`}>
          {one.text} {one.act !== undefined && <button type="button" class="chip" onClick={one.act.run}>{one.act.label}</button>}
        </div>
      ))}
    </div>
  );
}

// A labelled line of a form that is not a record: settings, filters.
export function TextLine({ label, value, onInput, hint, type = 'text', mode, autocomplete = 'off' }: {
  label: string; value: string; onInput: (value: string) => void; hint?: string; type?: 'text' | 'password' | 'search' | 'date' | 'url'; mode?: 'numeric' | 'url'; autocomplete?: string;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      <input class="input" id={id} {...({ type } as { type: 'text' })} value={value} inputMode={mode} autocomplete={autocomplete} autocapitalize="off" spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`} onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  );
}
export function SelectLine({ label, value, options, onChange }: {
  label: string; value: string; options: readonly (readonly [value: string, text: string])[]; onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      <select class="input" id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([code, text]) => <option key={code} value={code}>{text}</option>)}
      </select>
    </div>
  );
}
// One of a few: a row of choices that arrow keys move through.
export function Segments<T extends string>({ label, value, options, onChange }: {
  label: string; value: T; options: readonly (readonly [value: T, text: string])[]; onChange: (value: T) => void;
}) {
  return (
    <div class="chips" role="group" aria-label={label}>
      {options.map(([code, text]) => (
        <button key={code} type="button" class="chip" aria-pressed={code === value} onClick={() => onChange(code)}>{text}</button>
      ))}
    </div>
  );
}
export function Progress({ share }: { share?: number | undefined }) {
  return (
    <div class={`progress ${share === undefined ? 'unknown' : ''}`} role="progressbar" aria-label={words.value.busy}
      {...(share === undefined ? {} : { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 })}>
      <i style={share === undefined ? undefined : { width: `${share * 100}%` }} />
    </div>
  );
}
