import { visible } from '../scenario/problems/visible.ts'
import type { UnmodelledPath } from '../scenario/tree/unmodelled-paths.ts'

/** Returns the line that says that there is no verdict on a path, with the reason, which is the user's own text. */
export function unmodelledLine({ path, reason }: UnmodelledPath): string {
  return `${path}: not modelled, no verdict: ${visible(reason)}`
}
