import type { HostBlueprint } from '../../simulation/blueprint.ts'
import type { CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'
import type { z } from '../schema/zod.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

/** A key of hosts: its schema, and the part of the host that it sets. */
export interface HostKey<Schema extends z.ZodType = z.ZodType> {
  /** Makes the schema of a written value. Its description has the meaning, the default and the bounds. */
  schema(): Schema
  /** Returns the part of the host that a written value sets. Absent: the cluster reads the value. */
  set?(written: z.output<Schema>, hosts: WrittenHosts): Partial<HostBlueprint>
  /** Reports problems of a written value that the schema does not find. */
  check?(written: z.output<Schema>, host: HostToCheck): void
  /** Returns the value as a scenario writes it; undefined if it is not written. */
  print?(host: HostBlueprint): TreeInput | undefined
}

/** The hosts of a scenario by name. Only keys that concern other hosts are listed. */
export type WrittenHosts = ReadonlyMap<
  string,
  { readonly cores?: number | undefined; readonly 'cores-of'?: string | undefined }
>

export interface HostToCheck {
  readonly name: string
  /** The place of the key. */
  readonly at: TreePath
  readonly hosts: WrittenHosts
  /** The congestion controls that it may name. */
  readonly controls: CongestionControlsByName
  readonly findings: Findings
}

/** Makes a key. Its functions receive the value that its schema returns. */
export function hostKey<Schema extends z.ZodType>(key: HostKey<Schema>): HostKey<Schema> {
  return key
}
