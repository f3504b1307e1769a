/** One issue: what breaks, since when, and for one of its events all that led to it. */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { Others } from '../incident/Others';
import { useBehind } from '../incidents/useBehind';
import { changeIssues } from '../issues/api';
import { doneWords } from '../issues/describe';
import { useAdjustSearch, useSearch } from '../router';
import type { KeyHelp } from '../ui/HelpDialog';
import { NoSubject, SubjectPage, useSubject, type Kind } from '../ui/SubjectPage';
import { useDeeds } from '../ui/useDeeds';
import { useNow } from '../ui/useNow';
import { fetchEvent, fetchIssue } from './api';
import { Activity } from './Activity';
import { EventBar } from './EventBar';
import { EventBody } from './EventBody';
import { EventFacts } from './EventFacts';
import { Figures } from './Figures';
import { Head } from './Head';
import { IssueLinks } from './IssueLinks';
import { Merged } from './Merged';
import type { Issue, IssueEvent } from './shapes';
import { TagBars } from './TagBars';
import { readView, writeDays, writeEvent, type View } from './view';
import './issue.css';

const EVERY_MS = 2_000;
const ISSUE: Kind = { one: 'Issue', all: { href: '/issues', title: 'Issues' } };
const HELP: KeyHelp = [['[ ]', 'Older, newer event']];

export default function IssuePage() {
  const id = useSubject(ISSUE);
  return id === null ? <NoSubject kind={ISSUE} /> : <OneIssue key={id} id={id} />;
}

function OneIssue({ id }: { id: number }) {
  const view = readView(useSearch());
  const adjust = useAdjustSearch();
  const issue = useQuery(`issue ${id}`, (signal) => fetchIssue(id, signal));
  const event = useQuery(`event ${id} ${view.event}`, (signal) => fetchEvent(id, view.event, signal), { keep: true });
  useCommits(issue.refresh, EVERY_MS);
  // An event that is named stays as it is; what a word means may change.
  useCommits(() => {
    if (view.event.length < 32) event.refresh();
  }, EVERY_MS * 5);
  const goTo = (to: string | null): void => {
    if (to !== null) adjust((search) => writeEvent(search, to));
  };
  return (
    <SubjectPage
      kind={ISSUE}
      id={id}
      query={issue}
      loading={event.loading && event.data === null}
      keys={{ '[': () => goTo(event.data?.previous ?? null), ']': () => goTo(event.data?.next ?? null) }}
      help={HELP}
    >
      {(data) => (
        <Loaded
          issue={data}
          event={event.data}
          trouble={event.error && <p className="issue-trouble" role="alert">{event.error.message} {event.error.hint}</p>}
          view={view}
          onEvent={goTo}
          onDays={(days) => adjust((search) => writeDays(search, days))}
          onChanged={issue.refresh}
        />
      )}
    </SubjectPage>
  );
}

interface LoadedProps {
  issue: Issue;
  event: IssueEvent | null;
  /** Why there is no event to show. */
  trouble: ReactNode;
  view: View;
  onEvent: (event: string | null) => void;
  onDays: (days: boolean) => void;
  onChanged: () => void;
}

function Loaded({ issue, event, trouble, view, onEvent, onDays, onChanged }: LoadedProps) {
  const [busy, act] = useDeeds(onChanged);
  const incidents = useBehind('issue', String(issue.id));
  const now = useNow(5_000);
  return (
    <div className="subject one-issue">
      <Head issue={issue} busy={busy} onChange={(change) => act(changeIssues([issue.id], change), doneWords(1, change))} />
      <Figures issue={issue} days={view.days} onDays={onDays} />
      <div className="subject-split">
        <div className="subject-main">
          <EventBar event={event} asked={view.event} onEvent={onEvent} />
          {trouble}
          {event && <EventBody issue={issue} event={event} />}
        </div>
        <aside className="subject-side" aria-label="About the issue">
          <TagBars issue={issue} event={event} />
          {event && <EventFacts issue={issue} event={event} />}
          {event && <IssueLinks title="Of the same decision" links={event.same_decision} />}
          <Others title="Incidents" incidents={incidents} now={now} zone="utc" />
          <IssueLinks title="Similar issues" links={issue.similar} />
          <Merged issue={issue} busy={busy} act={act} />
          <Activity issue={issue} onSaid={onChanged} />
        </aside>
      </div>
    </div>
  );
}
