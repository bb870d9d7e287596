import { RESERVED_KEYS } from '../../values/kinds.ts'

/**
 * The name of the pod and service that requests to pods and services use. Its replicas are hosts with this name and a
 * number.
 */
export const WEB = 'web'

/** Returns a name that scenarios allow and that is not taken. */
export function uniqueName(real: string, taken: Set<string>): string {
  const plain = real.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 90)
  const isTaken = RESERVED_KEYS.has(plain) || /^web(-\d+)?$/.test(plain)
  const base = isTaken ? `the-${plain.replaceAll('_', '')}` : /[A-Za-z0-9]/.test(plain) ? plain : 'unnamed'
  let name = base
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`
  taken.add(name)
  return name
}
