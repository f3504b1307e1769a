/** How often, whom, since when and in which releases; and the course of it as bars. */
import type { ReactNode } from 'react';
import { count } from '../format';
import { issuesHref } from '../issues/view';
import { NO_FILTER } from '../issues/filter';
import { courseWords } from '../issues/words';
import { Link } from '../router';
import { ago, full, msOf } from '../time';
import { useNow } from '../ui/useNow';
import { barsOf } from './course';
import type { Issue } from './shapes';
import './figures.css';

export function Figures({ issue, days, onDays }: { issue: Issue; days: boolean; onDays: (days: boolean) => void }) {
  return (
    <section className="issue-figures" aria-label="How often">
      <dl>
        <Figure title="Events">
          <b>{count(issue.events)}</b>
        </Figure>
        <Figure title="Users">
          <b>{count(issue.users)}</b>
        </Figure>
        <Figure title="First seen">
          <Seen ns={issue.first_seen_ns} release={issue.first_release} />
        </Figure>
        <Figure title="Last seen">
          <Seen ns={issue.last_seen_ns} release={issue.last_release} />
        </Figure>
      </dl>
      <Course issue={issue} days={days} onDays={onDays} />
    </section>
  );
}

function Figure({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Seen({ ns, release }: { ns: string; release: string | null }) {
  const now = useNow(5_000);
  const ms = msOf(ns);
  return (
    <>
      <time dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
        {ago(ms, now)}
      </time>
      {release !== null && (
        <Link className="in-release" href={issuesHref({ ...NO_FILTER, release })} title={`Issues of ${release}`}>
          {release}
        </Link>
      )}
    </>
  );
}

function Course({ issue, days, onDays }: { issue: Issue; days: boolean; onDays: (days: boolean) => void }) {
  const bars = barsOf(issue, days);
  const counts = bars.map(({ events }) => events);
  const most = Math.max(0, ...counts);
  return (
    <figure className="course">
      <figcaption>
        <span className="mut">Events {days ? 'a day' : 'an hour'}, most {count(most)}</span>
        <span className="course-range" role="group" aria-label="Range">
          <button type="button" aria-pressed={!days} onClick={() => onDays(false)}>
            24 h
          </button>
          <button type="button" aria-pressed={days} onClick={() => onDays(true)}>
            14 d
          </button>
        </span>
      </figcaption>
      <div className="course-bars" role="img" aria-label={courseWords(counts, days ? '14 days' : '24 h', days ? 'day' : 'hour')}>
        {bars.map((bar, index) => (
          <span key={index} title={bar.words} className={index === bars.length - 1 ? 'now' : undefined}>
            <i style={{ height: bar.events === 0 ? 0 : `max(2px, ${bar.height * 100}%)` }} />
          </span>
        ))}
      </div>
      <p className="course-ends mut" aria-hidden="true">
        <span>{bars[0].label}</span>
        <span>now{days ? '' : ', UTC'}</span>
      </p>
    </figure>
  );
}
