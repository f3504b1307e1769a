/** What happened to the issue, how long ago, and who said what. */
import { ActivityList, RemarkForm, type Deed } from '../ui/Activity';
import { Ago } from '../ui/Moment';
import { useNow } from '../ui/useNow';
import { postComment } from './api';
import type { Issue } from './shapes';
import { deedWords } from './standing';

export function Activity({ issue, onSaid }: { issue: Issue; onSaid: () => void }) {
  const now = useNow(5_000);
  const deeds = issue.activity.map((deed): Deed => {
    const when = <Ago ns={deed.at_ns} now={now} zone="utc" className="mut" />;
    return { id: deed.id, kind: deed.kind, words: deedWords(deed), text: deed.text, when };
  });
  return (
    <section>
      <h3>Activity</h3>
      <RemarkForm
        label="Comment"
        placeholder="What is known about it"
        button="Comment"
        done="Comment added"
        say={(text) => postComment(issue.id, text)}
        onSaid={onSaid}
      />
      <ActivityList deeds={deeds} />
    </section>
  );
}
