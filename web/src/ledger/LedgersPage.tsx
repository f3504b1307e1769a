/** `/ledger`: is each agent's record whole, up to where has somebody else seen it, and what is open in it? */
import type { ReactNode } from 'react';
import { useQuery, type Query } from '../api/useQuery';
import { count, plural } from '../format';
import { useKeys } from '../keyboard';
import { Link } from '../router';
import { TopBar } from '../shell/TopBar';
import { CopyLink, copyLink } from '../ui/CopyLink';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { Ago } from '../ui/Moment';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { rowKeys } from '../ui/rowKeys';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { useZone } from '../ui/useZone';
import { fetchLedgers, fetchWitnessed } from './api';
import { FirstLedger } from './FirstLedger';
import { VerdictLabel } from './glyphs';
import type { Ledger, Witnessed } from './shapes';
import { ledgerHref } from './view';
import { inTroubleFirst, missingOf, sizeWords } from './words';
import './ledgers.css';

const EVERY_MS = 5_000;
const KEYS: KeyHelp = [
  ['j k', 'Move'],
  ['Enter', 'Open'],
  ['y', 'Copy link'],
];

export default function LedgersPage() {
  const [zone] = useZone();
  const [help, setHelp] = useHelp();
  const ledgers = useQuery('ledgers', fetchLedgers);
  const witnessed = useQuery('witnessed', fetchWitnessed);
  useEvery(() => {
    ledgers.refresh();
    if (witnessed.data !== null) witnessed.refresh();
  }, EVERY_MS);
  useKeys({ ...rowKeys('.ledger-row h2 a'), y: copyLink });
  const { data, error, loadedAt, loading, refresh } = ledgers;
  const body = (): ReactNode => {
    if (error && data === null) return <Failed error={error} onRetry={refresh} />;
    if (data?.ledgers.length === 0) return <FirstLedger folders={data.folders} />;
    return <LedgerTable ledgers={inTroubleFirst(data?.ledgers ?? [])} witnessed={witnessed} zone={zone} />;
  };
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar
        title="Ledger"
        aside={data && data.ledgers.length > 0 && <span className="mut">{count(data.ledgers.length)}</span>}
      >
        <CopyLink />
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="ledgers">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

interface TableProps {
  ledgers: readonly Ledger[];
  witnessed: Query<Map<string, Witnessed> | null>;
  zone: 'utc' | 'local';
}

function LedgerTable({ ledgers, witnessed, zone }: TableProps) {
  const now = useNow(1_000);
  return (
    <table className="ledger-list">
      <thead>
        <tr>
          <th>Ledger</th>
          <th>Verified</th>
          <th className="num">Entries</th>
          <th>Last entry</th>
          <th>Open</th>
          <th>Seen by the hub as a witness</th>
        </tr>
      </thead>
      <tbody>
        {ledgers.map((ledger) => (
          <tr key={ledger.ledger} className="ledger-row">
            <td className="c-name">
              <h2>
                <Link href={ledgerHref(ledger.ledger, zone)}>{ledger.ledger}</Link>
              </h2>
              {ledger.agent !== null && ledger.agent !== ledger.ledger && <small>of {ledger.agent}</small>}
            </td>
            <td className="c-verified">
              <VerdictLabel verified={ledger.verified} />
              {ledger.verified && (
                <small>
                  <Ago ns={ledger.verified.at_ns} zone={zone} now={now} />
                </small>
              )}
            </td>
            <td className="num c-size" title={ledger.problem ?? undefined}>
              {ledger.size === null ? <span className="mut">{sizeWords(ledger)}</span> : count(ledger.size)}
            </td>
            <td className="c-last">{ledger.last_ns && <Ago ns={ledger.last_ns} zone={zone} now={now} />}</td>
            <td className="c-open">{ledger.open > 0 && <span className="o-flight">{count(ledger.open)} open</span>}</td>
            <td className="c-witness">
              <Seen ledger={ledger} witnessed={witnessed.data?.get(ledger.origin ?? '')} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Up to where, and whether anything did not fit. */
function Seen({ ledger, witnessed }: { ledger: Ledger; witnessed: Witnessed | undefined }) {
  if (!witnessed?.newest) return <span className="mut">not seen</span>;
  const { newest, alarms } = witnessed;
  const all = ledger.size !== null && newest.size >= ledger.size;
  const isShort = missingOf(ledger.verified) > 0;
  return (
    <>
      {alarms > 0 && <b className="ledger-alarm">{plural(alarms, 'alarm')}</b>}
      <span>{isShort ? count(newest.size) : all ? 'all' : `the first ${count(newest.size)}`}</span>
    </>
  );
}
