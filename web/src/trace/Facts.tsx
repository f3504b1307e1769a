/** Rows of label and value for what follows from the trace and is no attribute: it has no type. */
import type { ReactNode } from 'react';
import { copy } from '../ui/copy';

export type Fact = readonly [label: string, value: ReactNode];

export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className="kv">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd className="fact">{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function Copyable({ text, what, shown, mono = false }: { text: string; what: string; shown: string; mono?: boolean }) {
  return (
    <button type="button" className={mono ? 'copyable mono' : 'copyable'} title={`Copy ${text}`} onClick={() => void copy(text, what)}>
      {shown}
    </button>
  );
}
