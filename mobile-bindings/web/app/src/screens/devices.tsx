// The realm's devices: who may write and read; new ones are approved after their code was compared, lost ones revoked.
import { useState } from 'preact/hooks';
import type { Device, DeviceApproveResult, DeviceReadRequestResult, Role } from 'gandan';
import { Page } from '../frame';
import { momentText } from '../lib/dates';
import { saveFile } from '../lib/image';
import { ask, changed, core, does } from '../session';
import { Icon } from '../ui/icons';
import { Act, Empty, Fault, Loading, Notice, SectionTitle, SelectLine, Sheet, Tag } from '../ui/kit';
import { fitsQr, PickFile, QrCode, QrCodes, QrScanner } from '../ui/qr';
import { useAsk } from '../ui/use_ask';
import { words } from '../words';
import { copyText } from './join';
import { WhySheet } from './record_acts';

export function DevicesScreen() {
  const w = words.value;
  const answer = useAsk('device.list', {});
  const [approving, setApproving] = useState(false);
  const [revoking, setRevoking] = useState<Device | undefined>(undefined);
  const [card, setCard] = useState<string | undefined>(undefined);
  return (
    <Page title={w.devices.title} backTo={true}>
      <div class="stack loose">
        {does('admin') && (
          <div class="row wrap">
            <button type="button" class="button primary" onClick={() => setApproving(true)}><Icon name="plus" />{w.devices.requests}</button>
            <Act icon="qr" run={async () => setCard((await ask('realm.card')).card)}>{w.devices.card}</Act>
          </div>
        )}
        <Fault error={answer.error} retry={answer.reload} />
        {answer.data === undefined ? <Loading /> : (
          <ul class="list card flush">
            {answer.data.devices.map((one) => (
              <li key={one.id} class="row" style={{ padding: 'var(--s3) var(--s4)' }}>
                <Icon name="phone" />
                <span class="grow">
                  <b>{one.label || words.value.record.deviceShort(one.short)}</b> {one.label !== '' && <span class="mono quiet">{one.short}</span>} {one.own && <Tag tone="calm">{w.devices.own}</Tag>}
                  <span class="small quiet line-about">{one.grants.length === 0 ? w.devices.noRole : one.grants.map((grant) => `${w.role[grant.role]}, ${grant.unit_name}${grant.active ? '' : ` (${w.devices.ended})`}`).join('; ')}</span>
                </span>
                {does('admin') && !one.own && one.grants.some((grant) => grant.active) && <button type="button" class="button plain" onClick={() => setRevoking(one)}>{w.devices.revoke}</button>}
              </li>
            ))}
          </ul>
        )}
        {does('admin') && <Held />}
      </div>
      {approving && <ApproveSheet onClose={() => setApproving(false)} />}
      {revoking !== undefined && <RevokeSheet device={revoking} onClose={() => setRevoking(undefined)} />}
      {card !== undefined && <Sheet title={w.devices.card} onClose={() => setCard(undefined)}><div class="stack"><p>{w.devices.cardHint}</p>{fitsQr(card) && <QrCode text={card.trim()} label={w.devices.card} />}<Act icon="copy" run={() => copyText(card)}>{w.copyText}</Act></div></Sheet>}
    </Page>
  );
}

const kRoles: readonly Role[] = ['cadre', 'office', 'supervisor', 'auditor', 'admin'];
function ApproveSheet({ onClose }: { onClose: () => void }) {
  const w = words.value;
  const [text, setText] = useState('');
  const [scanning, setScanning] = useState(false);
  const [request, setRequest] = useState<DeviceReadRequestResult | undefined>(undefined);
  const [matches, setMatches] = useState(false);
  const [role, setRole] = useState<Role>('cadre');
  const [unit, setUnit] = useState('');
  const [done, setDone] = useState<{ answer: DeviceApproveResult; bundle: Blob } | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const units = useAsk('unit.list', {}).data?.units ?? [];
  const read = async (said: string) => {
    setText(said);
    setRequest(await ask('device.read_request', { request: said }));
  };
  const approve = async () => {
    if (request === undefined) return;
    const out = await core().newPath('ket-nap.enrolment');
    const answer = await ask('device.approve', { request: text, role, unit: unit || units[0]?.id || '', code: request.code, out });
    const bundle = await core().getFile(out).catch(() => new Blob());
    changed();
    setDone({ answer, bundle });
  };
  return (
    <Sheet title={w.devices.requests} onClose={onClose} footer={done === undefined ? <Act kind="primary" icon="check" disabled={request === undefined || !matches} run={approve} failed={setError}>{w.devices.approve}</Act> : undefined}>
      <div class="stack">
        <Fault error={error} />
        {done !== undefined ? <Approved answer={done.answer} bundle={done.bundle} /> : request === undefined ? (
          <>
            <button type="button" class="button primary" onClick={() => setScanning(true)}><Icon name="qr" />{w.join.scan}</button>
            <PickFile label={w.join.file} onPick={async (file) => read((await file.text()).trim()).catch(setError)} />
            <div class="field"><label class="label" for="request-text">{w.devices.requestText}</label><textarea class="input mono" id="request-text" rows={3} value={text} onInput={(event) => setText(event.currentTarget.value)} /></div>
            <Act disabled={text.trim() === ''} run={() => read(text.trim())} failed={setError}>{w.devices.read}</Act>
          </>
        ) : (
          <>
            <p><b>{request.label}</b> <span class="mono quiet">{request.short}</span></p>
            <Notice tone="warn"><p>{w.devices.compare}</p><p class="code">{request.code}</p></Notice>
            <label class="option"><input type="checkbox" checked={matches} onChange={(event) => setMatches(event.currentTarget.checked)} /><span>{w.devices.matches}</span></label>
            <SelectLine label={w.devices.role} value={role} options={kRoles.map((one) => [one, w.role[one]] as const)} onChange={(value) => setRole(value as Role)} />
            <SelectLine label={w.devices.unit} value={unit || (units[0]?.id ?? '')} options={units.map((one) => [one.id, `${'  '.repeat(one.depth)}${one.name}`] as const)} onChange={setUnit} />
          </>
        )}
      </div>
      {scanning && <QrScanner onClose={() => setScanning(false)} onRead={(said) => { setScanning(false); void read(said.trim()).catch(setError); }} />}
    </Sheet>
  );
}

function Approved({ answer, bundle }: { answer: DeviceApproveResult; bundle: Blob }) {
  const w = words.value;
  const [parts, setParts] = useState<readonly string[]>([]);
  const [error, setError] = useState<unknown>(undefined);
  return (
    <div class="stack">
      <Notice tone="good">{w.devices.approved}: <b>{answer.label}</b>, {w.role[answer.role]}, {answer.unit_name}</Notice>
      {answer.proposals.map((one) => <Notice key={one.proposal} tone="warn">{w.acts.states[one.state]}</Notice>)}
      <h3>{w.devices.give}</h3>
      <div class="row wrap">
        {bundle.size > 0 && <Act kind="primary" icon="download" run={() => saveFile(bundle, `${answer.label || answer.short}.enrolment`)}>{w.devices.bundle}</Act>}
        <Act icon="qr" failed={setError} run={async () => setParts((await ask('device.welcome', { device: answer.device })).parts.map((part) => part.trim()))}>{w.devices.welcomeQr}</Act>
      </div>
      <Fault error={error} />
      {parts.length > 0 && <QrCodes texts={parts} label={w.devices.welcomeQr} />}
    </div>
  );
}

type Why = 'left' | 'lost' | 'replaced' | 'misuse';
function RevokeSheet({ device, onClose }: { device: Device; onClose: () => void }) {
  const w = words.value.devices;
  const [reason, setReason] = useState<Why>('lost');
  const [error, setError] = useState<unknown>(undefined);
  return (
    <Sheet title={`${w.revoke}: ${device.label || device.short}`} onClose={onClose} footer={<Act kind="danger" icon="trash" failed={setError} run={async () => {
      await ask('device.revoke', { device: device.id, reason });
      changed();
      onClose();
    }}>{w.revoke}</Act>}>
      <div class="stack"><SelectLine label={w.revokeReason} value={reason} options={(Object.keys(w.reasons) as Why[]).map((one) => [one, w.reasons[one]] as const)} onChange={(value) => setReason(value as Why)} /><Fault error={error} /></div>
    </Sheet>
  );
}

function Held() {
  const w = words.value.devices;
  const answer = useAsk('device.held', {});
  const [refusing, setRefusing] = useState<string | undefined>(undefined);
  const all = answer.data?.held ?? [];
  return (
    <section class="stack tight">
      <SectionTitle>{w.held}</SectionTitle>
      {all.length === 0 ? <Empty icon="check">{w.noHeld}</Empty> : <p class="quiet">{w.heldHint}</p>}
      {all.map((one) => (
        <div class="card stack tight" key={one.device + one.unit.id}>
          <p><b>{one.label || one.short}</b>, {one.unit.name} · {words.value.sync.changes(one.changes)}</p>
          <p class="small quiet">{momentText(one.first)} – {momentText(one.last)}</p>
          <ul>{one.records.map((record) => <li key={record.id}>· {record.title}</li>)}</ul>
          {one.refused !== undefined && <Notice tone="warn">{w.refuse}: {one.refused.reason}</Notice>}
          <div class="row wrap">
            <Act icon="check" run={async () => {
              await ask('device.accept', { device: one.device });
              changed();
            }}>{w.accept}</Act>
            <button type="button" class="button danger" onClick={() => setRefusing(one.device)}>{w.refuse}</button>
          </div>
        </div>
      ))}
      {refusing !== undefined && <WhySheet title={w.refuse} label={w.why} act={w.refuse} onClose={() => setRefusing(undefined)} run={async (reason) => {
        await ask('device.refuse', { device: refusing, reason });
      }} />}
    </section>
  );
}
