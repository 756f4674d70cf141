// GandanError: what a request failed with, in both languages. Codes are stable (core/base/errors.def).
import { errors, type ErrorCode, type Failure, type FieldFault } from './generated/api.js';

export class GandanError extends Error {
  readonly code: string; // an ErrorCode; a newer program may say others
  readonly vi: string; // what happened, what was kept, what to do
  readonly en: string;
  readonly retry: boolean; // whether the same request may succeed later, unchanged
  readonly exit: number; // the command line's exit status
  readonly detail: string; // technical, in English; never content of records
  readonly fields: readonly FieldFault[]; // what is wrong with which field or parameter

  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.en}${failure.detail === '' ? '' : ` (${failure.detail})`}`);
    this.name = 'GandanError';
    this.code = failure.code;
    this.vi = failure.vi;
    this.en = failure.en;
    this.retry = failure.retry;
    this.exit = failure.exit;
    this.detail = failure.detail;
    this.fields = failure.fields;
  }

  // One of the core's errors, said by the shell itself.
  static of(code: ErrorCode, detail = ''): GandanError {
    return new GandanError({ code, ...errors[code], detail, fields: [] });
  }

  is(code: ErrorCode): boolean {
    return this.code === code;
  }
}

// What the core answers: {"ok"} or {"error"}.
export function unwrap(answer: unknown): unknown {
  if (typeof answer === 'object' && answer !== null) {
    if ('ok' in answer) return answer.ok;
    if ('error' in answer) throw new GandanError(answer.error as Failure);
  }
  throw GandanError.of('internal', 'an answer that is neither ok nor error');
}
