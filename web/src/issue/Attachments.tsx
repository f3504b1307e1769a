/** Files that came with the event: to be saved, never shown. */
import { count } from '../format';
import { LinkList } from '../ui/LinkList';
import { attachmentHref } from './api';
import type { IssueEvent } from './shapes';

export function Attachments({ issue, event }: { issue: number; event: IssueEvent }) {
  if (event.attachments.length === 0) return null;
  return (
    <section>
      <h3>Attachments</h3>
      <LinkList>
        {event.attachments.map(({ name, content_type, bytes }) => (
          <li key={name}>
            <a href={attachmentHref(issue, event.event_id, name)} download>
              <span className="link-title">{name}</span>
              <span className="mut">{content_type}</span>
              <span className="num mut">{size(bytes)}</span>
            </a>
          </li>
        ))}
      </LinkList>
    </section>
  );
}

const size = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${count(Math.ceil(bytes / 1024))} KiB`);
