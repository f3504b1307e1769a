/** Who and what sent the event: user, release, environment, client. */
import type { ReactNode } from 'react';
import { AgentName } from '../ui/Lane';
import type { Issue, IssueEvent } from './shapes';
import { plain } from './trail';

export function EventFacts({ issue, event }: { issue: Issue; event: IssueEvent }) {
  const user = Object.entries(event.user_detail ?? {}).map(([key, value]) => `${key} ${plain(value)}`);
  const facts: [string, ReactNode][] = [
    ['Agent', event.agent && <AgentName agent={event.agent} />],
    ['User', user.length > 0 ? user.join('\n') : event.user],
    ['Release', [event.release, event.dist && `dist ${event.dist}`].filter(Boolean).join(', ')],
    ['Environment', event.environment],
    ['Transaction', event.transaction],
    ['Logger', event.logger],
    ['Server', event.server_name],
    ['Client', [event.sdk, event.platform].filter(Boolean).join(', ')],
    ['Fingerprint', event.fingerprint.join(', ')],
    ['Issue', `${issue.id}, project ${issue.project}`],
  ];
  return (
    <section>
      <h3>This event</h3>
      <dl className="pairs">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}
