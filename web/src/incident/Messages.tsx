/** Messages to receivers, the newest first: what became of each, what it says, and why it did not get there. */
import { plural } from '../format';
import { Link } from '../router';
import { ago, full, msOf } from '../time';
import { incidentHref } from '../incidents/view';
import type { Message } from './shapes';
import { aboutWords, actionWords, statusWord } from './words';
import './messages.css';

interface Props {
  messages: readonly Message[];
  now: number;
  /** Sends one that was given up once more; not offered where it is absent. */
  onResend?: (message: Message) => void;
  /** The incident on whose page they stand. */
  of?: number;
}

export function Messages({ messages, now, onResend, of }: Props) {
  return (
    <ul className="messages">
      {messages.map((message) => (
        <li key={message.id} className={`msg-${message.status}`}>
          <b>{statusWord(message.status)}</b>
          <span className="msg-to">{message.receiver}</span>
          <span className="msg-what">
            <span>
              {message.is_test ? 'A test' : capital(actionWords(message.action))}
              {of === undefined && <About message={message} />}
            </span>
            {message.problem !== null && message.status !== 'sent' && <small>{message.problem}</small>}
          </span>
          <When message={message} now={now} />
          {onResend && message.status === 'dead' && !message.is_test && (
            <button type="button" className="btn" onClick={() => onResend(message)}>
              Send again<span className="sr"> to {message.receiver}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** One incident by its link, several by how many they are. */
function About({ message }: { message: Message }) {
  const ids = [...message.firing, ...message.resolved];
  if (message.is_test) return null;
  if (ids.length === 1) {
    return (
      <>
        , <Link href={incidentHref(ids[0])}>incident {ids[0]}</Link>
      </>
    );
  }
  return <span className="mut">, {aboutWords(message)}</span>;
}

function When({ message, now }: { message: Message; now: number }) {
  const { done_ns, next_ns, created_ns, attempts } = message;
  const ms = msOf(done_ns ?? created_ns);
  const next = next_ns === null ? '' : `, next try ${msOf(next_ns) > now ? `in ${plural(Math.ceil((msOf(next_ns) - now) / 1000), 'second')}` : 'now'}`;
  return (
    <time className="mut" dateTime={new Date(ms).toISOString()} title={full(ms, 'utc')}>
      {ago(ms, now)}
      {attempts > 1 && `, ${plural(attempts, 'attempt')}`}
      {next}
    </time>
  );
}

const capital = (words: string): string => words[0].toUpperCase() + words.slice(1);
