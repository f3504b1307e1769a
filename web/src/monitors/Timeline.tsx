/** The check-ins of a range as a strip: a mark a step, tall and shaped where something was wrong. */
import { momentOf, msOf, type Zone } from '../time';
import type { Bucket } from './api';
import { countWords, sum, worst } from './words';
import './timeline.css';

interface Props {
  timeline: readonly Bucket[];
  zone: Zone;
  now: number;
}

export function Timeline({ timeline, zone, now }: Props) {
  const said = countWords(sum(timeline));
  return (
    <span className="strip-marks" role="img" aria-label={said ? `Check-ins: ${said}` : 'No check-ins in this time range'}>
      {timeline.map((bucket) => {
        const status = worst(bucket);
        return (
          <span
            key={bucket.t_ns}
            title={status ? `${momentOf(msOf(bucket.t_ns), now, zone)}: ${countWords(bucket)}` : undefined}
          >
            {status && <i className={`mark k-${status}`} />}
          </span>
        );
      })}
    </span>
  );
}
