/** What happened to the incident, at which moment, and who did what. */
import { postNote } from '../incidents/api';
import { momentSeconds, msOf, zoneName, type Zone } from '../time';
import { ActivityList, RemarkForm, type Deed } from '../ui/Activity';
import { Moment } from '../ui/Moment';
import type { Activity } from './shapes';
import { deedWords } from './words';
import './timeline.css';

interface Props {
  incident: number;
  activity: readonly Activity[];
  now: number;
  zone: Zone;
  onSaid: () => void;
}

export function Timeline({ incident, activity, now, zone, onSaid }: Props) {
  const deeds = activity.toReversed().map((deed): Deed => {
    const when = (
      <Moment ns={deed.at_ns} zone={zone} className="mut">
        {momentSeconds(msOf(deed.at_ns), now, zone)}
      </Moment>
    );
    return { id: deed.id, kind: deed.kind, ...deedWords(deed), when };
  });
  return (
    <section aria-label="Timeline">
      <h3>
        Timeline <span className="mut">{zoneName(zone)}</span>
      </h3>
      <RemarkForm
        label="Note"
        placeholder="What is known, or was done"
        button="Add note"
        done="Note added"
        say={(text) => postNote(incident, text)}
        onSaid={onSaid}
      />
      <ActivityList deeds={deeds} joined />
    </section>
  );
}
