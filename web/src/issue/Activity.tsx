/** What happened to the issue and who said what, the latest first; and a place to say something. */
import { useState, type FormEvent } from 'react';
import { useDeeds } from '../issues/useDeeds';
import { ago, full, msOf } from '../time';
import { useNow } from '../ui/useNow';
import { postComment } from './api';
import type { Issue } from './shapes';
import { deedWords } from './standing';
import './activity.css';

export function Activity({ issue, onSaid }: { issue: Issue; onSaid: () => void }) {
  const now = useNow(5_000);
  return (
    <section>
      <h3>Activity</h3>
      <CommentForm issue={issue.id} onSaid={onSaid} />
      <ol className="activity">
        {issue.activity.map((deed) => {
          const ms = msOf(deed.at_ns);
          return (
            <li key={deed.id}>
              <p>
                <span>{deedWords(deed)}</span>
                <time className="mut" dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
                  {ago(ms, now)}
                </time>
              </p>
              {deed.text !== null && <p className="activity-text">{deed.text}</p>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function CommentForm({ issue, onSaid }: { issue: number; onSaid: () => void }) {
  const [text, setText] = useState('');
  const [busy, act] = useDeeds(() => {
    setText('');
    onSaid();
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim()) act(postComment(issue, text.trim()), 'Comment added');
  };
  return (
    <form className="comment" onSubmit={submit}>
      <label className="sr" htmlFor="comment-text">
        Comment
      </label>
      <textarea
        id="comment-text"
        className="field"
        rows={2}
        maxLength={10_000}
        placeholder="What is known about it"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn" disabled={busy || text.trim() === ''}>
        Comment
      </button>
    </form>
  );
}
