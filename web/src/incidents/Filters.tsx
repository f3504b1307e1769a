/** Search, severities with how many there are of each, and what else narrows the list down. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { count } from '../format';
import { Icon } from '../icons';
import { SeverityGlyph } from './Severity';
import { SEVERITIES, type Severity } from './shapes';
import { isFiltered, type Filter } from './view';
import { severityWord } from './words';

const TEXT_AFTER_MS = 300;

interface Props {
  filter: Filter;
  severities: Record<Severity, number> | null;
  input: RefObject<HTMLInputElement | null>;
  onFilter: (filter: Filter, settled?: boolean) => void;
  onClear: () => void;
}

export function Filters({ filter, severities, input, onFilter, onClear }: Props) {
  return (
    <div className="inc-filters" role="search">
      <SearchBox key={filter.search ?? ''} filter={filter} input={input} onFilter={onFilter} />
      <div className="inc-severities" role="group" aria-label="Severity">
        {SEVERITIES.map((severity) => (
          <button
            key={severity}
            type="button"
            className="btn quiet"
            aria-pressed={filter.severity === severity}
            onClick={() => onFilter({ ...filter, severity: filter.severity === severity ? null : severity })}
          >
            <SeverityGlyph severity={severity} />
            {severityWord(severity)}
            {severities && <i>{count(severities[severity])}</i>}
          </button>
        ))}
      </div>
      {(['rule', 'agent'] as const).map(
        (name) =>
          filter[name] !== null && (
            <span key={name} className="chip">
              <span className="chip-label">{name}</span>
              <span className="chip-value">{filter[name]}</span>
              <button type="button" aria-label={`Any ${name}`} onClick={() => onFilter({ ...filter, [name]: null })}>
                <Icon name="close" small />
              </button>
            </span>
          ),
      )}
      {isFiltered(filter) && (
        <button type="button" className="btn quiet" onClick={onClear}>
          Clear
        </button>
      )}
    </div>
  );
}

function SearchBox({ filter, input, onFilter }: Pick<Props, 'filter' | 'input' | 'onFilter'>) {
  const [text, setText] = useState(filter.search ?? '');
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (value: string): void => {
    setText(value);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onFilter({ ...filter, search: value.trim() || null }, false), TEXT_AFTER_MS);
  };
  return (
    <label className="inc-search">
      <Icon name="find" />
      <span className="sr">Search incidents</span>
      <input
        ref={input}
        value={text}
        placeholder="rule, agent or text"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <kbd className="hide-s">/</kbd>
    </label>
  );
}
