/** Messages to receivers, the newest first: what became of each, what it says, and why it did not get there. */
import { plural } from '../format';
import { incidentHref } from '../incidents/view';
import { Link } from '../router';
import { ago, msOf, type Zone } from '../time';
import { Moment } from '../ui/Moment';
import { withZone } from '../zone';
import type { Message } from './shapes';
import { aboutWords, actionWords, statusWord } from './words';
import './messages.css';

interface Props {
  messages: readonly Message[];
  now: number;
  zone: Zone;
  /** Sends one that was given up once more; not offered where it is absent. */
  onResend?: (message: Message) => void;
  /** Which incidents each is about; not said on the page of one. */
  showIncidents?: boolean;
}

export function Messages({ messages, now, zone, onResend, showIncidents = true }: Props) {
  return (
    <ul className="messages">
      {messages.map((message) => (
        <li key={message.id} className={`msg-${message.status}`}>
          <b>{statusWord(message.status)}</b>
          <span className="msg-to">{message.receiver}</span>
          <span className="msg-what">
            <span>
              {message.is_test ? 'A test' : capital(actionWords(message.action))}
              {showIncidents && <About message={message} zone={zone} />}
            </span>
            {message.problem !== null && message.status !== 'sent' && <small>{message.problem}</small>}
          </span>
          <When message={message} now={now} zone={zone} />
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
function About({ message, zone }: { message: Message; zone: Zone }) {
  const ids = [...message.firing, ...message.resolved];
  if (message.is_test) return null;
  if (ids.length === 1) {
    return (
      <>
        , <Link href={withZone(incidentHref(ids[0]), zone)}>incident {ids[0]}</Link>
      </>
    );
  }
  return <span className="mut">, {aboutWords(message)}</span>;
}

function When({ message, now, zone }: { message: Message; now: number; zone: Zone }) {
  const { done_ns, next_ns, created_ns, attempts } = message;
  const ns = done_ns ?? created_ns;
  return (
    <Moment ns={ns} zone={zone} className="mut">
      {ago(msOf(ns), now)}
      {attempts > 1 && `, ${plural(attempts, 'attempt')}`}
      {next_ns !== null && `, next try ${tryWords(msOf(next_ns) - now)}`}
    </Moment>
  );
}

const tryWords = (inMs: number): string => (inMs > 0 ? `in ${plural(Math.ceil(inMs / 1000), 'second')}` : 'now');

const capital = (words: string): string => words[0].toUpperCase() + words.slice(1);
