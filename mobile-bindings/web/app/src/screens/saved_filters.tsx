// Filters that a person kept under a name: chosen again, saved, forgotten. They lie in the vault of this device and are not sent.
import { useState } from 'preact/hooks';
import type { FilterSaveParams } from 'gandan';
import { setQuery } from '../router';
import { ask } from '../session';
import { Act, Fault, SectionTitle, SelectLine, TextLine, toast } from '../ui/kit';
import { useAsk } from '../ui/use_ask';
import { words } from '../words';

type Saved = Omit<FilterSaveParams, 'name'>;
const kLists: readonly string[] = ['record.list', 'search'];

// What the address of a list says of it.
function show(saved: Record<string, unknown>): void {
  const text = (name: string) => (typeof saved[name] === 'string' ? saved[name] : undefined);
  setQuery('q', text('text'));
  for (const name of ['kind', 'unit', 'state', 'from', 'until']) setQuery(name, text(name));
  setQuery('conflicts', saved['conflicts'] === true ? 'yes' : undefined);
}

// `now`: what the list is narrowed to; nothing to save where that is nothing.
export function SavedFilters({ now }: { now: Saved }) {
  const w = words.value.list;
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('');
  const asked = useAsk('filter.list', {});
  const filters = (asked.data?.filters ?? []).filter((one) => one.methods.some((method) => kLists.includes(method)));
  const choose = (wanted: string) => {
    setChosen(wanted);
    const found = filters.find((one) => one.name === wanted);
    if (found !== undefined) show(found.params);
  };
  const save = async () => {
    await ask('filter.save', { ...now, name: name.trim() });
    toast(w.filterSaved(name.trim()));
    setChosen(name.trim());
    setName('');
    asked.reload();
  };
  const forget = async () => {
    await ask('filter.delete', { name: chosen });
    setChosen('');
    asked.reload();
  };
  return (
    <section class="stack tight">
      <SectionTitle>{w.savedFilters}</SectionTitle>
      <Fault error={asked.error} />
      {filters.length > 0 && (
        <div class="with-button">
          <SelectLine label={w.chooseFilter} value={chosen} options={[['', '—'], ...filters.map((one) => [one.name, one.name] as const)]} onChange={choose} />
          {chosen !== '' && <Act run={forget}>{w.forgetFilter}</Act>}
        </div>
      )}
      {Object.keys(now).length > 0 && (
        <div class="with-button">
          <TextLine label={w.filterName} value={name} onInput={setName} />
          <Act disabled={name.trim() === ''} run={save}>{w.saveFilter}</Act>
        </div>
      )}
    </section>
  );
}
