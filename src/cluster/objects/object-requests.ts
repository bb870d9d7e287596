import type { Bearer } from '../access/bearer.ts'
import type { RequestLine } from '../messages/operations.ts'

/** What a part of the cluster asks the apiserver about objects, by its own connection. Immutable. */
export interface ObjectMessage {
  /** Index of the HttpRequest. */
  readonly request: number
  readonly bodyBytes: number
}

/** The same, as the apiserver sees it; by index of the HttpRequest. */
export interface ObjectRequest {
  readonly line: RequestLine
  /** Index of the program that asks. */
  readonly program: number
  /** What its header carries. */
  readonly bearer: Bearer | null
  readonly action: ObjectAction
  /** Index of the HttpResponse. */
  readonly response: number
  /** Of the answer; of a list, what comes with none in it. */
  readonly bodyBytes: number
}

export type ObjectAction =
  /** Something that nobody changes. */
  | { readonly kind: 'read' }
  /** Of a watch: the answer goes on, with what changes from now on. Indices of subscriptions. */
  | { readonly kind: 'list' | 'watch'; readonly subscriptions: readonly number[] }
  /** Whoever knows what to do with it has it under this number. */
  | { readonly kind: 'change'; readonly change: number; readonly subject: number }

/** One of a cluster's programs, and one of the paths that it asks along. Immutable. */
export interface AskingProgram {
  /** With the host that it runs on: `kubelet/node-1`. */
  readonly name: string
  readonly path: number
}

/** Who keeps objects that somebody watches, or changes. */
export type ObjectKeeper = 'signing-requests' | 'endpoints' | 'tokens'

/** Who hears of an object's changes: one client, one object. */
export interface Subscription {
  readonly object: number
}

/** Kinds of marks in bodies: `value` is an object, `detail` what it is like now. */
export const OBJECT = 66
export const BODY_END = 67
