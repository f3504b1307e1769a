/** When something was last, by its age; or never. */
import type { Zone } from '../time';
import { Ago } from '../ui/Moment';

export function Last({ ns, now, zone }: { ns: string | null; now: number; zone: Zone }) {
  return ns === null ? <span className="mut">never</span> : <Ago ns={ns} now={now} zone={zone} />;
}
