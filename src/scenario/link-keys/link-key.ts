import type { z } from 'zod'
import type { LinkOptions } from '../../network/link-options.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import type { TreePath } from '../tree/tree.ts'

/** A key of links, segments and directions: what may be written, and which figures of the medium follow from it. */
export interface LinkKey<Schema extends z.ZodType = z.ZodType> {
  /** Its description says meaning, default and bounds; `.optional()`. */
  readonly schema: Schema
  /** Whether an event can set it while the scenario runs. */
  readonly mayChange: boolean
  /** @param mtuBytes the MTU of the direction, whatever sets it */
  set(written: Exclude<z.output<Schema>, undefined>, mtuBytes: number): Partial<LinkOptions>
  /** As a scenario writes these figures; undefined: another key writes them. */
  print(options: LinkOptions): TreeInput | undefined
  /** What is wrong with the value by itself, which the schema cannot see. */
  checkWritten?(written: Exclude<z.output<Schema>, undefined>): LinkProblem[]
  /** What is wrong with the figures of a direction. */
  check?(options: LinkOptions): LinkProblem[]
}

export interface LinkProblem {
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string
  /** Below the key; absent: the key itself. */
  readonly at?: TreePath
}
