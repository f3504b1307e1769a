/** The answer on top of the page, and what stands against a yes: the most money at risk first. */
import { signum, usd } from '../format';
import { OutcomeGlyph } from '../outcome';
import { Link } from '../router';
import type { Reason, Safety } from './api';
import { AnswerGlyph, SeverityGlyph } from './glyphs';
import { reasonHref } from './words';
import './verdict.css';

export function Verdict({ verdict, now }: { verdict: Safety['verdict'] | null; now: number }) {
  const reasons = verdict?.reasons ?? [];
  return (
    <section className="verdict" aria-label="Verdict">
      <p className="verdict-says">
        {verdict && <AnswerGlyph answer={verdict.answer} />}
        <strong>{verdict?.says ?? '\u00a0'}</strong>
      </p>
      {reasons.length > 0 && (
        <ol className="reasons" aria-label="Reasons">
          {reasons.map((reason) => (
            <li key={`${reason.kind} ${reason.agent} ${reason.since_ns}`}>
              <ReasonGlyph reason={reason} />
              <Link href={reasonHref(reason, now)}>{reason.says}</Link>
              <span className="num" title={reason.at_risk_usd}>
                {signum(reason.at_risk_usd) > 0 && `${usd(reason.at_risk_usd)} at risk`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Violet for money in flight, as everywhere. */
function ReasonGlyph({ reason: { kind, severity } }: { reason: Reason }) {
  if (kind === 'unknown') return <OutcomeGlyph outcome="unknown" />;
  if (kind === 'slow') return <OutcomeGlyph outcome="flight" />;
  return <SeverityGlyph severity={severity} />;
}
