/** The value that was read, or the problem with the text. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: InvalidValue; readonly message: string; readonly hint?: Hint | undefined }

/** The codes of problems that a value can have by itself. `onpath explain CODE` has the meanings. */
export type InvalidValue =
  | 'wrong-type'
  | 'wrong-unit'
  | 'out-of-range'
  | 'unknown-value'
  | 'bad-name'
  | 'not-modelled-yet'
  | 'contradiction'

/** A hint, or a function that searches for one. It is called only for problems that are shown. */
export type Hint = string | (() => string | undefined)
