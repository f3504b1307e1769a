/** What the chart says in words: its legend, a sentence each for its two parts, and all of it as a table. */
import { usd } from '../format';
import { useLanes } from '../lanes';
import { full, msOf, type Zone } from '../time';
import type { Performance } from './api';
import type { Line } from './course';
import { groupName } from './groups';

/** Names the lines that have a colour of their own; in any other grouping a line says its name when pointed at. */
export function Legend({ lines, by, more }: { lines: readonly Line[]; by: string; more: boolean }) {
  const laneOf = useLanes();
  const laneClass = (agent: string | null): string => (agent === null ? 'lane-none' : laneOf(agent).className);
  return (
    <ul className="equity-legend" aria-label="Lines">
      <li>
        <i className="e-key-total" aria-hidden="true" />
        All
      </li>
      {by === 'agent' ? (
        lines.map((line) => (
          <li key={line.id}>
            <span className={`lane ${laneClass(line.key)}`} aria-hidden="true" />
            <span className="agent-name">{groupName(by, line.key)}</span>
          </li>
        ))
      ) : (
        <li>
          <i className="e-key-group" aria-hidden="true" />
          each of the {more ? `${lines.length} largest` : lines.length}
        </li>
      )}
    </ul>
  );
}

export function sentence(answer: Performance | null): string {
  if (!answer) return 'Net result over time, loading';
  return `Net result over time, ending at ${usd(answer.total.net_usd, { sign: true })}`;
}

export function fallSentence(answer: Performance | null, zone: Zone): string {
  const drawdown = answer?.total.drawdown;
  if (!drawdown || Number(drawdown.usd) === 0) return 'Drawdown: none';
  const [from, to] = [drawdown.from_ns, drawdown.to_ns].map((ns) => full(msOf(ns), zone));
  return `Deepest drawdown ${usd(drawdown.usd)}, from ${from} to ${to}`;
}

export function CourseTable({ answer, zone }: { answer: Performance; zone: Zone }) {
  // A table grows with its content whatever width it is given, and would widen the page.
  return (
    <div className="sr">
      <table>
        <caption>Net result over time</caption>
        <thead>
          <tr>
            <th>Time</th>
            <th>Net result</th>
            <th>Drawdown</th>
          </tr>
        </thead>
        <tbody>
          {answer.steps.map((step, i) => (
            <tr key={step}>
              <td>{full(msOf(step), zone)}</td>
              <td>{usd(answer.total.equity_usd[i], { sign: true })}</td>
              <td>{usd(answer.total.drawdown_usd[i])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
