/** Above a span's attributes: the issues that happened in it. */
import { LevelGlyph } from '../issues/Level';
import { stateWord } from '../issues/words';
import { plural } from '../format';
import { Link } from '../router';
import { issueHref } from '../issue/view';
import type { Mark } from './issues';

export function IssueNotes({ marks, row }: { marks: readonly Mark[]; row: number }) {
  return marks
    .filter((mark) => mark.row === row)
    .map(({ issue, eventId }) => (
      <Link key={issue.id} className="note issue-note" href={issueHref(issue.id, eventId)}>
        <LevelGlyph level={issue.level} />
        <div>
          <b>{issue.title}</b>
          <p>
            Issue {issue.id}, {stateWord(issue).toLowerCase()}, {plural(issue.events, 'event')}
          </p>
        </div>
      </Link>
    ));
}
