/** What the issue was put together from, once issues were merged, with the way back. */
import { plural } from '../format';
import type { Act } from '../ui/useDeeds';
import { unmergeIssue } from './api';
import type { Issue } from './shapes';
import './merged.css';

interface Props {
  issue: Issue;
  busy: boolean;
  act: Act;
}

export function Merged({ issue, busy, act }: Props) {
  const away = issue.groups.filter(({ home }) => home !== issue.id);
  if (away.length === 0) return null;
  return (
    <section>
      <h3>Merged into it</h3>
      <ul>
        {away.map(({ hash, about, events, home }) => (
          <li key={hash} className="merged">
            <span title={about}>{about || `issue ${home}`}</span>
            <span className="mut">{plural(events, 'event')}</span>
            <button type="button" className="btn" disabled={busy} onClick={() => act(unmergeIssue(issue.id, [hash]), 'Taken out again')}>
              Unmerge
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
