// The rest: further work, who uses the device, how it looks, the lock, what is stored.
import { useEffect, useState } from 'preact/hooks';
import { Page } from '../frame';
import { shortId } from '../lib/text';
import { textSize, textSizes, theme, themes, type TextSize, type Theme } from '../look';
import { href } from '../router';
import { ask, changed, device, does, lock, native, realm, status, version } from '../session';
import { update, installable, install } from '../installed';
import { nearlyFull, room } from '../storage';
import { bytesText } from '../lib/text';
import { Icon, type IconName } from '../ui/icons';
import { Act, Fault, Notice, SectionTitle, Segments, SelectLine, Sheet, TextLine, toast } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { nearlyFullText } from '../ui/warnings';
import { language, said, words } from '../words';
import { PassphraseLine } from './open';

export function MoreScreen() {
  const w = words.value.settings;
  return (
    <Page title={w.title}>
      <div class="stack loose">
        {update.value !== undefined && <Notice><p>{w.update}</p><button type="button" class="button" onClick={() => update.value?.()}>{w.takeUpdate}</button></Notice>}
        <Work />
        <Look />
        {device.value?.enrolled === true && <People />}
        <Security />
        <Storage />
        <About />
      </div>
    </Page>
  );
}

function Work() {
  const w = words.value;
  const links: (readonly [string, string, IconName, boolean, number?])[] = [
    [href('sync'), w.sync.title, 'sync', true],
    [href('carry'), w.carry.title, 'share', true],
    [href('backup'), w.backup.title, 'download', true],
    [href('records'), w.list.title, 'records', does('office', 'admin')],
    [href('conflicts'), w.conflict.title, 'fork', true, status.value?.conflicts],
    [href('duplicates'), w.list.duplicates, 'copy', does('office', 'admin')],
    [href('report'), w.report.title, 'chart', !does('office', 'admin')],
    [href('watch'), w.watch.title, 'map', does('office', 'admin')],
    [href('proof'), w.proof.title, 'shield', !does('supervisor', 'auditor')],
    [href('devices'), w.devices.title, 'phone', true],
    [href('acts'), w.acts.title, 'stamp', does('admin'), status.value?.proposals_waiting],
  ];
  return (
    <section class="stack tight">
      <SectionTitle>{w.settings.inWork}</SectionTitle>
      <ul class="list card flush">
        {links.filter(([, , , shown]) => shown).map(([to, name, icon, , n]) => (
          <li key={to}><a href={to}><Icon name={icon} /><span class="grow">{name}</span>{(n ?? 0) > 0 && <span class="badge">{n}</span>}<Icon name="right" /></a></li>
        ))}
      </ul>
    </section>
  );
}

function Look() {
  const w = words.value.settings;
  return (
    <section class="stack">
      <SectionTitle>{w.look}</SectionTitle>
      <p id="language-label">{w.language}</p>
      <Segments label={w.language} value={language.value} options={[['vi', 'Tiếng Việt'], ['en', 'English']]} onChange={(next) => { language.value = next; }} />
      <p>{w.theme}</p>
      <Segments<Theme> label={w.theme} value={theme.value} options={themes.map((name) => [name, w.themes[name]] as const)} onChange={(next) => { theme.value = next; }} />
      <p>{w.textSize}</p>
      <Segments<TextSize> label={w.textSize} value={textSize.value} options={(Object.keys(textSizes) as TextSize[]).map((name) => [name, w.sizes[name]] as const)} onChange={(next) => { textSize.value = next; }} />
    </section>
  );
}

function People() {
  const w = words.value.settings;
  const holders = useAsk('holder.list', {}).data?.holders ?? [];
  const [adding, setAdding] = useState(false);
  return (
    <section class="stack tight">
      <SectionTitle>{w.people}</SectionTitle>
      <p>{w.using} <b>{device.value?.holder_code || w.nobody}</b></p>
      {holders.length > 0 && (
        <ul class="list card flush">
          {holders.map((one) => (
            <li key={one.holder} class="row wrap" style={{ padding: 'var(--s2) var(--s4)' }}>
              <Icon name="people" /><span class="grow name"><b>{one.code}</b> {one.display}<br /><span class="small quiet">{one.unit_name}</span></span>
              {one.in_use ? <Icon name="check" /> : <Act run={async () => {
                await ask('holder.use', { holder: one.holder });
                device.value = await ask('device.info');
                changed();
              }}>{w.use}</Act>}
            </li>
          ))}
        </ul>
      )}
      {does('cadre', 'admin', 'office') && <button type="button" class="button" onClick={() => setAdding(true)}><Icon name="plus" />{w.addPerson}</button>}
      {adding && <PersonSheet onClose={() => setAdding(false)} />}
    </section>
  );
}
function PersonSheet({ onClose }: { onClose: () => void }) {
  const w = words.value;
  const [code, setCode] = useState('');
  const [display, setDisplay] = useState('');
  const [pin, setPin] = useState('');
  const [error, setError] = useState<unknown>(undefined);
  const role = (['cadre', 'office', 'supervisor', 'admin', 'auditor'] as const).find((one) => does(one)) ?? 'cadre';
  return (
    <Sheet title={w.settings.addPerson} onClose={onClose} footer={<Act kind="primary" disabled={code.trim() === '' || display.trim() === ''} failed={setError} run={async () => {
      const made = await ask('holder.add', { code: code.trim(), display: display.trim(), role, use: true });
      if (pin !== '') await ask('keys.add', { kind: 'pin', holder: made.holder, pin, label: code.trim() });
      device.value = await ask('device.info');
      changed();
      onClose();
    }}>{w.add}</Act>}>
      <div class="stack">
        <TextLine label={w.settings.personCode} value={code} onInput={setCode} />
        <TextLine label={w.settings.personTitle} value={display} onInput={setDisplay} />
        <TextLine label={w.settings.pinOptional} type="password" mode="numeric" value={pin} onInput={setPin} />
        <Fault error={error} />
      </div>
    </Sheet>
  );
}

function Security() {
  const w = words.value.settings;
  const slots = useAsk('keys.list', {}).data;
  const [changing, setChanging] = useState(false);
  const [recovery, setRecovery] = useState('');
  const minutes = [1, 2, 5, 10, 30];
  return (
    <section class="stack">
      <SectionTitle>{w.security}</SectionTitle>
      <div class="row wrap">
        <Act icon="lock" run={lock}>{w.lockNow}</Act>
        <button type="button" class="button" onClick={() => setChanging(true)}><Icon name="key" />{w.change}</button>
      </div>
      <SelectLine label={w.autoLock} value={String(slots?.auto_lock ?? 0)} options={[['0', w.never], ...minutes.map((n) => [String(n * 60), w.minutes(n)] as const), ...(slots !== undefined && slots.auto_lock !== 0 && !minutes.includes(slots.auto_lock / 60) ? [[String(slots.auto_lock), w.minutes(slots.auto_lock / 60)] as const] : [])]}
        onChange={(value) => void ask('vault.auto_lock', { seconds: Number(value) }).then(changed)} />
      {slots?.slots.some((slot) => slot.kind === 'recovery') !== true && recovery === '' && <Act icon="print" run={async () => setRecovery((await ask('keys.add', { kind: 'recovery', label: '' })).code ?? '')}>{w.makeRecovery}</Act>}
      {recovery !== '' && <Notice tone="warn"><p>{w.recoveryShown}</p><p class="code">{recovery}</p></Notice>}
      {changing && <ChangeSheet onClose={() => setChanging(false)} />}
    </section>
  );
}
function ChangeSheet({ onClose }: { onClose: () => void }) {
  const w = words.value;
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState<unknown>(undefined);
  const fits = fresh === again && [...fresh].length >= 8;
  return (
    <Sheet title={w.settings.change} onClose={onClose} footer={<Act kind="primary" disabled={!fits || old === ''} failed={setError} run={async () => {
      await ask('vault.passphrase', { old, new: fresh });
      toast(w.settings.changed);
      onClose();
    }}>{w.settings.change}</Act>}>
      <div class="stack">
        <PassphraseLine label={w.settings.old} value={old} onInput={setOld} />
        <PassphraseLine label={w.settings.fresh} value={fresh} onInput={setFresh} fresh hint={w.open.rule} />
        <PassphraseLine label={w.open.again} value={again} onInput={setAgain} fresh />
        {again !== '' && fresh !== again && <p class="fault-line">{w.open.notSame}</p>}
        <Fault error={error} />
      </div>
    </Sheet>
  );
}

function Storage() {
  const w = words.value.settings;
  const [kept, setKept] = useState<boolean | undefined>(undefined);
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setKept);
  }, []);
  const now = room.value;
  const use = now === undefined ? '' : (native.value ? w.diskUse : w.storageUse)(bytesText(now.size - now.free), bytesText(now.size));
  return (
    <section class="stack">
      <SectionTitle>{native.value ? w.disk : w.storage}</SectionTitle>
      {nearlyFull.value && <Notice tone="bad">{nearlyFullText()}</Notice>}
      {now !== undefined && (
        <>
          <div class="progress" role="img" aria-label={use}><i style={{ width: `${Math.min(100, 100 - (100 * now.free) / now.size)}%` }} /></div>
          <p class="small quiet">{use}</p>
        </>
      )}
      {!native.value && <p class="row"><Icon name={kept === true ? 'check' : 'warn'} />{kept === true ? w.persisted : w.notPersisted}</p>}
      {kept === false && !native.value && <Act run={async () => setKept(await navigator.storage.persist())}>{w.persist}</Act>}
      {installable.value && <Act icon="download" run={install}>{w.install}</Act>}
    </section>
  );
}

function About() {
  const w = words.value;
  const [sound, setSound] = useState<string | undefined>(undefined);
  return (
    <section class="stack tight">
      <SectionTitle>{w.settings.device}</SectionTitle>
      <dl class="facts">
        <div><dt>{w.settings.device}</dt><dd class="mono">{shortId(device.value?.id ?? '')}</dd></div>
        {device.value?.grants.map((grant) => <div key={grant.unit + grant.role}><dt>{w.role[grant.role]}</dt><dd>{grant.unit_name}{grant.active ? '' : ` (${w.devices.ended})`}</dd></div>)}
        {realm.value !== undefined && realm.value.top.name !== '' && <div><dt>{w.settings.realm}</dt><dd>{realm.value.top.name}</dd></div>}
        {realm.value !== undefined && <div><dt>{w.settings.fingerprint}</dt><dd class="mono">{realm.value.fingerprint}</dd></div>}
        <div><dt>{w.settings.about}</dt><dd>{version.value} · {said(status.value?.schema)}</dd></div>
      </dl>
      <Act run={async () => {
        const answer = await ask('vault.check');
        setSound(answer.held ? w.settings.sound(answer.records) : w.settings.notSound);
      }}>{w.settings.check}</Act>
      <p aria-live="polite">{sound}</p>
    </section>
  );
}
