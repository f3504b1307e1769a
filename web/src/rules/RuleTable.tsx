/** Every rule in force: how it stands, what would make it fire, how often it did this week, and who would be told. */
import { Fragment, useEffect, useRef } from 'react';
import { SeverityLabel } from '../incidents/Severity';
import { incidentsHref } from '../incidents/view';
import { Link } from '../router';
import type { Zone } from '../time';
import { Spark } from '../ui/Spark';
import { withZone } from '../zone';
import type { Rule } from './api';
import { Last } from './Last';
import { StateLabel } from './StateLabel';
import { TrialRow, TryLink } from './Trial';
import { firedWords, recipientWords } from './words';

const BLANKS = [0, 1, 2, 3, 4, 5];
const COLUMNS = 8;

interface Props {
  rules: readonly Rule[] | null;
  /** The rule that somebody was led to. */
  chosen: string | null;
  now: number;
  zone: Zone;
}

export function RuleTable({ rules, chosen, now, zone }: Props) {
  return (
    <table className="rules-table">
      <caption className="sr">Alert rules</caption>
      <thead>
        <tr>
          <th>State</th>
          <th>Severity</th>
          <th>Rule</th>
          <th>Fires when</th>
          <th>7 days</th>
          <th className="num">Last fired</th>
          <th>Tells</th>
          <th>
            <span className="sr">Try it</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rules === null
          ? BLANKS.map((each) => (
              <tr key={each} aria-hidden="true">
                <td colSpan={COLUMNS} />
              </tr>
            ))
          : rules.map((rule) => (
              <Fragment key={rule.name}>
                <RuleRow rule={rule} chosen={rule.name === chosen} now={now} zone={zone} />
                {rule.name === chosen && <TrialRow rule={rule} columns={COLUMNS} now={now} zone={zone} />}
              </Fragment>
            ))}
      </tbody>
    </table>
  );
}

function RuleRow({ rule, chosen, now, zone }: { rule: Rule; chosen: boolean; now: number; zone: Zone }) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const fired = rule.fired_by_day.some((each) => each > 0) || rule.last_fired_ns !== null;
  const told = recipientWords(rule.told);
  return (
    <tr ref={row} className={rule.enabled ? undefined : 'off'} aria-current={chosen ? 'true' : undefined}>
      <td className="r-state">
        {rule.open_incidents > 0 ? (
          <Link href={withZone(incidentsHref({ rule: rule.name }), zone)} title="Its open incidents">
            <StateLabel rule={rule} />
          </Link>
        ) : (
          <StateLabel rule={rule} />
        )}
      </td>
      <td className="r-severity">
        <SeverityLabel severity={rule.severity} />
      </td>
      <td className="r-name">
        {fired ? (
          <Link href={withZone(incidentsHref({ rule: rule.name }, 'all'), zone)} title="All its incidents">
            {rule.name}
          </Link>
        ) : (
          <span>{rule.name}</span>
        )}
      </td>
      <td className="r-words" title={rule.summary ? `${rule.words}\n${rule.summary}` : rule.words}>
        <div>{rule.words}</div>
        {rule.summary && <small>{rule.summary}</small>}
      </td>
      <td className="r-days">
        <Spark counts={rule.fired_by_day} words={firedWords(rule.fired_by_day)} barPx={7} gapPx={2} leastPx={2} />
      </td>
      <td className="num r-last">
        <Last ns={rule.last_fired_ns} now={now} zone={zone} />
      </td>
      <td className="r-told" title={told}>
        {told}
      </td>
      <td className="r-try">
        <TryLink rule={rule.name} chosen={chosen} zone={zone} />
      </td>
    </tr>
  );
}
