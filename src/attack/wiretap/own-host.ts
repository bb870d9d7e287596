import type { Vantage } from '../vantage.ts'

/** It has a host to itself, which has no honest business on any path. */
export function hasOwnHost(vantage: Vantage): boolean {
  return vantage !== 'node' && vantage !== 'pod' && vantage !== 'user'
}
