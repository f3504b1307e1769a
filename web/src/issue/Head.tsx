/** What it is, how it stands and why, and what can be done about it. */
import { ActionBar } from '../issues/ActionBar';
import type { Change } from '../issues/api';
import { Lanes } from '../issues/IssueRow';
import { LevelLabel } from '../issues/Level';
import { isLoud } from '../issues/words';
import { useNow } from '../ui/useNow';
import type { Issue } from './shapes';
import { standing } from './standing';
import './head.css';

export function Head({ issue, busy, onChange }: { issue: Issue; busy: boolean; onChange: (change: Change) => void }) {
  const now = useNow(5_000);
  return (
    <section className="issue-head" aria-label="Issue">
      <div className="issue-name">
        <p className="issue-line">
          <LevelLabel level={issue.level} />
          <Lanes agents={issue.agents} />
          <span className="mut">{issue.culprit}</span>
        </p>
        <h2 className="issue-title">{[issue.type, issue.value].filter(Boolean).join(': ') || issue.title}</h2>
        <p className={isLoud(issue) ? 'issue-standing loud' : 'issue-standing'}>{standing(issue, now)}</p>
      </div>
      <ActionBar
        open={issue.status === 'unresolved'}
        closed={issue.status !== 'unresolved'}
        releases={issue.releases.map(({ release }) => release)}
        assignee={issue.assignee}
        busy={busy}
        onChange={onChange}
      />
    </section>
  );
}
