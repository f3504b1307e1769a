/** How long the operations of a release took, the busiest first, each with how many there were. */
import { count, duration } from '../format';
import { limitFor } from '../limits';
import type { Operation } from './types';

export function Operations({ operations }: { operations: readonly Operation[] }) {
  return (
    <section className="rel-operations" aria-label="Operations">
      <header>
        <h2>Operations</h2>
      </header>
      {operations.length === 0 ? (
        <p className="mut">No span of this release in this time range.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th className="num">Spans</th>
              <th className="num">Errors</th>
              <th className="num">p50</th>
              <th className="num">p95</th>
            </tr>
          </thead>
          <tbody>
            {operations.map((operation) => (
              <tr key={operation.name}>
                <td className="mono" title={operation.name}>
                  {operation.name}
                </td>
                <td className="num">{count(operation.count)}</td>
                <td className="num">
                  <span className={operation.errors > 0 ? 'bad' : 'mut'}>{count(operation.errors)}</span>
                </td>
                <td className="num">{duration(operation.p50_ns)}</td>
                <td className="num">
                  <P95 operation={operation} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Amber beyond the limit of its name, as in the waterfall. */
export function P95({ operation }: { operation: Operation }) {
  const limit = limitFor(operation.name);
  const slow = limit !== null && operation.p95_ns > limit;
  return (
    <span className={slow ? 'slow' : undefined} title={slow ? `Slow: over ${duration(limit)}` : undefined}>
      {duration(operation.p95_ns)}
    </span>
  );
}
