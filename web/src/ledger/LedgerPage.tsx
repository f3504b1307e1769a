/** `/ledger/:name`: what an agent wrote down of its money decisions, each entry provable, and whether it is whole. */
import { useRef, type ReactNode } from 'react';
import { lastSegment } from '../address';
import { useQuery } from '../api/useQuery';
import { useKeys } from '../keyboard';
import { useAdjustSearch, usePath, useSearch } from '../router';
import { TopBar } from '../shell/TopBar';
import { CopyLink, copyLink } from '../ui/CopyLink';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { rowKeys } from '../ui/rowKeys';
import { useEvery } from '../ui/useEvery';
import { useZone } from '../ui/useZone';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { withZone } from '../zone';
import { About } from './About';
import { Alarms } from './Alarms';
import { fetchEntries, fetchLedger, fetchWitnessed } from './api';
import { Entries } from './Entries';
import { EntryDetail } from './EntryDetail';
import { Filters } from './Filters';
import { VerdictLabel } from './glyphs';
import { Tampered } from './Tampered';
import { OpenIntents } from './OpenIntents';
import { entriesQuery, NO_FILTER, readLedgerView, writeFilter, type Filter } from './view';
import '../ui/subject.css';
import './ledger.css';

const EVERY_MS = 5_000;
const KEYS: KeyHelp = [
  ['j k', 'Move'],
  ['Enter', 'Open the entry, or close it'],
  ['/', 'Search'],
  ['y', 'Copy link'],
  ['Esc', 'Close the entry, then the filters'],
];

export default function LedgerPage() {
  const name = lastSegment(usePath());
  return <OneLedger key={name} name={name} />;
}

function OneLedger({ name }: { name: string }) {
  const [zone, setZone] = useZone();
  const view = readLedgerView(useSearch());
  const adjust = useAdjustSearch();
  const [help, setHelp] = useHelp();
  const input = useRef<HTMLInputElement>(null);
  const ledger = useQuery(`ledger ${name}`, (signal) => fetchLedger(name, signal));
  const query = entriesQuery(view);
  const hasNone = ledger.data?.ledger.size === null;
  const entries = useQuery(hasNone ? null : `entries ${name} ${query}`, (signal) => fetchEntries(name, query, signal), { keep: true });
  const witnessed = useQuery('witnessed', fetchWitnessed);
  useEvery(() => {
    ledger.refresh();
    if (witnessed.data !== null) witnessed.refresh();
    if (view.before === null) entries.refresh();
  }, EVERY_MS);

  const setFilter = (filter: Filter): void => adjust((search) => writeFilter(search, filter));
  const open = (index: number | null): void =>
    adjust((search) => (index === null ? search.delete('entry') : search.set('entry', String(index))));
  const goBefore = (before: number | null): void =>
    adjust((search) => (before === null ? search.delete('before') : search.set('before', String(before))), { push: true });
  useKeys({
    ...rowKeys('.entry-open'),
    '/': () => input.current?.focus(),
    y: copyLink,
    Escape: () => (view.entry === null ? setFilter(NO_FILTER) : open(null)),
  });

  const { data, error, loadedAt, loading, refresh } = ledger;
  const rows = entries.data?.entries ?? [];
  const detail = view.entry !== null && (
    <EntryDetail key={view.entry} ledger={name} index={view.entry} zone={zone} onOpen={open} />
  );
  const isListed = rows.some(({ index }) => index === view.entry);
  const body = (): ReactNode => {
    if (data === null) return error && <Failed error={error} onRetry={refresh} />;
    return (
      <div className="subject ledger">
        <div className="subject-split">
          <div className="subject-main">
            <Tampered verified={data.ledger.verified} />
            <Alarms ledger={name} />
            <OpenIntents open={data.open} total={data.ledger.open} zone={zone} onOpen={open} />
            {detail && !isListed && (
              <section className="entry-alone" aria-label={`Entry ${view.entry ?? ''}`}>
                {detail}
              </section>
            )}
            {hasNone ? (
              <EmptyState title="No checkpoint">
                <p>
                  A ledger has its first one a second after its first entry. If it had one before, somebody took it away.
                </p>
              </EmptyState>
            ) : (
              <>
                <Filters ledger={data.ledger} filter={view.filter} input={input} onFilter={setFilter} />
                <Entries
                  entries={entries}
                  open={data.open}
                  view={view}
                  zone={zone}
                  detail={detail || null}
                  onOpen={open}
                  onBefore={goBefore}
                  onClear={() => setFilter(NO_FILTER)}
                />
              </>
            )}
          </div>
          <About ledger={data.ledger} witnessed={witnessed.data} zone={zone} onOpen={open} />
        </div>
      </div>
    );
  };
  return (
    <>
      <Progress active={(loading && data === null) || (!hasNone && entries.loading && entries.data === null)} />
      <TopBar
        title={name}
        parent={{ href: withZone('/ledger', zone), title: 'Ledger' }}
        aside={
          data && (
            <span className="ledger-top-verdict">
              <VerdictLabel verified={data.ledger.verified} />
            </span>
          )
        }
      >
        <ZoneSwitch zone={zone} onZone={setZone} />
        <CopyLink />
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {body()}
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}
