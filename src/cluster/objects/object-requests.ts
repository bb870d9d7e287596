import type { Bearer } from '../access/bearer.ts'
import type { RequestLine } from '../messages/operations.ts'

/** A request that a program of the cluster sends to the apiserver, and along which path. Immutable. */
export interface ProgramRequest {
  readonly path: number
  /** Index of the HttpRequest. */
  readonly request: number
  readonly bodyBytes: number
}

/** The same as the apiserver sees it; by index of the HttpRequest. Immutable. */
export interface ObjectRequest {
  readonly line: RequestLine
  /** Index of the ProgramPath that it is charged to. */
  readonly program: number
  /** The credential in its header; null: none, or its caller's. */
  readonly bearer: Bearer | null
  readonly action: ObjectAction
  /** Index of the HttpResponse. */
  readonly response: number
  /** Of the response; of a list, without items. */
  readonly bodyBytes: number
}

export type ObjectAction =
  /** Reads something that never changes. */
  | { readonly kind: 'read' }
  /** Lists objects, or watches them in a response that does not end. Indices of subscriptions. */
  | { readonly kind: 'list' | 'watch'; readonly subscriptions: readonly number[] }
  /** A change to an object of `owner`, which has its own numbers for kinds of changes and for their subjects. */
  | { readonly kind: 'change'; readonly owner: string; readonly change: number; readonly subject: number }

/** A program of the cluster, and one of the paths that it uses. Immutable. */
export interface ProgramPath {
  /** With the host that it runs on: `kubelet/node-1`. */
  readonly name: string
  readonly path: number
}

/** One client's interest in one object. */
export interface Subscription {
  readonly object: number
}

/** Kinds of marks in bodies: `value` is an object, `detail` its state. */
export const OBJECT = 66
export const BODY_END = 67
