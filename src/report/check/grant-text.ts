import type { Granted } from '../../measure/check.ts'
import { visible } from '../../scenario/problems/visible.ts'

/** Returns the sentence about rights that somebody has, with the binding and the line that give them. */
export function grantText({ who, rights, what, from }: Granted): string {
  const source = [what, from].filter((text) => text !== '').join(', ')
  return visible(`${who} may ${rights.join('; ')}${source === '' ? '' : ` (${source})`}`)
}
