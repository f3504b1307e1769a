/** `/hub`: does the hub keep up, and whom did it turn away? */
import { useQuery } from '../api/useQuery';
import { count } from '../format';
import { useKeys } from '../keyboard';
import { TopBar } from '../shell/TopBar';
import { ago, full, msOf } from '../time';
import { copyLink } from '../ui/CopyLink';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { fetchPressure, type Pressure, type Refused } from './api';
import { agentWords, codeFor, fateWords, kindWords, waitingWords, WHY } from './words';
import './hub.css';

const EVERY_MS = 5_000;
const KEYS: KeyHelp = [['y', 'Copy link']];

export default function HubPage() {
  const { data, error, loadedAt, loading, refresh } = useQuery('pressure', fetchPressure);
  useEvery(refresh, EVERY_MS);
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  useKeys({ y: copyLink });
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title="Hub" />
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="hub-page">
        {error && data === null && <Failed error={error} onRetry={refresh} />}
        {data && <Load pressure={data} now={now} />}
        {data && (data.refusals.length > 0 ? <Refusals refusals={data.refusals} now={now} /> : <Nobody />)}
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function Load({ pressure, now }: { pressure: Pressure; now: number }) {
  return (
    <p className="hub-load">
      {waitingWords(pressure)}{' '}
      {pressure.commit_ms !== null && `A commit takes ${count(Math.round(pressure.commit_ms))} ms on average. `}
      <span className="mut">Counted since the hub started, {ago(msOf(pressure.since_ns), now)}.</span>
    </p>
  );
}

function Nobody() {
  return (
    <EmptyState title="Nothing was refused">
      <p>Everything that was sent since the hub started is stored. Who sends too much, or what cannot be read, is named here.</p>
    </EmptyState>
  );
}

function Refusals({ refusals, now }: { refusals: Refused[]; now: number }) {
  return (
    <table>
      <caption className="sr">Refused requests, by agent</caption>
      <thead>
        <tr>
          <th>Agent</th>
          <th>Sent</th>
          <th className="num">Refused</th>
          <th>Last</th>
          <th>Why, and what to do</th>
        </tr>
      </thead>
      <tbody>
        {refusals.map((row) => (
          <RefusedRow key={`${row.agent}\n${row.kind}\n${row.reason}`} row={row} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function RefusedRow({ row, now }: { row: Refused; now: number }) {
  const why = WHY[row.reason];
  const code = codeFor(row);
  const last = msOf(row.last_ns);
  const isNamed = row.agent !== '' && row.agent !== 'others';
  return (
    <tr>
      <td className={isNamed ? 'h-agent' : 'h-agent mut'} title={row.agent}>
        {agentWords(row.agent)}
      </td>
      <td className="h-kind">{kindWords(row.kind)}</td>
      <td className="num h-count">
        {count(row.requests)}
        <span className="only-s">{row.requests === 1 ? 'request' : 'requests'}</span>
      </td>
      <td className="h-last">
        <time dateTime={new Date(last).toISOString()} title={full(last, 'utc')}>
          {ago(last, now)}
        </time>
      </td>
      <td className="h-why">
        <b>{why.what}</b>, <span className={row.comes_again ? undefined : 'bad'}>{fateWords(row)}</span>. {why.then} {code && <code>{code}</code>}
      </td>
    </tr>
  );
}
