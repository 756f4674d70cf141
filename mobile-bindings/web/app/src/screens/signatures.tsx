// Who signed what of a record; and signing: on the screen, with this device's key, or by the signed paper.
import type { Params } from 'gandan';
import { useState } from 'preact/hooks';
import { SignaturePad } from '../form/signature';
import { isPhoto, shrinkPhoto } from '../lib/image';
import { ask, changed, core } from '../session';
import { Icon } from '../ui/icons';
import { Act, Fault, SectionTitle, SelectLine, Sheet, TextLine } from '../ui/kit';
import { PickFile } from '../ui/qr';
import { useAsk } from '../ui/use_ask';
import { said, words } from '../words';

type Capacity = NonNullable<Params<'record.sign'>['as']>;

async function sign(id: string, how: 'drawn' | 'scan', content: Blob, fields: { as?: Capacity; name?: string }): Promise<void> {
  const at = await core().putFile(how === 'drawn' ? 'chu-ky.png' : 'ban-da-ky.jpg', content);
  try {
    await ask('record.sign', { id, ...fields, [how]: at });
    changed();
  } finally {
    void core().dropFile(at).catch(() => undefined);
  }
}

export function Signatures({ id }: { id: string }) {
  const w = words.value.record;
  const answer = useAsk('record.signatures', { id });
  const [drawing, setDrawing] = useState(false);
  const [capacity, setCapacity] = useState<Capacity>('chair');
  const [error, setError] = useState<unknown>(undefined);
  const all = answer.data?.signatures ?? [];
  return (
    <section class="stack">
      <SectionTitle>{w.signatures}</SectionTitle>
      {all.length === 0 ? <p class="quiet">{w.noSignatures}</p> : (
        <ul class="list card flush">
          {all.map((one) => <li key={one.id} class="row" style={{ padding: 'var(--s3) var(--s4)' }}><span style={{ color: one.valid ? 'var(--green)' : 'var(--red)' }}><Icon name={one.valid ? 'check' : 'cross'} /></span><span class="grow">{said(one)}</span></li>)}
        </ul>
      )}
      <Fault error={error} />
      <div class="row wrap no-print">
        <button type="button" class="button" onClick={() => setDrawing(true)}><Icon name="sign" />{w.sign}</button>
        <PickFile icon="camera" accept="image/*,application/pdf" label={w.signScan} onPick={async (file) => {
          try {
            await sign(id, 'scan', isPhoto(file) ? await shrinkPhoto(file) : file, {});
            setError(undefined);
          } catch (failed) {
            setError(failed);
          }
        }} />
      </div>
      {drawing && <SignSheet id={id} capacity={capacity} setCapacity={setCapacity} onClose={() => setDrawing(false)} />}
    </section>
  );
}

function SignSheet({ id, capacity, setCapacity, onClose }: { id: string; capacity: Capacity; setCapacity: (code: Capacity) => void; onClose: () => void }) {
  const w = words.value.record;
  const capacities: Record<Capacity, string> = w.capacity;
  const [name, setName] = useState('');
  const [picture, setPicture] = useState<Promise<Blob> | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const put = async () => {
    const fields = { as: capacity, ...(name.trim() === '' ? {} : { name: name.trim() }) };
    if (picture === undefined) await ask('record.sign', { id, ...fields });
    else await sign(id, 'drawn', await picture, fields);
    changed();
    onClose();
  };
  return (
    <Sheet title={w.sign} onClose={onClose} footer={<Act kind="primary" icon="sign" run={put} failed={setError}>{picture === undefined ? w.signDevice : w.sign}</Act>}>
      <div class="stack">
        <SelectLine label={w.signAs} value={capacity} options={Object.entries(capacities)} onChange={(value) => setCapacity(value as Capacity)} />
        <TextLine label={w.signName} value={name} onInput={setName} />
        <SignaturePad onDrawn={setPicture} />
        <Fault error={error} />
      </div>
    </Sheet>
  );
}
