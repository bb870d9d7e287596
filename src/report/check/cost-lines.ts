import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { Cause, Gain } from '../../measure/check.ts'

/** Returns a line for each flag that causes a gain, with what stops working if it is changed. */
export function costLines({ causes }: Pick<Gain, 'causes'>): readonly string[] {
  return [...new Set(causes.flatMap(costOf))]
}

function costOf({ flag: named }: Cause): readonly string[] {
  if (named === null) return []
  const isOfApiserver = named.program === 'kube-apiserver'
  const all = flagsOf(isOfApiserver ? APISERVER_FLAGS : KUBELET_FIELDS)
  const breaks = all.find(([, { name }]) => name === named.name)?.[1].breaks
  return breaks === undefined ? [] : [`cost of fixing ${isOfApiserver ? '--' : ''}${named.name}: ${breaks}`]
}
