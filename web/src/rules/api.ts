/** `/api/v1/alerts`: the rules in force, who can be told, and what became of messages; checked. */
import { get, send } from '../api/client';
import { array, boolean, integerText, nullable, number, object, oneOf, string } from '../api/decode';
import { message, type Message, type MessageStatus } from '../incident/shapes';
import { severity, type Severity } from '../incidents/shapes';

export const STATES = ['firing', 'pending', 'ok', 'not_judged'] as const;
export type RuleState = (typeof STATES)[number];

export interface Recipient {
  receiver: string;
  /** Only of incidents whose labels are so; null: of all. */
  when: string | null;
}

export interface Rule {
  name: string;
  kind: string;
  severity: Severity;
  words: string;
  summary: string;
  runbook: string;
  enabled: boolean;
  state: RuleState;
  open_incidents: number;
  last_fired_ns: string | null;
  /** Of the last 7 days, today last. */
  fired_by_day: number[];
  told: Recipient[];
}

export interface RulesFile {
  path: string | null;
  loaded_ns: string | null;
  problem: string | null;
  problem_since_ns: string | null;
}

export interface Receiver {
  name: string;
  type: string;
  words: string;
  last_sent_ns: string | null;
  waiting: number;
  dead: number;
}

export interface RulesAnswer {
  file: RulesFile;
  from_ns: string;
  rules: Rule[];
  receivers: Receiver[];
}

export interface MessagePage {
  notifications: Message[];
  next_cursor: string | null;
  counts: Record<MessageStatus, number>;
}

const optionalTime = nullable(integerText);

const rules = object<RulesAnswer>({
  file: object<RulesFile>({
    path: nullable(string),
    loaded_ns: optionalTime,
    problem: nullable(string),
    problem_since_ns: optionalTime,
  }),
  from_ns: integerText,
  rules: array(
    object<Rule>({
      name: string,
      kind: string,
      severity,
      words: string,
      summary: string,
      runbook: string,
      enabled: boolean,
      state: oneOf(STATES),
      open_incidents: number,
      last_fired_ns: optionalTime,
      fired_by_day: array(number),
      told: array(object<Recipient>({ receiver: string, when: nullable(string) })),
    }),
  ),
  receivers: array(
    object<Receiver>({ name: string, type: string, words: string, last_sent_ns: optionalTime, waiting: number, dead: number }),
  ),
});

const page = object<MessagePage>({
  notifications: array(message),
  next_cursor: nullable(string),
  counts: object<MessagePage['counts']>({ waiting: number, sent: number, dead: number, dropped: number }),
});

export const fetchRules = (signal?: AbortSignal): Promise<RulesAnswer> => get('/api/v1/alerts/rules', rules, signal);

export const fetchMessages = (query: URLSearchParams, signal?: AbortSignal): Promise<MessagePage> =>
  get(`/api/v1/alerts/notifications?${query.toString()}`, page, signal);

export const resend = (id: number): Promise<Message> => send('POST', `/api/v1/alerts/notifications/${id}/resend`, {}, message);
