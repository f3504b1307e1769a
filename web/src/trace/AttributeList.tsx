/** Attributes as they are, each with its type: for events, links, logs, and what has no words of its own. */
import type { Attribute } from '../api/types';
import { type Entry, grouped } from './attributes';
import { TYPE_WORDS } from './value';
import { type ValueActions, ValueMenu } from './ValueMenu';

export function EntryRows({ entries, actions }: { entries: readonly Entry[]; actions: ValueActions }) {
  return (
    <dl className="kv">
      {entries.map(({ attribute, label, shown, mono }, index) => (
        // A malformed span may hold a key twice; both are shown.
        <div key={`${index} ${attribute.key}`}>
          <dt title={attribute.key}>{label}</dt>
          <dd>
            <span className="type">{TYPE_WORDS[attribute.value.type]}</span>
            <ValueMenu attribute={attribute} shown={shown} mono={mono} actions={actions} className={toneOf(attribute)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function PlainAttributes({ attributes, actions }: { attributes: readonly Attribute[]; actions: ValueActions }) {
  if (attributes.length === 0) return null;
  return <EntryRows entries={[...grouped(attributes).values()].flat()} actions={actions} />;
}

function toneOf({ key, value }: Attribute): string {
  if (key !== 'pf.pnl_usd' || typeof value.value !== 'number' || value.value === 0) return '';
  return value.value > 0 ? 'gain' : 'loss';
}
