/** What broke with a release, what came back, and what somebody resolved in it. */
import { count, plural } from '../format';
import { Icon } from '../icons';
import { Link } from '../router';
import { ago, full, msOf } from '../time';
import type { ReleaseDetail, ReleaseIssue } from './types';
import './issues.css';

export function IssueLists({ release, now }: { release: ReleaseDetail; now: number }) {
  return (
    <section className="rel-issues" aria-label="Issues of this release">
      <Issues title="New issues" none="This release was the first to have no issue." issues={release.new_issue_list} now={now} />
      {release.regressed_issues.length > 0 && (
        <Issues title="Regressed" issues={release.regressed_issues} now={now} />
      )}
      {release.resolved_issues.length > 0 && (
        <Issues title="Resolved in this release" issues={release.resolved_issues} now={now} />
      )}
    </section>
  );
}

interface Props {
  title: string;
  none?: string;
  issues: readonly ReleaseIssue[];
  now: number;
}

export function Issues({ title, none, issues, now }: Props) {
  return (
    <>
      <header>
        <h2>{title}</h2>
        {issues.length > 0 && <span className="mut">{count(issues.length)}</span>}
      </header>
      {issues.length === 0 && none && <p className="mut">{none}</p>}
      <ul>
        {issues.map((issue) => (
          <li key={issue.id}>
            <Link href={`/issues/${issue.id}`} title={issue.title}>
              <span className={issue.status === 'unresolved' ? 'issue-glyph open' : 'issue-glyph'}>
                <Icon name={issue.status === 'unresolved' ? 'error' : 'check'} small />
              </span>
              <b>{issue.title}</b>
              <span className="mut issue-where">{issue.culprit}</span>
              <span className="grow" />
              <span className="mut issue-count">{plural(issue.release_events, 'event')}</span>
              <time
                className="mut"
                dateTime={new Date(msOf(issue.last_seen_ns)).toISOString()}
                title={full(msOf(issue.last_seen_ns), 'utc')}
              >
                {ago(msOf(issue.last_seen_ns), now)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
