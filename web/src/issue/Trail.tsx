/** What led to the error, step by step: its time before the error, what kind, what happened. */
import { useState } from 'react';
import { plural } from '../format';
import type { IssueEvent } from './shapes';
import { trailOf, type Step } from './trail';
import './trail.css';

/** The steps nearest to the error tell most. */
const SHOWN = 16;

export function Trail({ event }: { event: IssueEvent }) {
  const [all, setAll] = useState(false);
  const steps = trailOf(event);
  if (steps.length === 1) return null;
  const hidden = all ? 0 : Math.max(0, steps.length - SHOWN);
  return (
    <section>
      <h3>
        Trail <span className="mut">{plural(steps.length - 1, 'step')} before the error</span>
      </h3>
      {hidden > 0 && (
        <button type="button" className="btn trail-more" onClick={() => setAll(true)}>
          Show {plural(hidden, 'earlier step')}
        </button>
      )}
      <ol className="trail">
        {steps.slice(hidden).map((step, index) => (
          <TrailStep key={index} step={step} />
        ))}
      </ol>
    </section>
  );
}

const LOUD: Record<string, string> = { fatal: 'bad', error: 'bad', warning: 'odd' };

function TrailStep({ step }: { step: Step }) {
  const { before, category, level, message, data, error } = step;
  return (
    <li className={[error && 'the-error', LOUD[level]].filter(Boolean).join(' ') || undefined}>
      <span className="trail-time num">{before}</span>
      <i className="trail-dot" aria-hidden="true" />
      <span className="trail-category mono">{category}</span>
      <div>
        {level in LOUD && !error && <span className="sr">{level}: </span>}
        <p>{message}</p>
        {data.length > 0 && (
          <p className="trail-data mono">
            {data.map(([key, value]) => (
              <span key={key}>
                <i>{key}</i> {value}
              </span>
            ))}
          </p>
        )}
      </div>
    </li>
  );
}
