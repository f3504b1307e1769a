/** The list of incidents: its columns, and a row for each. */
import type { Zone } from '../time';
import { RowList, type Columns } from '../ui/list/RowList';
import { IncidentRow } from './IncidentRow';
import type { Incident } from './shapes';
import './list.css';

const COLUMNS: Columns = [
  ['inc-severity', 'Severity'],
  ['inc-what', 'What fired'],
  ['inc-agent', 'Agent'],
  ['num inc-value', 'Value'],
  ['inc-limit', 'Limit'],
  ['num inc-lasted', 'Open for, since'],
  ['inc-told', 'Told'],
  ['inc-standing', 'Standing'],
];

type Props = Omit<Parameters<typeof RowList<Incident>>[0], 'label' | 'className' | 'columns' | 'row'> & {
  now: number;
  zone: Zone;
};

export function IncidentList({ now, zone, ...list }: Props) {
  return (
    <RowList
      {...list}
      label="Incidents"
      className="inc-list"
      columns={COLUMNS}
      row={(incident, place) => <IncidentRow key={incident.id} incident={incident} now={now} zone={zone} {...place} />}
    />
  );
}
