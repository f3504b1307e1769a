/**
 * Checks answers of the hub at the edge, so that the rest of the code may trust its types. A decoder returns the value
 * it was given, or throws with the path to what is wrong; objects may carry fields this version does not know.
 */

export class DecodeError extends Error {
  override name = 'DecodeError';
  constructor(
    readonly expected: string,
    readonly found: unknown,
    readonly path: string,
  ) {
    super(`${path || 'the answer'} should be ${expected}, but is ${describe(found)}`);
  }
  /** The same error, seen from one level further out. */
  under(key: string | number): DecodeError {
    const step = typeof key === 'number' ? `[${key}]` : key;
    const joint = this.path === '' || this.path.startsWith('[') ? '' : '.';
    return new DecodeError(this.expected, this.found, step + joint + this.path);
  }
}

const describe = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'missing' : `${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
};

export type Decoder<T> = (value: unknown) => T;

function primitive<T>(expected: string, test: (value: unknown) => value is T): Decoder<T> {
  return (value) => {
    if (!test(value)) throw new DecodeError(expected, value, '');
    return value;
  };
}

export const string = primitive('a string', (value) => typeof value === 'string');
export const number = primitive('a number', (value) => typeof value === 'number');
export const boolean = primitive('true or false', (value) => typeof value === 'boolean');
export const nothing = primitive('null', (value) => value === null);
/** A decimal integer as text: nanoseconds, int64. */
export const integerText = primitive(
  'an integer as text',
  (value): value is string => typeof value === 'string' && /^-?\d+$/.test(value),
);

export const nullable =
  <T>(inner: Decoder<T>): Decoder<T | null> =>
  (value) =>
    value === null ? null : inner(value);

export function oneOf<const T extends string>(choices: readonly T[]): Decoder<T> {
  const known = new Set<unknown>(choices);
  return primitive(`one of ${choices.join(', ')}`, (value): value is T => known.has(value));
}

function at<T>(key: string | number, decode: Decoder<T>, value: unknown): T {
  try {
    return decode(value);
  } catch (error) {
    throw error instanceof DecodeError ? error.under(key) : error;
  }
}

export const array =
  <T>(item: Decoder<T>): Decoder<T[]> =>
  (value) => {
    if (!Array.isArray(value)) throw new DecodeError('a list', value, '');
    for (let i = 0; i < value.length; i++) at(i, item, value[i]);
    return value as T[];
  };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Any object, by names that are not known beforehand. */
export const record: Decoder<Record<string, unknown>> = (value) => {
  if (!isRecord(value)) throw new DecodeError('an object', value, '');
  return value;
};

export function object<T extends object>(fields: { [K in keyof T]-?: Decoder<T[K]> }): Decoder<T> {
  const entries = Object.entries<Decoder<unknown>>(fields);
  return (value) => {
    if (!isRecord(value)) throw new DecodeError('an object', value, '');
    for (const [key, decode] of entries) at(key, decode, value[key]);
    return value as T;
  };
}

/** Decides by the `type` field which of several shapes a value must have. */
export function tagged<T extends { type: string; value: unknown }>(shapes: {
  [K in T['type']]: Decoder<Extract<T, { type: K }>['value']>;
}): Decoder<T> {
  const known = shapes as Record<string, Decoder<unknown> | undefined>;
  return (value) => {
    if (!isRecord(value)) throw new DecodeError('an object', value, '');
    const decode = typeof value.type === 'string' ? known[value.type] : undefined;
    if (!decode) throw new DecodeError(`one of ${Object.keys(known).join(', ')}`, value.type, 'type');
    at('value', decode, value.value);
    return value as T;
  };
}
