/** The list of issues: its columns, and a row for each. */
import { RowList, type Columns } from '../ui/list/RowList';
import { IssueRow } from './IssueRow';
import type { IssueRow as Issue } from './shapes';
import './list.css';

const COLUMNS: Columns = [
  ['i-level', 'Level'],
  ['i-what', 'Issue'],
  ['i-state', 'State'],
  ['i-agents', 'Agents'],
  ['i-course', '24 h'],
  ['num i-events', 'Events'],
  ['num i-users', 'Users'],
  ['num i-last', 'Last'],
  ['num i-first', 'First'],
  ['i-who', 'Assignee'],
];

type Props = Omit<Parameters<typeof RowList<Issue>>[0], 'label' | 'className' | 'columns' | 'row'> & { now: number };

export function IssueList({ now, ...list }: Props) {
  return (
    <RowList
      {...list}
      label="Issues"
      className="issues"
      columns={COLUMNS}
      row={(issue, place) => <IssueRow key={issue.id} issue={issue} now={now} {...place} />}
    />
  );
}
