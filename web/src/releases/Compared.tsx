/** The tables of a comparison: figures of the whole, and the p95 of every operation. */
import { count, duration, plural, usd } from '../format';
import type { Comparison, Measure, Operation, Verdict } from './types';
import { change, MEASURE_WORDS, sampleWords, slower, VERDICT_WORDS } from './compare';
import { partWords } from './figures';
import { P95 } from './Operations';
import { VersionName } from './VersionName';

export function Measures({ answer }: { answer: Comparison }) {
  const { a, b } = answer;
  return (
    <section aria-label="Figures">
      <table className="cmp-table">
        <thead>
          <tr>
            <th>Figure</th>
            <th className="num">
              <VersionName version={a.version} />
            </th>
            <th className="num">
              <VersionName version={b.version} />
            </th>
            <th className="num">Change</th>
            <th>Verdict</th>
          </tr>
        </thead>
        <tbody>
          {answer.measures.map((measure) => (
            <tr key={measure.name}>
              <th scope="row">{MEASURE_WORDS[measure.name].title}</th>
              <Value measure={measure} side="a" />
              <Value measure={measure} side="b" />
              <td className="num">{change(measure)}</td>
              <td>
                <VerdictLabel verdict={measure.verdict} />
              </td>
            </tr>
          ))}
          <Plain title="New issues" values={[count(a.new_issues), count(b.new_issues)]} />
          <Plain title="Net P&L" values={[money(a.money.net_usd), money(b.money.net_usd)]} />
          <Plain title="Sessions" values={[count(a.health.sessions), count(b.health.sessions)]} notes={[partWords(a.health), partWords(b.health)]} />
        </tbody>
      </table>
    </section>
  );
}

function Value({ measure, side }: { measure: Measure; side: 'a' | 'b' }) {
  const value = measure[side];
  return (
    <td className="num">
      {value === null ? <span className="mut">unknown</span> : MEASURE_WORDS[measure.name].show(value)}
      <small>{sampleWords(measure.name, measure[`${side}_sample`])}</small>
    </td>
  );
}

/** Figures that stand for themselves: nothing is said about how they differ. */
function Plain({ title, values, notes = [] }: { title: string; values: readonly string[]; notes?: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {values.map((value, i) => (
        <td key={i} className="num">
          {value}
          {notes[i] && <small>{notes[i]}</small>}
        </td>
      ))}
      <td />
      <td />
    </tr>
  );
}

export function ComparedOperations({ answer }: { answer: Comparison }) {
  const { operations, a: before, b: after } = answer;
  if (operations.length === 0) return null;
  return (
    <section aria-label="Operations">
      <header>
        <h2>Operations, p95</h2>
      </header>
      <table className="cmp-table">
        <thead>
          <tr>
            <th>Name</th>
            <th className="num">
              <VersionName version={before.version} />
            </th>
            <th className="num">
              <VersionName version={after.version} />
            </th>
            <th className="num">Change</th>
            <th>Verdict</th>
          </tr>
        </thead>
        <tbody>
          {operations.map(({ name, a, b, verdict }) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <Took operation={a} />
              <Took operation={b} />
              <td className="num" title={a && b ? `${duration(a.p95_ns)} to ${duration(b.p95_ns)}` : undefined}>
                {a && b && slower(a.p95_ns, b.p95_ns)}
              </td>
              <td>
                <VerdictLabel verdict={verdict} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Took({ operation }: { operation: Operation | null }) {
  if (!operation) return <td className="num" />;
  return (
    <td className="num">
      <P95 operation={operation} />
      <small>of {plural(operation.count, 'span')}</small>
    </td>
  );
}

const GLYPHS: Record<Verdict, string> = {
  better: 'M2 6.5l2.8 2.8L10.2 3.2',
  worse: 'M6 1.5L11 10.5H1zM6 5v2.4M6 9v.05',
  alike: 'M2 4.5h8M2 7.5h8',
  too_few: 'M6 6h.05',
};

function VerdictLabel({ verdict }: { verdict: Verdict }) {
  return (
    <span className={`verdict v-${verdict}`}>
      <svg className="glyph" viewBox="0 0 12 12" aria-hidden="true">
        <path d={GLYPHS[verdict]} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      {VERDICT_WORDS[verdict]}
    </span>
  );
}

const money = (text: string): string => usd(text, { sign: true });
