/** What a person can do to an issue, or to several at once: resolve, archive, open again, assign. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Icon } from '../icons';
import { Popover } from '../ui/Popover';
import type { Change } from './api';
import './actions.css';

interface Props {
  /** What the issues have in common decides what can be done: an open one is not opened again. */
  open: boolean;
  closed: boolean;
  /** Of the issues, the latest first: to choose from. */
  releases: readonly string[];
  assignee: string | null;
  busy: boolean;
  onChange: (change: Change) => void;
}

export function ActionBar({ open, closed, releases, assignee, busy, onChange }: Props) {
  return (
    <div className="issue-actions" aria-busy={busy}>
      {open && <ResolveMenu releases={releases} onChange={onChange} />}
      {open && <ArchiveMenu onChange={onChange} />}
      {closed && (
        <button type="button" className="btn" onClick={() => onChange({ action: 'unresolve' })}>
          Unresolve
        </button>
      )}
      <AssignMenu assignee={assignee} onChange={onChange} />
    </div>
  );
}

type Choose = Pick<Props, 'onChange'>;

function ResolveMenu({ releases, onChange }: Choose & Pick<Props, 'releases'>) {
  return (
    <Menu label="How to resolve" word="Resolve">
      {(close) => (
        <>
          <Item word="Now" note="comes back with any new event" onChoose={() => (onChange({ action: 'resolve', in: 'now' }), close())} />
          <Item word="In the next release" note="events of this release stay quiet" onChoose={() => (onChange({ action: 'resolve', in: 'next_release' }), close())} />
          <ValueForm
            label="In release"
            placeholder="agent@2.2.0"
            suggestions={releases}
            button="Resolve in it"
            onValue={(release) => (onChange({ action: 'resolve', in: 'release', release }), close())}
          />
        </>
      )}
    </Menu>
  );
}

function ArchiveMenu({ onChange }: Choose) {
  return (
    <Menu label="Until when to archive" word="Archive">
      {(close) => (
        <>
          <Item word="Until it escalates" note="more an hour than forecast" onChoose={() => (onChange({ action: 'archive', until: 'escalating' }), close())} />
          <Item word="Forever" onChoose={() => (onChange({ action: 'archive', until: 'forever' }), close())} />
          <ValueForm
            label="Until so many more events"
            placeholder="100"
            pattern="[1-9][0-9]{0,8}"
            button="Archive until then"
            onValue={(events) => (onChange({ action: 'archive', until: 'condition', events: Number(events) }), close())}
          />
        </>
      )}
    </Menu>
  );
}

function AssignMenu({ assignee, onChange }: Choose & Pick<Props, 'assignee'>) {
  return (
    <Menu label="Whose it is" word={assignee ?? 'Assign'}>
      {(close) => (
        <>
          {assignee !== null && (
            <Item word="To nobody" onChoose={() => (onChange({ action: 'assign', assignee: null }), close())} />
          )}
          <ValueForm
            label="To a person"
            placeholder="name"
            button="Assign"
            onValue={(name) => (onChange({ action: 'assign', assignee: name }), close())}
          />
        </>
      )}
    </Menu>
  );
}

function Menu({ label, word, children }: { label: string; word: string; children: (close: () => void) => ReactNode }) {
  return (
    <Popover
      label={label}
      align="start"
      button={
        <>
          <span className="action-word">{word}</span>
          <Icon name="down" small />
        </>
      }
    >
      {(close) => <div className="action-menu">{children(close)}</div>}
    </Popover>
  );
}

function Item({ word, note, onChoose }: { word: string; note?: string; onChoose: () => void }) {
  return (
    <button type="button" className="menu-item" onClick={onChoose}>
      {word}
      <span className="grow" />
      {note && <span className="mut">{note}</span>}
    </button>
  );
}

interface ValueProps {
  label: string;
  placeholder: string;
  button: string;
  pattern?: string;
  suggestions?: readonly string[];
  onValue: (value: string) => void;
}

function ValueForm({ label, placeholder, button, pattern, suggestions = [], onValue }: ValueProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim()) onValue(text.trim());
  };
  const list = `action-${button.replaceAll(' ', '-')}`;
  return (
    <form className="action-form" onSubmit={submit}>
      <label>
        <span>{label}</span>
        <input
          className="field"
          value={text}
          placeholder={placeholder}
          pattern={pattern}
          list={suggestions.length > 0 ? list : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      <button type="submit" className="btn" disabled={text.trim() === ''}>
        {button}
      </button>
    </form>
  );
}
