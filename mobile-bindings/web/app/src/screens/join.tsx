// A device becomes a member: its request goes out as a QR code, a text or a file; a card, a welcome or a bundle comes back.
import { useRef, useState } from 'preact/hooks';
import { GandanError, type DeviceRequestResult } from 'gandan';
import { saveFile } from '../lib/image';
import { ask, core, entered } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, Notice, SectionTitle, TextLine, toast } from '../ui/kit';
import { fitsQr, PickFile, QrCode, QrScanner } from '../ui/qr';
import { Page } from '../frame';
import { words } from '../words';

export const copyText = async (text: string) => {
  await navigator.clipboard.writeText(text);
  toast(words.value.copied);
};

export function Join() {
  const w = words.value.join;
  const [label, setLabel] = useState('');
  const [request, setRequest] = useState<DeviceRequestResult | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  return (
    <Page title={w.title}>
      <div class="stack loose">
        <Notice>{w.intro}</Notice>
        <Fault error={error} />
        <section class="stack">
          <SectionTitle>{w.step1}</SectionTitle>
          {request === undefined ? (
            <>
              <TextLine label={w.label} value={label} onInput={setLabel} />
              <Act kind="primary big" disabled={label.trim() === ''} failed={setError} run={async () => setRequest(await ask('device.request', { label: label.trim() }))}>{w.ask}</Act>
            </>
          ) : <RequestCard request={request} />}
        </section>
        <section class="stack">
          <SectionTitle>{w.step2}</SectionTitle>
          <p class="quiet">{w.step2Hint}</p>
          <TakeBack failed={setError} />
        </section>
      </div>
    </Page>
  );
}

function RequestCard({ request }: { request: DeviceRequestResult }) {
  const w = words.value;
  return (
    <div class="card stack">
      <p>{w.join.step1Hint}</p>
      {fitsQr(request.request) && <QrCode text={request.request.trim()} label={w.join.step1} />}
      <div>
        <p class="quiet">{w.join.code}</p>
        <p class="code" data-testid="code">{request.code}</p>
      </div>
      <div class="row wrap">
        <Act icon="copy" run={() => copyText(request.request)}>{w.copyText}</Act>
        <Act icon="download" run={() => saveFile(new Blob([request.request]), 'gan-dan.request')}>{w.download}</Act>
      </div>
      <details><summary>{w.devices.requestText}</summary><p class="mono" data-testid="request">{request.request}</p></details>
    </div>
  );
}

// Texts of QR codes may come one by one; a bundle's file is more than a text.
function TakeBack({ failed }: { failed: (error: unknown) => void }) {
  const w = words.value.join;
  const [scanning, setScanning] = useState(false);
  const [text, setText] = useState('');
  const [root, setRoot] = useState('');
  const parts = useRef<readonly string[]>([]); // of a welcome, also while the camera looks for the others
  const [left, setLeft] = useState(0);
  const [fingerprint, setFingerprint] = useState('');
  const rootGiven = root.replace(/\s/g, '') === '' ? {} : { root: root.replace(/\s/g, '') };
  const take = async (more: string) => {
    if (!parts.current.includes(more)) parts.current = [...parts.current, more];
    try {
      const answer = await ask('realm.join', { card: parts.current.join('\n'), ...rootGiven });
      parts.current = [];
      setFingerprint(answer.fingerprint);
      failed(undefined);
      toast(answer.enrolled ? w.joined : w.waitApproval);
      setScanning(false);
      await entered();
    } catch (error) {
      const incomplete = error instanceof GandanError && error.is('roster.welcome_parts');
      setLeft(incomplete ? error.fields.length : 0);
      if (!incomplete && parts.current.length > 1) { // those of another welcome: it begins anew with this one
        parts.current = [];
        return await take(more);
      }
      if (!incomplete) {
        parts.current = [];
        setScanning(false);
      }
      failed(incomplete ? undefined : error);
    }
  };
  // A code is before the camera for many pictures: it counts once.
  const looked = (text: string) => {
    if (!parts.current.includes(text)) void take(text);
    return true;
  };
  const takeFile = async (file: File) => {
    if (file.size < 8000) {
      const content = await file.text();
      if (/^[\x20-\x7e\s]+$/.test(content)) return await take(content.trim());
    }
    const at = await core().putFile(file.name, file);
    try {
      const answer = await ask('bundle.import', { file: at, ...rootGiven });
      setFingerprint(answer.fingerprint);
      failed(undefined);
      toast(w.joined);
      await entered();
    } catch (error) {
      failed(error);
    } finally {
      void core().dropFile(at).catch(() => undefined);
    }
  };
  return (
    <div class="stack">
      <TextLine label={w.fingerprint} value={root} onInput={setRoot} />
      <div class="row wrap">
        <button type="button" class="button primary" onClick={() => setScanning(true)}><Icon name="qr" />{w.scan}</button>
        <PickFile label={w.file} onPick={takeFile} />
      </div>
      <div class="field">
        <label class="label" for="join-text">{w.paste}</label>
        <textarea class="input mono" id="join-text" rows={2} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </div>
      <Act disabled={text.trim() === ''} run={() => take(text.trim())}>{w.take}</Act>
      {left > 0 && <p role="status">{words.value.carry.partsLeft(left)}</p>}
      {fingerprint !== '' && <Notice><p>{w.checkFingerprint}</p><p class="mono">{fingerprint}</p></Notice>}
      {scanning && <QrScanner onClose={() => setScanning(false)} onRead={(read) => looked(read.trim())} {...(left === 0 ? {} : { note: words.value.carry.partsLeft(left) })} />}
    </div>
  );
}
