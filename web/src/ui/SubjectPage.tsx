/** The page of one thing out of a list, found by the number in its address: its frame, and what stands there without it. */
import type { ReactNode } from 'react';
import { numberBelow } from '../address';
import type { Query } from '../api/useQuery';
import { useKeys, type KeyMap } from '../keyboard';
import { Link, navigate, usePath } from '../router';
import { TopBar } from '../shell/TopBar';
import { CopyLink, copyLink } from './CopyLink';
import { HelpDialog, useHelp, type KeyHelp } from './HelpDialog';
import { EmptyState, ErrorStrip } from './Notice';
import { Progress } from './Progress';
import './subject.css';

/** What it is one of: an `Issue`, of the `Issues` at `/issues`. */
export interface Kind {
  one: string;
  all: { href: string; title: string };
}

/** The number in `/issues/12`; null when it is none. */
export const useSubject = ({ all }: Kind): number | null => numberBelow(all.href, usePath());

interface Props<T> {
  kind: Kind;
  id: number;
  query: Query<T>;
  /** Something else is loaded that the page cannot do without. */
  loading?: boolean;
  keys?: KeyMap;
  help?: KeyHelp;
  /** At the right of the top bar. */
  controls?: ReactNode;
  /** For what the address keeps on the way back, such as the time zone. */
  backHref?: string;
  children: (data: T) => ReactNode;
}

export function SubjectPage<T>(props: Props<T>) {
  const { kind, id, query, loading = false, keys, help = [], controls, backHref = kind.all.href, children } = props;
  const { data, error, loadedAt, refresh } = query;
  const [helpOpen, setHelpOpen] = useHelp();
  useKeys({ ...keys, y: copyLink, Escape: () => navigate(backHref) });
  const back: KeyHelp = [
    ['y', 'Copy link'],
    ['Esc', `Back to the ${kind.all.title.toLowerCase()}`],
  ];
  return (
    <>
      <Progress active={(query.loading && data === null) || loading} />
      <TopBar title={`${kind.one} ${id}`} parent={{ ...kind.all, href: backHref }}>
        {controls}
        <CopyLink />
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {error && data === null && (
        <Missing kind={kind} title={error.message} hint={error.hint} onRetry={error.status === 404 ? undefined : refresh} />
      )}
      {data !== null && children(data)}
      <HelpDialog keys={[...help, ...back]} open={helpOpen} onChange={setHelpOpen} />
    </>
  );
}

/** For an address without a number. */
export function NoSubject({ kind }: { kind: Kind }) {
  return (
    <>
      <TopBar title={kind.one} parent={kind.all} />
      <Missing kind={kind} title={`There is no such ${kind.one.toLowerCase()}`} />
    </>
  );
}

function Missing({ kind, title, hint, onRetry }: { kind: Kind; title: string; hint?: string | null; onRetry?: () => void }) {
  const retry = (
    <button type="button" className="btn" onClick={onRetry}>
      Retry
    </button>
  );
  const seeAll = (
    <Link className="btn" href={kind.all.href}>
      See all {kind.all.title.toLowerCase()}
    </Link>
  );
  return (
    <EmptyState title={title} action={onRetry ? retry : seeAll}>
      {hint && <p>{hint}</p>}
    </EmptyState>
  );
}
