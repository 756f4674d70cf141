// Before the vault is open: made with a passphrase, or opened with it, a recovery code, or a person's PIN.
import { useEffect, useId, useState } from 'preact/hooks';
import { GandanError, type KeySlot } from 'gandan';
import { failure, native, open, phase, pins, start } from '../session';
import { Icon } from '../ui/icons';
import { Fault, Loading, Segments, SelectLine, TextLine } from '../ui/kit';
import { language, words } from '../words';

const kShortest = 8; // characters of a new passphrase

export function PassphraseLine({ label, value, onInput, fresh = false, hint }: { label: string; value: string; onInput: (text: string) => void; fresh?: boolean; hint?: string }) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      <div class="with-button">
        <input class="input" id={id} {...({ type: shown ? 'text' : 'password' } as { type: 'text' })} value={value} autocomplete={fresh ? 'new-password' : 'current-password'} autocapitalize="off" spellcheck={false}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`} onInput={(event) => onInput(event.currentTarget.value)} />
        <button type="button" class="button" aria-label={words.value.open.reveal} aria-pressed={shown} onClick={() => setShown(!shown)}><Icon name={shown ? 'lock' : 'eye'} /></button>
      </div>
    </div>
  );
}

function Cover({ title, children }: { title: string; children: preact.ComponentChildren }) {
  const w = words.value;
  document.title = w.app;
  return (
    <main class="cover">
      <div class="cover-head">
        <img src="./icon.svg" alt="" width={72} height={72} />
        <p class="cover-name serif">{w.app}</p>
        <p class="cover-motto serif">{w.motto}</p>
      </div>
      <div class="cover-band" />
      <div class="cover-body stack loose">
        <h1>{title}</h1>
        {children}
        <Segments label={w.settings.language} value={language.value} options={[['vi', 'Tiếng Việt'], ['en', 'English']]} onChange={(next) => { language.value = next; }} />
      </div>
    </main>
  );
}

export function OpenScreen() {
  const w = words.value;
  switch (phase.value) {
    case 'starting':
      return <Cover title={w.open.starting}><Loading /></Cover>;
    case 'failed':
      return <Cover title={w.open.cannotStart}>{!native.value && failure.value instanceof GandanError && failure.value.is('vault.locked') && <p>{w.open.otherTab}</p>}<Fault error={failure.value} retry={() => void start()} /></Cover>;
    case 'new':
      return <Create />;
    default:
      return <Unlock />;
  }
}

function Create() {
  const w = words.value.open;
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState('');
  const [error, setError] = useState<unknown>(undefined);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong = [...passphrase].length < kShortest ? w.tooShort : passphrase !== again ? w.notSame : '';
    setProblem(wrong);
    if (wrong !== '') return;
    setBusy(true);
    try {
      await open({ passphrase, create: true });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  return (
    <Cover title={w.firstTitle}>
      <p>{w.first}</p>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <PassphraseLine label={w.passphrase} value={passphrase} onInput={setPassphrase} fresh hint={w.rule} />
        <PassphraseLine label={w.again} value={again} onInput={setAgain} fresh />
        <div aria-live="assertive">{problem !== '' && <p class="fault-line"><Icon name="warn" /> {problem}</p>}</div>
        <Fault error={error} />
        <button type="submit" class="button primary big wide" disabled={busy}>{busy ? w.opening : w.create}</button>
      </form>
    </Cover>
  );
}

type Way = 'passphrase' | 'recovery' | 'pin';
function Unlock() {
  const w = words.value.open;
  const [way, setWay] = useState<Way>('passphrase');
  const [secret, setSecret] = useState('');
  const [holder, setHolder] = useState('');
  const [slots, setSlots] = useState<readonly KeySlot[]>([]);
  const [error, setError] = useState<unknown>(undefined);
  const [busy, setBusy] = useState(false);
  const locked = phase.value === 'locked';
  useEffect(() => {
    pins().then((found) => {
      setSlots(found);
      if (found[0] !== undefined) [setWay('pin'), setHolder(found[0].holder ?? '')];
    }, setError);
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const key = way === 'pin' ? { pin: secret, holder } : way === 'recovery' ? { recovery: secret } : { passphrase: secret };
    try {
      await open(key);
    } catch (failed) {
      setError(failed);
      setSecret('');
    }
    setBusy(false);
  };
  const label = way === 'pin' ? w.pin : way === 'recovery' ? w.recoveryLabel : w.passphrase;
  return (
    <Cover title={locked ? w.locked : w.unlockTitle}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {way === 'pin' && <SelectLine label={w.who} value={holder} options={slots.map((slot) => [slot.holder ?? '', slot.label || slot.holder || ''])} onChange={setHolder} />}
        {way === 'passphrase' ? <PassphraseLine label={label} value={secret} onInput={setSecret} /> : <TextLine label={label} value={secret} mode="numeric" type={way === 'pin' ? 'password' : 'text'} onInput={setSecret} />}
        <Fault error={error} />
        <button type="submit" class="button primary big wide" disabled={busy || secret === ''}>{busy ? w.opening : w.unlock}</button>
        <div class="row wrap">
          {way !== 'passphrase' && <button type="button" class="button plain" onClick={() => setWay('passphrase')}>{w.usePassphrase}</button>}
          {way !== 'recovery' && <button type="button" class="button plain" onClick={() => setWay('recovery')}>{w.recovery}</button>}
          {way !== 'pin' && slots.length > 0 && <button type="button" class="button plain" onClick={() => setWay('pin')}>{w.usePin}</button>}
        </div>
      </form>
    </Cover>
  );
}
