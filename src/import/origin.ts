import type { Position } from '../scenario/problems/source-text.ts'
import { visible } from '../scenario/problems/visible.ts'

/** A line of a file. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** The source of a value of the scenario: a line of a file, a default of a program, or an assumption. */
export type Origin =
  | { readonly kind: 'written'; readonly at: Place; readonly remark?: string }
  | { readonly kind: 'default'; readonly of: string }
  | { readonly kind: 'assumed'; readonly why: string }

/** A value with its source. */
export interface Sourced<Value> {
  readonly value: Value
  readonly origin: Origin
}

export function written<Value>(value: Value, at: Place, remark?: string): Sourced<Value> {
  return { value, origin: remark === undefined ? { kind: 'written', at } : { kind: 'written', at, remark } }
}

export function assumed<Value>(value: Value, why: string): Sourced<Value> {
  return { value, origin: { kind: 'assumed', why } }
}

export function byDefault<Value>(value: Value, of: string): Sourced<Value> {
  return { value, origin: { kind: 'default', of } }
}

export function placeOf({ source, start }: Position): Place {
  return { file: source.file, line: source.positionOf(start).line }
}

export function placeText({ file, line }: Place): string {
  return visible(`${file}:${line}`)
}

/** Formats an origin: `kube-apiserver.yaml:34`, `default of kube-apiserver 1.29`, `assumed: ...`. */
export function originText(origin: Origin): string {
  if (origin.kind === 'default') return `default of ${visible(origin.of)}`
  if (origin.kind === 'assumed') return `assumed: ${visible(origin.why)}`
  return origin.remark === undefined ? placeText(origin.at) : `${placeText(origin.at)}: ${visible(origin.remark)}`
}
