// A question to the core that a screen shows the answer of; asked again when what it names or the vault changes. While
// a new answer is on its way the old one stays, so that nothing jumps.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Arguments, Method, Params, Result } from 'gandan';
import { ask, revision } from '../session';

export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  busy: boolean;
  reload: () => void;
}

// `params` undefined: nothing is asked yet.
export function useAsk<M extends Method>(method: M, params: Params<M> | undefined): Asked<Result<M>> {
  const key = params === undefined ? '' : JSON.stringify([method, params]);
  const [state, setState] = useState<{ data?: Result<M>; error?: unknown; of: string }>({ of: '' });
  const [turn, setTurn] = useState(0);
  const latest = useRef(0);
  const seen = revision.value;
  useEffect(() => {
    if (params === undefined) return;
    const mine = ++latest.current;
    ask(method, ...([params] as unknown as Arguments<M>)).then(
      (data) => mine === latest.current && setState({ data, of: key }),
      (error: unknown) => mine === latest.current && setState((before) => ({ ...before, error, of: key })),
    );
    return () => {
      latest.current += 1;
    };
  }, [key, seen, turn]);
  return { data: state.data, error: state.error, busy: state.of !== key, reload: () => setTurn((n) => n + 1) };
}
