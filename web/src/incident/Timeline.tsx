/** What happened to the incident and who did what, the latest first; and a place to say something. */
import { useState, type FormEvent } from 'react';
import { postNote } from '../incidents/api';
import { useDeeds } from '../issues/useDeeds';
import { full, momentSeconds, msOf } from '../time';
import type { Activity } from './shapes';
import { deedWords } from './words';
import './timeline.css';

interface Props {
  incident: number;
  activity: readonly Activity[];
  now: number;
  onSaid: () => void;
}

export function Timeline({ incident, activity, now, onSaid }: Props) {
  return (
    <section aria-label="Timeline">
      <h3>
        Timeline <span className="mut">UTC</span>
      </h3>
      <NoteForm incident={incident} onSaid={onSaid} />
      <ol className="inc-timeline">
        {activity.toReversed().map((deed) => {
          const ms = msOf(deed.at_ns);
          const { words, more } = deedWords(deed);
          return (
            <li key={deed.id} className={`deed-${deed.kind}`}>
              <i aria-hidden="true" />
              <div>
                <p>
                  <span>{words}</span>
                  <time className="mut" dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
                    {momentSeconds(ms, now, 'utc')}
                  </time>
                </p>
                {more && <p className="deed-more">{more}</p>}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function NoteForm({ incident, onSaid }: { incident: number; onSaid: () => void }) {
  const [text, setText] = useState('');
  const [busy, act] = useDeeds(() => {
    setText('');
    onSaid();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim()) act(postNote(incident, text.trim()), 'Note added');
  };
  return (
    <form className="inc-note" onSubmit={submit}>
      <label className="sr" htmlFor="note-text">
        Note
      </label>
      <textarea
        id="note-text"
        className="field"
        rows={2}
        maxLength={10_000}
        placeholder="What is known, or was done"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn" disabled={busy || text.trim() === ''}>
        Add note
      </button>
    </form>
  );
}
