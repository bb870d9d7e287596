import { UsageError } from '../../disk/usage-error.ts'
import { pageAddress } from '../../report/page-address.ts'

/** Returns the error for files of a real cluster, such as `these files`, that do not say how it is set up. */
export function noCluster(files: string): UsageError {
  return new UsageError(
    `nothing in ${files} says how a cluster is set up; ${pageAddress('docs/import.md')} has what to collect`,
  )
}
