/** One issue: what breaks, since when, and for one of its events all that led to it. */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { Icon } from '../icons';
import { Others } from '../incident/Others';
import { useBehind } from '../incidents/useBehind';
import { changeIssues } from '../issues/api';
import { doneWords } from '../issues/describe';
import { useDeeds } from '../issues/useDeeds';
import { useKeys } from '../keyboard';
import { currentAddress, Link, navigate, useAdjustSearch, usePath, useSearch } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
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
import { issueAt, readView, writeDays, writeEvent, type View } from './view';
import './issue.css';

const EVERY_MS = 2_000;
const KEYS: KeyHelp = [
  ['[ ]', 'Older, newer event'],
  ['y', 'Copy link'],
  ['Esc', 'Back to the issues'],
];

export default function IssuePage() {
  const id = issueAt(usePath());
  if (id === null) {
    return (
      <>
        <TopBar title="Issue" parent={{ href: '/issues', title: 'Issues' }} />
        <Missing title="There is no such issue" />
      </>
    );
  }
  return <OneIssue key={id} id={id} />;
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
  const [help, setHelp] = useHelp();
  const goTo = (to: string | null): void => {
    if (to !== null) adjust((search) => writeEvent(search, to));
  };
  useKeys({
    '[': () => goTo(event.data?.previous ?? null),
    ']': () => goTo(event.data?.next ?? null),
    y: () => void copy(currentAddress(), 'Link'),
    Escape: () => navigate('/issues'),
  });
  const { data, error } = issue;
  return (
    <>
      <Progress active={(issue.loading && data === null) || (event.loading && event.data === null)} />
      <TopBar title={`Issue ${id}`} parent={{ href: '/issues', title: 'Issues' }}>
        <button type="button" className="btn square" aria-label="Copy link" title="Copy link (y)" onClick={() => void copy(currentAddress(), 'Link')}>
          <Icon name="link" />
        </button>
      </TopBar>
      {error && data && <ErrorStrip error={error} loadedAt={issue.loadedAt} onRetry={issue.refresh} />}
      {error && !data && <Missing title={error.message} hint={error.hint} onRetry={error.status === 404 ? undefined : issue.refresh} />}
      {data && (
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
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
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
    <div className="one-issue">
      <Head issue={issue} busy={busy} onChange={(change) => act(changeIssues([issue.id], change), doneWords(1, change))} />
      <Figures issue={issue} days={view.days} onDays={onDays} />
      <div className="issue-split">
        <div className="issue-main">
          <EventBar event={event} asked={view.event} onEvent={onEvent} />
          {trouble}
          {event && <EventBody issue={issue} event={event} />}
        </div>
        <aside className="issue-side" aria-label="About the issue">
          <TagBars issue={issue} event={event} />
          {event && <EventFacts issue={issue} event={event} />}
          {event && <IssueLinks title="Of the same decision" links={event.same_decision} />}
          <Others title="Incidents" incidents={incidents} now={now} />
          <IssueLinks title="Similar issues" links={issue.similar} />
          <Merged issue={issue} busy={busy} act={act} />
          <Activity issue={issue} onSaid={onChanged} />
        </aside>
      </div>
    </div>
  );
}

function Missing({ title, hint, onRetry }: { title: string; hint?: string | null; onRetry?: () => void }) {
  return (
    <EmptyState
      title={title}
      action={
        onRetry ? (
          <button type="button" className="btn" onClick={onRetry}>
            Retry
          </button>
        ) : (
          <Link className="btn" href="/issues">
            See all issues
          </Link>
        )
      }
    >
      {hint && <p>{hint}</p>}
    </EmptyState>
  );
}
