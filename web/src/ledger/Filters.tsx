/** The kinds with how many there are of each, and a search for an order, a trace or an operation. */
import { useState, type RefObject } from 'react';
import { Icon } from '../icons';
import { CountTabs } from '../ui/CountTabs';
import type { Ledger } from './shapes';
import { KINDS, searched, type Filter, type Kind } from './view';
import { KIND_WORDS } from './words';

const TABS = ['all', ...KINDS] as const;
type Tab = (typeof TABS)[number];
const WORDS: Record<Tab, string> = { all: 'All', ...KIND_WORDS };

interface Props {
  ledger: Ledger;
  filter: Filter;
  input: RefObject<HTMLInputElement | null>;
  onFilter: (filter: Filter) => void;
}

export function Filters({ ledger, filter, input, onFilter }: Props) {
  const counts = countsOf(ledger);
  const text = filter.order ?? filter.trace ?? filter.op ?? '';
  return (
    <div className="entry-filters" role="search">
      <Search key={text} text={text} input={input} onSearch={(said) => onFilter({ ...filter, ...searched(said) })} />
      <CountTabs<Tab>
        label="Kind"
        tabs={TABS.filter((tab) => counts[tab] > 0 || tab === 'all' || tab === filter.kind)}
        words={WORDS}
        counts={counts}
        tab={filter.kind ?? 'all'}
        onTab={(tab) => onFilter({ ...filter, kind: tab === 'all' ? null : tab })}
      />
    </div>
  );
}

function countsOf({ kinds, size }: Ledger): Record<Tab, number> {
  const of = (kind: Kind): number => (typeof kinds[kind] === 'number' ? kinds[kind] : 0);
  return { all: size ?? 0, ...(Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Record<Kind, number>) };
}

interface SearchProps {
  text: string;
  input: RefObject<HTMLInputElement | null>;
  onSearch: (text: string) => void;
}

function Search({ text, input, onSearch }: SearchProps) {
  const [typed, setTyped] = useState(text);
  return (
    <form
      className="entry-search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed);
      }}
    >
      <label>
        <Icon name="find" />
        <span className="sr">Search entries by order, trace or operation</span>
        <input
          ref={input}
          value={typed}
          placeholder="order, trace id or operation"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      </label>
      {text !== '' && (
        <button type="button" className="btn quiet square" aria-label="Clear the search" onClick={() => onSearch('')}>
          <Icon name="close" small />
        </button>
      )}
      <kbd className="hide-s">/</kbd>
    </form>
  );
}
