/** What comparing the log with the venue's own history gave: each report that somebody saved, the newest open. */
import { useQuery } from '../api/useQuery';
import { count, plural } from '../format';
import type { Zone } from '../time';
import { Ago } from '../ui/Moment';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { fetchReports } from './api';
import { VerdictGlyph } from './glyphs';
import type { Finding, Report } from './shapes';
import { countWords, differenceWords, findingWord } from './words';
import './reports.css';

const EVERY_MS = 30_000;
const MOST = 20;

interface Props {
  ledger: string;
  /** Whose it is: a finding may be about another agent of the same account. */
  agent: string | null;
  zone: Zone;
  onOpen: (index: number) => void;
}

export function Reports({ ledger, agent, zone, onOpen }: Props) {
  const now = useNow(5_000);
  const { data, error, refresh } = useQuery(`reports ${ledger}`, (signal) => fetchReports(ledger, signal));
  useEvery(refresh, EVERY_MS);
  return (
    <section aria-label="Reconcile reports">
      <h3>Beside the venue</h3>
      {error && <p className="entry-problem">{error.message}</p>}
      {data?.length === 0 && (
        <p>
          Never compared here. What an agent did and did not write down, only the venue&rsquo;s own history shows:{' '}
          <span className="mono">fleaglass ledger reconcile DIR --venue live --save</span>
        </p>
      )}
      {data?.map((report, place) => (
        <details key={report.name} className="report" open={place === 0}>
          <summary>
            <VerdictGlyph look={report.problem !== null ? 'unsure' : report.clean ? 'whole' : 'bad'} />
            <span>
              {report.problem !== null ? `${report.name}: ${report.problem}` : headOf(report)}
              {report.at_ns && (
                <span className="mut">
                  , <Ago ns={report.at_ns} zone={zone} now={now} />
                </span>
              )}
            </span>
          </summary>
          {report.problem === null && <Said report={report} agent={agent} onOpen={onOpen} />}
        </details>
      ))}
    </section>
  );
}

const headOf = ({ clean, venue }: Report): string =>
  `${clean ? 'Both can be right' : 'They contradict each other'}, against ${venue}`;

function Said({ report, agent, onOpen }: Pick<Props, 'agent' | 'onOpen'> & { report: Report }) {
  const more = report.left_out + Math.max(0, report.findings.length - MOST);
  return (
    <>
      <p>{countWords(report)}</p>
      {report.troubles.map((trouble) => (
        <p key={trouble} className="entry-problem">
          {trouble}
        </p>
      ))}
      <ul>
        {report.findings.slice(0, MOST).map((finding, place) => (
          <li key={place}>
            <One finding={finding} agent={agent} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mut">and {plural(more, 'finding')} more</p>}
    </>
  );
}

function One({ finding, agent, onOpen }: Pick<Props, 'agent' | 'onOpen'> & { finding: Finding }) {
  const { verdict, what, ids, entries, why, differences } = finding;
  return (
    <>
      <b>{what}</b>, {findingWord(verdict)}
      {finding.agent !== '' && finding.agent !== agent && `, of ${finding.agent}`}
      {entries.length > 0 && finding.agent === agent && (
        <>
          , entry{' '}
          <button type="button" className="entry-link" onClick={() => onOpen(entries[0])}>
            {count(entries[0])}
          </button>
        </>
      )}
      {ids.length > 0 && <small className="mono">{ids.join(' ')}</small>}
      {differences.map((each) => (
        <small key={each.field}>{differenceWords(each)}</small>
      ))}
      {why && <small>{why}</small>}
    </>
  );
}
