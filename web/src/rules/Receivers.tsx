/** Who can be told, whether it works, and the messages that were given up. */
import { count } from '../format';
import { Messages } from '../incident/Messages';
import type { Message } from '../incident/shapes';
import { useDeeds } from '../ui/useDeeds';
import type { Zone } from '../time';
import { resend, type Receiver } from './api';
import { Last } from './Last';

export function Receivers({ receivers, now, zone }: { receivers: readonly Receiver[]; now: number; zone: Zone }) {
  return (
    <section aria-label="Receivers">
      <h2>Receivers</h2>
      <table className="receivers">
        <thead>
          <tr>
            <th>Name</th>
            <th>Goes to</th>
            <th className="num">Last sent</th>
            <th className="num">Waiting</th>
            <th className="num">Given up</th>
          </tr>
        </thead>
        <tbody>
          {receivers.map((receiver) => (
            <tr key={receiver.name}>
              <td className="rc-name">{receiver.name}</td>
              <td className="rc-words">{receiver.words}</td>
              <td className="num">
                <Last ns={receiver.last_sent_ns} now={now} zone={zone} />
              </td>
              <td className="num">{receiver.waiting > 0 ? count(receiver.waiting) : <span className="mut">0</span>}</td>
              <td className="num">
                {receiver.dead > 0 ? <b className="bad">{count(receiver.dead)}</b> : <span className="mut">0</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface MessagesProps {
  title: string;
  messages: readonly Message[];
  /** In place of none. */
  none?: string;
  now: number;
  zone: Zone;
  onSent: () => void;
}

export function MessageSection({ title, messages, none, now, zone, onSent }: MessagesProps) {
  const [busy, act] = useDeeds(onSent);
  const again = (message: Message): void => {
    if (!busy) act(resend(message.id), `Sent again to ${message.receiver}`);
  };
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {messages.length === 0 && <p className="mut">{none}</p>}
      <Messages messages={messages} now={now} zone={zone} onResend={again} />
    </section>
  );
}
