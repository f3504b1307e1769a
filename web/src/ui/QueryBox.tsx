/** The filter box: chips for what is in force, a line to type more, suggestions below. The page reads the terms. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { Icon } from '../icons';
import { FilterChip } from './FilterChip';
import { withLastTerm, type Chip, type Suggestion } from './terms';
import './query.css';

const TEXT_AFTER_MS = 300;

interface Props<F> {
  /** What is filtered here: `Filter decisions`. */
  label: string;
  placeholder: string;
  /** The free text in force, and the other parts of the filter. */
  filterText: string | null;
  chips: readonly Chip<F>[];
  suggest: (input: string) => Suggestion[];
  input: RefObject<HTMLInputElement | null>;
  /** Plain text, while it is typed. */
  onText: (text: string | null) => void;
  /** Takes in the terms of a line; says what is wrong with them, or which text is no term. */
  onTerms: (line: string) => { problems: string[]; text: string };
  /** A chip was removed. */
  onFilter: (filter: F) => void;
}

export function QueryBox<F>(props: Props<F>) {
  const { label, placeholder, filterText, chips, suggest, input, onText, onTerms, onFilter } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const [problems, setProblems] = useState<string[]>([]);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const listId = useId();
  const timer = useRef<number>(undefined);
  const text = draft ?? filterText ?? '';
  const suggestions = open ? suggest(text) : [];
  useEffect(() => () => window.clearTimeout(timer.current), []);

  /** Takes in the terms of `value`; what is no term stays in the line. */
  const settle = (value: string): void => {
    window.clearTimeout(timer.current);
    const read = onTerms(value);
    setProblems(read.problems);
    if (read.problems.length > 0) return;
    setActive(-1);
    setOpen(false);
    setDraft(document.activeElement === input.current ? read.text : null);
  };
  const type = (value: string): void => {
    setDraft(value);
    setOpen(true);
    setProblems([]);
    setActive(-1);
    window.clearTimeout(timer.current);
    // Plain text filters while it is typed; terms wait until they are whole.
    if (value.includes(':') || value.includes('"')) return;
    timer.current = window.setTimeout(() => onText(value.trim() || null), TEXT_AFTER_MS);
  };
  const choose = (index: number): void => {
    const { term, complete } = suggestions[index];
    const next = withLastTerm(text, term);
    if (complete) settle(next);
    else type(next);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const last = chips.at(-1);
    if (event.key === 'ArrowDown' && !open) setOpen(true);
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && suggestions.length > 0) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && active >= 0)) {
      if (active >= 0) choose(active);
      else settle(text);
    } else if (event.key === 'Escape') {
      if (active >= 0) setActive(-1);
      else input.current?.blur();
    } else if (event.key === 'Backspace' && text === '' && last) {
      onFilter(last.without);
      setDraft(last.term);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="query-root">
      <label className="query">
        <Icon name="find" />
        <span className="sr">{label}</span>
        {chips.map((chip) => (
          <FilterChip key={chip.term} chip={chip} onFilter={onFilter} />
        ))}
        <input
          ref={input}
          value={text}
          placeholder={chips.length > 0 ? '' : placeholder}
          role="combobox"
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          aria-invalid={problems.length > 0}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => type(event.target.value)}
          onFocus={() => {
            setDraft(text);
            setOpen(chips.length === 0 && text === '');
          }}
          onBlur={() => {
            setOpen(false);
            if (problems.length === 0) {
              if (text.trim() !== (filterText ?? '')) settle(text);
              setDraft(null);
            }
          }}
          onKeyDown={onKeyDown}
        />
        <kbd className="hide-s">/</kbd>
      </label>
      {problems.length > 0 && (
        <p className="query-problem" role="alert">
          {problems.join('. ')}
        </p>
      )}
      {open && suggestions.length > 0 && problems.length === 0 && (
        <ul className="suggestions" id={listId} role="listbox" aria-label="Filters">
          {suggestions.map(({ term, meaning }, index) => (
            <li
              key={term}
              id={`${listId}-${index}`}
              className="menu-item"
              role="option"
              aria-selected={index === active}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(index);
              }}
            >
              <span>{term}</span>
              <span className="grow" />
              <span className="mut">{meaning}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
