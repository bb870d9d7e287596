import type { LinkOptions } from '../../network/link-options.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import type { z } from '../schema/zod.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import type { TreePath } from '../tree/tree.ts'

/** A key of links, segments and directions: its schema, and the network options that it sets. */
export interface LinkKey<Schema extends z.ZodType = z.ZodType> {
  /** The optional schema of the value. Its description has the meaning, the default and the bounds. */
  readonly schema: Schema
  /** True if an event can change the value during a run. */
  readonly mayChange: boolean
  /**
   * Returns the options that a written value sets.
   * @param mtuBytes the MTU of the direction
   */
  set(written: Exclude<z.output<Schema>, undefined>, mtuBytes: number): Partial<LinkOptions>
  /** Returns the value as a scenario writes it; undefined if it is not written. */
  print(options: LinkOptions): TreeInput | undefined
  /** Returns problems of the value alone that the schema does not find. */
  checkWritten?(written: Exclude<z.output<Schema>, undefined>): LinkProblem[]
  /** Returns problems of the options of a direction in combination. */
  check?(options: LinkOptions): LinkProblem[]
}

export interface LinkProblem {
  readonly code: ProblemCode
  readonly message: string
  readonly hint?: string
  /** The path below the key. Default: empty, which is the key itself. */
  readonly at?: TreePath
}
