/** The grammar that filter boxes share: terms separated by spaces, `key:value`, and quotes that keep spaces. */

/** A quoted stretch may stand anywhere in a term; an unclosed quote runs to the end. */
const TERMS = /(?:"[^"]*(?:"|$)|[^\s"])+/g;

export const termsOf = (input: string): string[] => input.match(TERMS) ?? [];

export const unquoted = (term: string): string => term.replaceAll('"', '').trim();

/** A value as it must be typed. */
export const quoted = (value: string): string => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** Splits at the first colon outside quotes; null when the term is plain text. */
export function splitTerm(term: string): [key: string, value: string] | null {
  const match = /^([A-Za-z_][\w./-]*):(.*)$/s.exec(term);
  return match && !match[2].startsWith('//') ? [match[1], unquoted(match[2])] : null;
}

/** One removable part of a filter. */
export interface Chip<F> {
  label: string;
  value: string;
  /** The term that would make this chip again. */
  term: string;
  without: F;
}

/** What a box offers while it is typed into. */
export interface Suggestion {
  /** Replaces the last term of the box. */
  term: string;
  meaning: string;
  /** The term is whole; otherwise its value is still to be typed. */
  complete: boolean;
}

/** `input` with its last term replaced. */
export const withLastTerm = (input: string, term: string): string => input.replace(/\S*$/, '') + term;
