/** What happened to something and who did what, the latest first; and a place to say something. */
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { useDeeds } from './useDeeds';
import './activity.css';

export interface Deed {
  id: number;
  kind: string;
  words: string;
  /** What was said, or what the words leave out. */
  text: string | null;
  when: ReactNode;
}

/** `joined`: marks by kind (`deed-fired`) on a line from deed to deed, where the course of things is the message. */
export function ActivityList({ deeds, joined = false }: { deeds: readonly Deed[]; joined?: boolean }) {
  return (
    <ol className={joined ? 'activity joined' : 'activity'}>
      {deeds.map(({ id, kind, words, text, when }) => (
        <li key={id} className={`deed-${kind}`}>
          {joined && <i aria-hidden="true" />}
          <div>
            <p>
              <span>{words}</span>
              {when}
            </p>
            {text && <p className="activity-text">{text}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

interface RemarkProps {
  /** What one says: a `Comment`. */
  label: string;
  placeholder: string;
  button: string;
  /** Once it is said. */
  done: string;
  say: (text: string) => Promise<unknown>;
  onSaid: () => void;
}

export function RemarkForm({ label, placeholder, button, done, say, onSaid }: RemarkProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [busy, act] = useDeeds(() => {
    setText('');
    onSaid();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim()) act(say(text.trim()), done);
  };
  return (
    <form className="remark" onSubmit={submit}>
      <label className="sr" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="field"
        rows={2}
        maxLength={10_000}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn" disabled={busy || text.trim() === ''}>
        {button}
      </button>
    </form>
  );
}
