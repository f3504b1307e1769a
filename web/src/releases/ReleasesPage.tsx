/** `/releases`: which releases there are and how each does; with `a` and `b` in the address, one held against another. */
import { useRef, useState, type ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { RangePicker } from '../decisions/RangePicker';
import { frozenAddress } from '../decisions/view';
import { count } from '../format';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { EnvironmentMenu } from '../ui/EnvironmentMenu';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { rowKeys } from '../ui/rowKeys';
import { useNow } from '../ui/useNow';
import { fetchReleases } from './api';
import { Compare } from './Compare';
import { ReleaseList } from './ReleaseList';
import { NoMatch, NoReleases } from './States';
import { useReleasesView } from './useReleasesView';
import { DEFAULT_RANGE, listQuery, PRESETS } from './view';
import './releases.css';

const EVERY_MS = 15_000;
const PAGE = 50;
const KEYS: KeyHelp = [
  ['j k', 'Move'],
  ['Enter', 'Open'],
  ['/', 'Search'],
  ['y', 'Copy link'],
  ['Esc', 'Clear the filters'],
];

export default function ReleasesPage() {
  const [view] = useReleasesView();
  return view.a !== null && view.b !== null ? <Compare a={view.a} b={view.b} /> : <Releases />;
}

function Releases() {
  const [view, actions] = useReleasesView();
  const now = useNow(10_000);
  const [help, setHelp] = useHelp();
  const [limit, setLimit] = useState(PAGE);
  const search = useRef<HTMLInputElement>(null);
  const query = listQuery(view, limit);
  const releases = useQuery(query, (signal) => fetchReleases(query, signal), { keep: true });
  const { data, error, loadedAt, loading, refresh } = releases;
  useCommits(refresh, EVERY_MS);
  const copyLink = (): void => void copy(frozenAddress(currentAddress(), Date.now(), DEFAULT_RANGE), 'Link');
  useKeys({ ...rowKeys('.l-version a'), y: copyLink, Escape: actions.clear, '/': () => search.current?.focus() });

  const filtered = view.text !== '' || view.environment !== null;
  const body = (): ReactNode => {
    if (error && data === null) return <Failed error={error} onRetry={refresh} />;
    if (data?.total === 0) return filtered ? <NoMatch onClear={actions.clear} /> : <NoReleases />;
    return (
      <>
        <ReleaseList answer={data} view={view} actions={actions} now={now} />
        {data && data.releases.length < data.total && (
          <p className="rel-more">
            Showing {count(data.releases.length)} of {count(data.total)}
            <button type="button" className="btn" onClick={() => setLimit(limit + PAGE)}>
              Show {count(Math.min(PAGE, data.total - data.releases.length))} more
            </button>
          </p>
        )}
      </>
    );
  };
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title="Releases" aside={data && data.total > 0 && <span className="mut">{count(data.total)}</span>}>
        <EnvironmentMenu
          environment={view.environment}
          environments={data?.environments ?? []}
          onEnvironment={actions.setEnvironment}
        />
        <RangePicker
          range={view.range}
          zone={view.zone}
          presets={PRESETS}
          onRange={actions.setRange}
          onZone={actions.setZone}
        />
        <button type="button" className="btn square" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="rel-bar">
        <label className="rel-search">
          <Icon name="find" />
          <input
            ref={search}
            value={view.text}
            placeholder="Search versions"
            aria-label="Search versions"
            spellCheck={false}
            onChange={(event) => actions.setText(event.target.value)}
          />
        </label>
        <div className="segmented rel-sort" role="group" aria-label="Sort">
          {SORT_WORDS.map(([sort, word]) => (
            <button key={sort} type="button" aria-pressed={view.sort === sort} onClick={() => actions.setSort(sort)}>
              {word}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="btn quiet"
          aria-pressed={view.archived}
          onClick={() => actions.setArchived(!view.archived)}
        >
          Archived too
        </button>
      </div>
      {view.a && (
        <p className="rel-picked" role="status">
          <span>
            <b>{view.a}</b> is picked. Tick another release to compare the two.
          </span>
          <button type="button" className="btn quiet" onClick={() => actions.setPicked(null)}>
            Do not compare
          </button>
        </p>
      )}
      <div className="rel">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

const SORT_WORDS = [
  ['date', 'Latest'],
  ['version', 'Version'],
  ['last_seen', 'Last heard'],
] as const;
