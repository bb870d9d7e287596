import { visible } from '../scenario/problems/visible.ts'
import type { UnmodelledPath } from '../scenario/tree/unmodelled-paths.ts'

/** Returns the line that says that a path has no verdict, with the user's own text as the reason. */
export function unmodelledLine({ path, reason }: UnmodelledPath): string {
  return `${path}: not modelled, no verdict: ${visible(reason)}`
}
