/** What the events have in common: each tag's values by how many have them. A value leads to the issues that have it. */
import { count } from '../format';
import { NO_FILTER, withValue } from '../issues/filter';
import { issuesHref } from '../issues/view';
import { Link } from '../router';
import type { Issue, IssueEvent, TagSummary } from './shapes';
import './tags.css';

const MOST_VALUES = 3;

export function TagBars({ issue, event }: { issue: Issue; event: IssueEvent | null }) {
  if (issue.tags.length === 0) return null;
  const here = new Map(event?.tags.map(({ key, value }) => [key, value]));
  return (
    <section className="tag-bars">
      <h3>Tags</h3>
      {issue.tags.map((tag) => (
        <TagBar key={tag.key} tag={tag} here={here.get(tag.key)} />
      ))}
    </section>
  );
}

/** `here`: the value that the event shown has, which is marked. */
function TagBar({ tag: { key, values, distinct }, here }: { tag: TagSummary; here: string | undefined }) {
  const shown = values.slice(0, MOST_VALUES);
  const others = distinct - shown.length;
  return (
    <div className="tag">
      <h4>{key}</h4>
      <ul>
        {shown.map(({ value, events, percent }) => (
          <li key={value}>
            <Link href={issuesHref(withValue(NO_FILTER, key, value))} title={`${key} ${value}: ${count(events)} events. See the issues that have it`}>
              <i style={{ width: `${percent}%` }} aria-hidden="true" />
              <span className={value === here ? 'here' : undefined}>{value}</span>
              <span className="mut">{percent === 100 ? '' : percentWord(percent)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {others > 0 && <p className="mut">{count(others)} more</p>}
    </div>
  );
}

const percentWord = (percent: number): string => (percent < 1 ? '<1%' : `${Math.round(percent)}%`);
