/** One issue: how bad, what breaks and where, how it stands, whom it hits, how often and since when. */
import { memo } from 'react';
import { count } from '../format';
import { useLanes } from '../lanes';
import { Link } from '../router';
import { ago, full, msOf } from '../time';
import { LaneBadge } from '../ui/Lane';
import { ListRow, type RowPlace } from '../ui/list/ListRow';
import { Spark } from '../ui/Spark';
import { LevelLabel } from './Level';
import type { IssueRow as Issue } from './shapes';
import { age, courseWords, isLoud, stateWord } from './words';

interface Props extends RowPlace {
  issue: Issue;
  now: number;
}

/** Lanes shown before the rest is a number. */
const LANES = 3;

export const IssueRow = memo(function IssueRow({ issue, now, ...place }: Props) {
  const where = [issue.value, issue.culprit].filter(Boolean).join(' · ');
  return (
    <ListRow {...place} className="issue" name={issue.title}>
      <span className="i-level" role="gridcell">
        <LevelLabel level={issue.level} />
      </span>
      <span className="i-what" role="gridcell" title={where ? `${issue.title}\n${where}` : issue.title}>
        <Link href={`/issues/${issue.id}`} tabIndex={-1} onClick={() => place.onSelect(issue.id)}>
          {issue.title}
        </Link>
        {issue.culprit && <span>{issue.culprit}</span>}
      </span>
      <span className={isLoud(issue) ? 'i-state loud' : 'i-state'} role="gridcell">
        {stateWord(issue)}
      </span>
      <span className="i-agents" role="gridcell">
        <Lanes agents={issue.agents} />
      </span>
      <span className="i-course" role="gridcell">
        <Spark counts={issue.hourly} words={courseWords(issue.hourly, '24 h', 'hour')} barPx={3} gapPx={1} leastPx={1.5} />
      </span>
      <span className="num i-events" role="gridcell">
        {count(issue.events)}
        <span className="only-s"> ×</span>
      </span>
      <span className="num i-users" role="gridcell">
        {issue.users > 0 && count(issue.users)}
      </span>
      <Age className="num i-last" ns={issue.last_seen_ns} now={now} />
      <Age className="num i-first mut" ns={issue.first_seen_ns} now={now} />
      <span className="i-who" role="gridcell" title={issue.assignee ?? undefined}>
        {issue.assignee}
      </span>
    </ListRow>
  );
});

function Age({ className, ns, now }: { className: string; ns: string; now: number }) {
  const ms = msOf(ns);
  return (
    <span className={className} role="gridcell">
      <time dateTime={new Date(ms).toISOString()} title={`${full(ms, 'utc')}, ${ago(ms, now)}`}>
        {age(ms, now)}
      </time>
    </span>
  );
}

/** The agents' badges; their names on hover, and for those who do not see colours. */
export function Lanes({ agents }: { agents: readonly string[] }) {
  const laneOf = useLanes();
  if (agents.length === 0) return null;
  return (
    <span className="lanes" title={agents.join(', ')}>
      {agents.slice(0, LANES).map((agent) => (
        <LaneBadge key={agent} lane={laneOf(agent)} />
      ))}
      {agents.length > LANES && <i>+{agents.length - LANES}</i>}
      <span className="sr">{agents.join(', ')}</span>
    </span>
  );
}
