import type { Bearer } from '../access/bearer.ts'
import type { RequestLine } from '../messages/operations.ts'

/** A request that a program of the cluster sends to the apiserver, and the path that it takes. Immutable. */
export interface ProgramRequest {
  readonly path: number
  /** Index of the HttpRequest. */
  readonly request: number
  readonly bodyBytes: number
}

/** The same request as the apiserver handles it; it is found by the index of the HttpRequest. Immutable. */
export interface ObjectRequest {
  readonly line: RequestLine
  /** Index of the ProgramPath to which its bytes are charged. */
  readonly program: number
  /** The credential in its header; null if it has none, or its caller's. */
  readonly bearer: Bearer | null
  readonly action: ObjectAction
  /** Index of the HttpResponse. */
  readonly response: number
  /** Length of the response's body; for a list, without its items. */
  readonly bodyBytes: number
}

export type ObjectAction =
  /** Reads an object that never changes. */
  | { readonly kind: 'read' }
  /** Lists objects, or watches them in a response that does not end. `subscriptions` are indices. */
  | { readonly kind: 'list' | 'watch'; readonly subscriptions: readonly number[] }
  /** Changes an object of `owner`, which has its own numbers for kinds of changes and for objects. */
  | { readonly kind: 'change'; readonly owner: string; readonly change: number; readonly subject: number }

/** A program of the cluster and a path that it uses, the unit to which bytes are charged. Immutable. */
export interface ProgramPath {
  /** The name of the program, with its host: `kubelet/node-1`. */
  readonly name: string
  readonly path: number
}

/** The subscription of one client to one object. */
export interface Subscription {
  readonly object: number
}

/** Kinds of marks in bodies: an object (`value` is its index, `detail` its state), and the end of a body. */
export const OBJECT = 66
export const BODY_END = 67
